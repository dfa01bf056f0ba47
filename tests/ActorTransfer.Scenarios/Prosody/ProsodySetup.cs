namespace ActorTransfer.Scenarios.Prosody;

/// <summary>What a test wants of its Prosody. The default is what components need: no client can log in.</summary>
internal sealed record ProsodySetup
{
    /// <summary>A SOCKS5 proxy at <see cref="ProsodyServer.Proxy"/> that serves the components and the users.</summary>
    public bool Proxy { get; init; } = true;

    /// <summary>A loopback address where nothing of these servers listens.</summary>
    public const string NobodysAddress = "127.0.0.2";

    /// <summary>Where the proxy says that it is; <see cref="NobodysAddress"/> makes it one that cannot be reached.</summary>
    public string ProxyAddress { get; init; } = "127.0.0.1";

    /// <summary>Components that may join, all with the same secret.</summary>
    public IReadOnlyList<string> Components { get; init; } = [ProsodyServer.Component];

    /// <summary>Users may log in at <see cref="ProsodyServer.ClientPort"/>.</summary>
    public bool Clients { get; init; }

    /// <summary>
    /// STARTTLS is offered and demanded, and direct TLS waits at <see cref="ProsodyServer.DirectTlsPort"/>. Otherwise there is no TLS, and PLAIN is
    /// allowed without it.
    /// </summary>
    public bool Tls { get; init; }

    /// <summary>The server's certificate, where there is TLS.</summary>
    public CertificateKind Certificate { get; init; }

    /// <summary>Versions of TLS in Prosody's words, such as <c>tlsv1_2</c>; null = what it likes.</summary>
    public string? TlsVersion { get; init; }

    /// <summary>How passwords are kept. In clear, and SCRAM-SHA-256 is possible; hashed (<c>internal_hashed</c>), and SCRAM-SHA-1 is the best.</summary>
    public string Authentication { get; init; } = "internal_plain";

    /// <summary>More lines of the configuration's global section, in Lua.</summary>
    public string More { get; init; } = "";

    /// <summary>More domains with the same users.</summary>
    public IReadOnlyList<string> MoreHosts { get; init; } = [];

    /// <summary>More modules for the host.</summary>
    public IReadOnlyList<string> Modules { get; init; } = [];
}
