using System.Collections.Immutable;
using ActorTransfer.Protocol.Sasl;
using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Protocol.StreamManagement;

namespace ActorTransfer.Protocol.Streams;

/// <summary>The identity and settings of an XML stream.</summary>
internal abstract record SessionTerms
{
    /// <summary>Stream management if the server supports it (XEP-0198); null = none.</summary>
    public ManagementTerms? Management { get; init; }

    /// <summary>Opens the stream on a new connection.</summary>
    /// <param name="nonce">Unique to the connection and unguessable, for example from <see cref="StanzaIds.Random"/>.</param>
    /// <param name="tls">The channel bindings of a direct TLS connection; null: unencrypted.</param>
    /// <param name="resume">The session to resume; null = a new one.</param>
    public abstract Step<XmppSession, StreamOutput> Begin(string nonce, ImmutableArray<ChannelBinding>? tls = null, ResumableSession? resume = null);
}

/// <summary>Settings of stream management (XEP-0198).</summary>
/// <param name="Capacity">Stanzas kept until the server acknowledges them; at this number, <see cref="XmppSession.IsFull"/> is true.</param>
/// <param name="Max">How long the server is requested to keep a session whose connection is lost.</param>
internal sealed record ManagementTerms(int Capacity, TimeSpan Max);

/// <summary>A session that can be resumed after its connection was lost (XEP-0198 §5).</summary>
/// <param name="Self">Its full JID.</param>
/// <param name="Manager">Its stanza counters and unacknowledged stanzas.</param>
internal sealed record ResumableSession(Jid Self, StreamManager Manager)
{
    /// <summary>Another process had it, perhaps of another version: when it is resumed, contacts are told again what this side supports.</summary>
    public bool IsTakenOver { get; init; }
}
