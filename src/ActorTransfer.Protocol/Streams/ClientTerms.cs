using System.Collections.Immutable;
using ActorTransfer.Protocol.Sasl;
using ActorTransfer.Protocol.Xml;

namespace ActorTransfer.Protocol.Streams;

/// <summary>The account and settings of a client.</summary>
/// <param name="Account">Bare JID, or a full one to request that resource.</param>
/// <param name="Password">Null when a certificate is used; never logged.</param>
internal sealed record ClientTerms(Jid Account, string? Password) : SessionTerms
{
    /// <summary>A client certificate is presented in TLS: EXTERNAL is possible.</summary>
    public bool HasCertificate { get; init; }

    /// <summary>Permits unencrypted authentication, even by PLAIN. For servers on the same machine.</summary>
    public bool AllowPlaintext { get; init; }

    /// <summary>Child of the presence that advertises capabilities (XEP-0115); null = none.</summary>
    public XmlElement? Capabilities { get; init; }

    /// <summary>Messages to the account's bare JID are for this client, too: its presence has the priority 0, otherwise a negative one.</summary>
    public bool ReceivesMessages { get; init; }

    internal SaslCredentials Credentials => new(Account.Local ?? Account.Domain, Password, HasClientCertificate: HasCertificate);

    /// <inheritdoc/>
    public override Step<XmppSession, StreamOutput> Begin(string nonce, ImmutableArray<ChannelBinding>? tls = null, ResumableSession? resume = null) =>
        ClientSession.Begin(this, nonce, tls, resume);

    /// <inheritdoc/>
    public override string ToString() => $"client {Account}";
}
