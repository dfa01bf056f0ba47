namespace ActorTransfer.Scenarios.Prosody;

/// <summary>The configuration of a Prosody. By default only components can connect.</summary>
internal sealed record ProsodySetup
{
    /// <summary>A SOCKS5 proxy at <see cref="ProsodyServer.Proxy"/> that serves the components and the users.</summary>
    public bool Proxy { get; init; } = true;

    /// <summary>A loopback address on which no server of the tests listens.</summary>
    public const string UnusedAddress = "127.0.0.2";

    /// <summary>The address that the proxy returns; it cannot be reached at <see cref="UnusedAddress"/>.</summary>
    public string ProxyAddress { get; init; } = "127.0.0.1";

    /// <summary>Components that may join, all with the same secret.</summary>
    public IReadOnlyList<string> Components { get; init; } = [ProsodyServer.Component];

    /// <summary>Users may log in at <see cref="ProsodyServer.ClientPort"/>.</summary>
    public bool Clients { get; init; }

    /// <summary>
    /// STARTTLS is required, and direct TLS is available at <see cref="ProsodyServer.DirectTlsPort"/>. Otherwise there is no TLS, and PLAIN is
    /// allowed without it.
    /// </summary>
    public bool Tls { get; init; }

    /// <summary>The server's certificate, where there is TLS.</summary>
    public CertificateKind Certificate { get; init; }

    /// <summary>TLS versions in Prosody's notation, such as <c>tlsv1_2</c>; null = its default.</summary>
    public string? TlsVersion { get; init; }

    /// <summary>Password storage. In plain text SCRAM-SHA-256 is possible; hashed (<c>internal_hashed</c>) at most SCRAM-SHA-1.</summary>
    public string Authentication { get; init; } = "internal_plain";

    /// <summary>More lines of the configuration's global section, in Lua.</summary>
    public string More { get; init; } = "";

    /// <summary>More domains with the same users.</summary>
    public IReadOnlyList<string> MoreHosts { get; init; } = [];

    /// <summary>Pairs of users that are subscribed to each other's presence.</summary>
    public IReadOnlyList<(string User, string Contact)> Contacts { get; init; } = [];

    /// <summary>The largest file that http_file_share takes, with HTTPS if there is TLS; null = there is no such service.</summary>
    public long? UploadLimit { get; init; }

    /// <summary>More modules for the host.</summary>
    public IReadOnlyList<string> Modules { get; init; } = [];
}
