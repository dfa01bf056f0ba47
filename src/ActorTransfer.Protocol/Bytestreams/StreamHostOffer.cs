using System.Diagnostics.CodeAnalysis;
using ActorTransfer.Extensibility;
using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Protocol.StreamInitiation;
using ActorTransfer.Protocol.Xml;

namespace ActorTransfer.Protocol.Bytestreams;

/// <summary>The request that opens a bytestream: where the target may connect. Source: XEP-0065 §5.3.1.</summary>
/// <param name="SessionId">The sid.</param>
/// <param name="Hosts">In the order in which they should be tried.</param>
/// <param name="DstAddr">
/// The address to ask the streamhost for, given by the requester, to be used as it is: in a group chat the target cannot compute it.
/// Null in all other cases. Of a peer it may be any text.
/// </param>
internal sealed record StreamHostOffer(string SessionId, IReadOnlyList<StreamHost> Hosts, string? DstAddr = null)
{
    private const string Tcp = "tcp";

    /// <summary>Reads the request. Malformed streamhosts are passed over; how many are too many is the caller's business.</summary>
    /// <param name="query">The payload of an iq of type set.</param>
    /// <param name="offer">The request when the answer is true.</param>
    /// <param name="refusal">What to answer the peer when it is false.</param>
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
        .With("mode", Tcp)
        .With("dstaddr", DstAddr)
        .Add(Hosts.Select(host => host.ToXml()));
}
