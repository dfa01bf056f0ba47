using ActorTransfer.Protocol.Bytestreams;
using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Protocol.Xml;

namespace ActorTransfer.Protocol.FileTransfer;

/// <summary>The session that a request belongs to, the same for both peers. Ids are chosen by initiators, so the peers are part of it.</summary>
internal sealed record StanzaSession
{
    /// <summary>Longer ids are not kept.</summary>
    private const int MaxIdLength = Activation.MaxSessionIdLength;

    private StanzaSession(string id, Jid first, Jid second) => (Id, First, Second) = (id, first, second);

    /// <summary>The sid.</summary>
    public string Id { get; }

    /// <summary>One of the two peers.</summary>
    public Jid First { get; }

    /// <summary>The other one.</summary>
    public Jid Second { get; }

    /// <param name="id">The sid.</param>
    /// <param name="one">A peer.</param>
    /// <param name="other">The other one, in any order.</param>
    public static StanzaSession Of(string id, Jid one, Jid other) =>
        string.CompareOrdinal(one.ToString(), other.ToString()) <= 0 ? new(id, one, other) : new(id, other, one);

    /// <summary>Of an offer, a Jingle request, a streamhost list, an activation, or an in-band open or close; null for other stanzas.</summary>
    public static StanzaSession? Of(Iq request)
    {
        if (request is not { IsRequest: true, From: { } from, To: { } to, Payload: { } payload } || IdOf(payload) is not { Length: > 0 and <= MaxIdLength } id)
        {
            return null;
        }

        return Activation.TryRead(payload, out var activation, out _) ? Of(id, from, activation.Target) : Of(id, from, to);
    }

    private static string? IdOf(XmlElement payload) => payload.Namespace switch
    {
        Namespaces.StreamInitiation => payload["id"],
        Namespaces.Bytestreams or Namespaces.Ibb or Namespaces.Jingle => payload["sid"],
        _ => null,
    };
}
