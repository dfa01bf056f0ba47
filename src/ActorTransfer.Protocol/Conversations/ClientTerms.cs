using ActorTransfer.Protocol.Addressing;
using ActorTransfer.Protocol.Sasl;
using ActorTransfer.Protocol.StreamManagement;
using ActorTransfer.Protocol.Xml;

namespace ActorTransfer.Protocol.Conversations;

/// <summary>As whom a client logs in, and what it insists on.</summary>
/// <param name="Account">Bare JID, or a full one to ask for that resource.</param>
/// <param name="Password">Null when a certificate does; never logged.</param>
public sealed record ClientTerms(Jid Account, string? Password)
{
    /// <summary>A client certificate is presented in TLS: EXTERNAL is possible.</summary>
    public bool HasCertificate { get; init; }

    /// <summary>Log in without encryption, even by PLAIN. For servers on the same machine.</summary>
    public bool AllowPlaintext { get; init; }

    /// <summary>Child of the presence that tells what this client can do (XEP-0115); null = none.</summary>
    public XmlElement? Capabilities { get; init; }

    /// <summary>How the stream is managed where the server can (XEP-0198); null = not.</summary>
    public ManagementTerms? Management { get; init; }

    internal SaslCredentials Credentials => new(Account.Local ?? Account.Domain, Password, HasClientCertificate: HasCertificate);

    /// <inheritdoc/>
    public override string ToString() => $"client {Account}";
}

/// <summary>How a stream is managed (XEP-0198).</summary>
/// <param name="Capacity">Stanzas that are kept until the server acknowledges them; when there are as many, <see cref="ClientSession.IsFull"/>.</param>
/// <param name="Max">How long the server is asked to keep a session whose connection broke.</param>
public sealed record ManagementTerms(int Capacity, TimeSpan Max);

/// <summary>A session whose connection broke and which the server keeps for a while (XEP-0198 §5).</summary>
/// <param name="Self">Its full JID.</param>
/// <param name="Manager">What was said and heard in it.</param>
public sealed record ResumableSession(Jid Self, StreamManager Manager);
