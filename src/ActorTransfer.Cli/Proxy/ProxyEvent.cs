using System.Collections.Immutable;
using ActorTransfer.Cli.Reports;

namespace ActorTransfer.Cli.Proxy;

/// <summary>What <c>proxy</c> tells its caller, in whatever form.</summary>
internal abstract record ProxyEvent
{
    private ProxyEvent()
    {
    }

    /// <summary>It listens, and the server knows it.</summary>
    /// <param name="Jid">Under this name.</param>
    /// <param name="Listen">Where it listens, with the real ports.</param>
    /// <param name="Public">What clients are told.</param>
    /// <param name="Allow">Who may use it.</param>
    /// <param name="IsAllowChosen">False: nobody said who, and this is the default.</param>
    public sealed record Ready(Jid Jid, ImmutableArray<string> Listen, ImmutableArray<string> Public, ImmutableArray<string> Allow, bool IsAllowChosen) : ProxyEvent;

    /// <summary>What it does.</summary>
    /// <param name="Pending">Pairs that wait for their second connection or for the activation.</param>
    /// <param name="Active">Pairs that are relayed.</param>
    /// <param name="BytesPerSecond">Since the look before.</param>
    /// <param name="SetUpsPerSecond">Activations, since the look before.</param>
    /// <param name="Bytes">Relayed in all.</param>
    /// <param name="SetUps">Activations in all.</param>
    /// <param name="Refusals">In all, by reason.</param>
    public sealed record Status(
        int Pending, int Active, double BytesPerSecond, double SetUpsPerSecond, long Bytes, long SetUps, ImmutableSortedDictionary<string, long> Refusals) : ProxyEvent
    {
        /// <summary>Before anything has happened.</summary>
        public static Status Nothing { get; } = new(0, 0, 0, 0, 0, 0, ImmutableSortedDictionary<string, long>.Empty);

        /// <summary>Nothing has happened between the two.</summary>
        public bool IsAs(Status other) =>
            (Pending, Active, Bytes, SetUps) == (other.Pending, other.Active, other.Bytes, other.SetUps)
            && (BytesPerSecond, SetUpsPerSecond) == (other.BytesPerSecond, other.SetUpsPerSecond)
            && Refusals.SequenceEqual(other.Refusals);
    }

    /// <summary>The link to the server broke, could not be made, or is there again.</summary>
    /// <param name="IsUp">There.</param>
    /// <param name="Why">What happened to it; null when it is there.</param>
    public sealed record Connection(bool IsUp, string? Why) : ProxyEvent;

    /// <summary>The configuration file was read again.</summary>
    /// <param name="Allow">Who may use it now.</param>
    public sealed record Reloaded(ImmutableArray<string> Allow) : ProxyEvent;

    /// <summary>No new pairs; so many run on.</summary>
    public sealed record Draining(int Pairs) : ProxyEvent;

    /// <summary>The end.</summary>
    public sealed record Stopped : ProxyEvent;

    /// <summary>It cannot work.</summary>
    public sealed record Failed(Failure Failure) : ProxyEvent;
}

/// <summary>Takes events from any thread, and shows them.</summary>
internal interface IProxyReport : IAsyncDisposable
{
    /// <summary>How often a <see cref="ProxyEvent.Status"/> is wanted.</summary>
    TimeSpan Interval { get; }

    void Report(ProxyEvent happened);

    /// <summary>Something worth a line for whoever runs it.</summary>
    void Remark(string line);
}
