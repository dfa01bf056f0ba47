using System.Collections.Immutable;
using System.Net;
using ActorTransfer.Cli.Output;

namespace ActorTransfer.Cli.Accounts;

/// <summary>The account to use, and its options.</summary>
/// <param name="Address">Server and account.</param>
internal sealed record AccountRequest(ClientAccount Address)
{
    /// <summary>Default timeout of a login.</summary>
    public static readonly TimeSpan DefaultLoginLimit = TimeSpan.FromSeconds(30);

    /// <summary>Allowed stream methods.</summary>
    public StreamMethods Methods { get; init; } = StreamMethods.All;

    /// <summary>Proxies to use besides those of the server.</summary>
    public ImmutableArray<Jid> Proxies { get; init; } = [];

    /// <summary>Name servers for the server's records; empty = the system's.</summary>
    public ImmutableArray<IPEndPoint> NameServers { get; init; } = [];

    /// <summary>Networks, by name or in CIDR form, that the address policy allows.</summary>
    public ImmutableArray<string> Networks { get; init; } = [];

    /// <summary>Timeout of the login, of the peer's response to an offer, and of a transfer without progress; null = the engine's defaults.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>What is printed and logged.</summary>
    public OutputRequest Output { get; init; } = new();
}
