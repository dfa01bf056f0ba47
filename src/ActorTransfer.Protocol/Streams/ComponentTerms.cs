using System.Collections.Immutable;
using ActorTransfer.Protocol.Sasl;

namespace ActorTransfer.Protocol.Streams;

/// <summary>As whom an external component attaches to its server (XEP-0114), and what it insists on.</summary>
/// <param name="Name">The component's domain.</param>
/// <param name="Secret">Shared with the server; never logged.</param>
internal sealed record ComponentTerms(Jid Name, string Secret) : SessionTerms
{
    /// <summary>
    /// Takes part in XMPP 1.0 (RFC 6120 §4.7.5): asks for the server's features and has the stream encrypted by STARTTLS before it shows that it knows the secret.
    /// XEP-0114 has no features, so a server that does not know them there is not asked.
    /// </summary>
    public bool StartTls { get; init; }

    /// <inheritdoc/>
    public override Step<XmppSession, StreamOutput> Begin(string nonce, ImmutableArray<ChannelBinding>? tls = null, ResumableSession? resume = null) =>
        ComponentSession.Begin(this, tls, resume);

    /// <inheritdoc/>
    public override string ToString() => $"component {Name}";
}
