using System.Collections.Immutable;
using ActorTransfer.Protocol.Sasl;
using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Protocol.StreamManagement;

namespace ActorTransfer.Protocol.Streams;

/// <summary>As whom an XML stream is opened.</summary>
internal abstract record SessionTerms
{
    /// <summary>How the stream is managed where the server can (XEP-0198); null = not.</summary>
    public ManagementTerms? Management { get; init; }

    /// <summary>The first words on a new connection.</summary>
    /// <param name="nonce">Fresh for every connection and unguessable, as <see cref="StanzaIds.Random"/> gives.</param>
    /// <param name="tls">What the connection can be bound to when it is under TLS already (direct TLS); null: it is in clear.</param>
    /// <param name="resume">The session to go on with; null = a new one.</param>
    public abstract Step<XmppSession, StreamOutput> Begin(string nonce, ImmutableArray<ChannelBinding>? tls = null, ResumableSession? resume = null);
}

/// <summary>How a stream is managed (XEP-0198).</summary>
/// <param name="Capacity">Stanzas that are kept until the server acknowledges them; when there are as many, <see cref="XmppSession.IsFull"/>.</param>
/// <param name="Max">How long the server is asked to keep a session whose connection broke.</param>
internal sealed record ManagementTerms(int Capacity, TimeSpan Max);

/// <summary>A session whose connection broke and which the server keeps for a while (XEP-0198 §5).</summary>
/// <param name="Self">Its full JID.</param>
/// <param name="Manager">What was said and heard in it.</param>
internal sealed record ResumableSession(Jid Self, StreamManager Manager);
