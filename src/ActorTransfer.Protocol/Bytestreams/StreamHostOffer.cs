using System.Diagnostics.CodeAnalysis;
using ActorTransfer.Extensibility;
using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Protocol.StreamInitiation;
using ActorTransfer.Protocol.Xml;

namespace ActorTransfer.Protocol.Bytestreams;

/// <summary>The request that opens a bytestream: the streamhosts the target may connect to. Source: XEP-0065 §5.3.1.</summary>
/// <param name="SessionId">The sid.</param>
/// <param name="Hosts">In the order in which to try them.</param>
/// <param name="DstAddr">
/// The DST.ADDR given by the requester, to be used unchanged: in a group chat the target cannot compute it. Null in all other cases. From a
/// peer it may be any text.
/// </param>
internal sealed record StreamHostOffer(string SessionId, IReadOnlyList<StreamHost> Hosts, string? DstAddr = null)
{
    private const string Tcp = "tcp";

    /// <summary>Parses the request. Malformed streamhosts are skipped; the caller limits their number.</summary>
    /// <param name="query">The payload of an iq of type set.</param>
    /// <param name="offer">The request when the result is true.</param>
    /// <param name="refusal">The error to reply with when the result is false.</param>
    public static bool TryRead(
        XmlElement query, [NotNullWhen(true)] out StreamHostOffer? offer, [NotNullWhen(false)] out StanzaError? refusal)
    {
        offer = null;
        refusal = null;
        var mode = query["mode"];
        if (!Query.Is(query) || query["sid"] is not { } sid || !SessionIds.IsAcceptable(sid))
            refusal = StanzaError.BadRequest.WithText($"A bytestream needs a sid of 1 to {SessionIds.MaxLength} characters.");
        else if (!string.IsNullOrEmpty(mode) && !string.Equals(mode, Tcp, StringComparison.OrdinalIgnoreCase))
            refusal = StanzaError.NotAcceptable.WithText("Only mode tcp is supported.");
        else if (StreamHost.ReadAll(query) is not { Count: > 0 } hosts)
            refusal = StanzaError.BadRequest.WithText("A bytestream needs at least one streamhost with jid and host.");
        else
            offer = new StreamHostOffer(sid, hosts, query["dstaddr"] is { Length: > 0 } dstaddr ? dstaddr : null);

        return offer is not null;
    }

    public XmlElement ToXml() => Query.Of(SessionId)
        .With(("mode", Tcp), ("dstaddr", DstAddr))
        .Add(Hosts.Select(host => host.ToXml()));
}
