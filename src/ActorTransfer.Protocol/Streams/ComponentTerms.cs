using System.Collections.Immutable;
using ActorTransfer.Protocol.Sasl;

namespace ActorTransfer.Protocol.Streams;

/// <summary>The name and settings of an external component (XEP-0114).</summary>
/// <param name="Name">The component's domain.</param>
/// <param name="Secret">Shared with the server; never logged.</param>
internal sealed record ComponentTerms(Jid Name, string Secret) : SessionTerms
{
    /// <summary>
    /// Uses XMPP 1.0 (RFC 6120 §4.7.5): requests the server's features and encrypts the stream by STARTTLS before the handshake. XEP-0114
    /// has no features, so set it only for servers that support them there.
    /// </summary>
    public bool StartTls { get; init; }

    /// <inheritdoc/>
    public override Step<XmppSession, StreamOutput> Begin(string nonce, ImmutableArray<ChannelBinding>? tls = null, ResumableSession? resume = null) =>
        ComponentSession.Begin(this, tls, resume);

    /// <inheritdoc/>
    public override string ToString() => $"component {Name}";
}
