using System.Collections.Immutable;
using System.Net;

namespace ActorTransfer.Cli.Accounts;

/// <summary>The account that a person wants to use, and how.</summary>
/// <param name="Address">Where and as whom to log in.</param>
internal sealed record AccountRequest(ClientAddress Address)
{
    /// <summary>How long a login may take when nobody said.</summary>
    public static readonly TimeSpan DefaultLoginLimit = TimeSpan.FromSeconds(30);

    /// <summary>StreamMethods that bytes may take.</summary>
    public StreamMethods Methods { get; init; } = StreamMethods.All;

    /// <summary>Proxies to use besides those that the server names.</summary>
    public ImmutableArray<Jid> Proxies { get; init; } = [];

    /// <summary>Name servers to ask where the server is; empty = the system's.</summary>
    public ImmutableArray<IPEndPoint> NameServers { get; init; } = [];

    /// <summary>Networks, by name or in CIDR form, that the address policy opens.</summary>
    public ImmutableArray<string> Networks { get; init; } = [];

    /// <summary>Longest time for the login, for the peer's answer to an offer, and for bytes that do not move; null = the engine's defaults.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>JSON lines instead of words.</summary>
    public bool Json { get; init; }

    /// <summary>Print the engine's log.</summary>
    public bool Verbose { get; init; }
}
