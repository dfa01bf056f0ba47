using System.Collections.Immutable;
using ActorTransfer.Cli.Reports;

namespace ActorTransfer.Cli.Proxy;

/// <summary>Events of <c>proxy</c>, independent of the output format.</summary>
internal abstract record ProxyEvent
{
    private ProxyEvent()
    {
    }

    /// <summary>It listens and is connected to the server.</summary>
    /// <param name="Jid">JID of the proxy.</param>
    /// <param name="Listen">Listening endpoints, with actual ports.</param>
    /// <param name="Public">Addresses announced to clients.</param>
    /// <param name="Allow">Who may use it.</param>
    /// <param name="IsAllowChosen">False: the default applies.</param>
    public sealed record Ready(
        Jid Jid, ImmutableArray<string> Listen, ImmutableArray<string> Public, ImmutableArray<string> Allow, bool IsAllowChosen) : ProxyEvent;

    /// <summary>The live page is served.</summary>
    /// <param name="Address">Its URL.</param>
    public sealed record Page(string Address) : ProxyEvent;

    /// <summary>Current figures.</summary>
    /// <param name="Pending">Pairs before activation.</param>
    /// <param name="Active">Active pairs.</param>
    /// <param name="BytesPerSecond">Since the previous status.</param>
    /// <param name="SetUpsPerSecond">Activations, since the previous status.</param>
    /// <param name="Bytes">Total bytes relayed.</param>
    /// <param name="SetUps">Total activations.</param>
    /// <param name="Refusals">Totals by reason.</param>
    public sealed record Status(
        int Pending,
        int Active,
        double BytesPerSecond,
        double SetUpsPerSecond,
        long Bytes,
        long SetUps,
        ImmutableSortedDictionary<string, long> Refusals) : ProxyEvent
    {
        /// <summary>Initial status.</summary>
        public static Status Nothing { get; } = new(0, 0, 0, 0, 0, 0, ImmutableSortedDictionary<string, long>.Empty);

        /// <summary>No activity between the two.</summary>
        public bool IsAs(Status other) =>
            (Pending, Active, Bytes, SetUps) == (other.Pending, other.Active, other.Bytes, other.SetUps)
            && (BytesPerSecond, SetUpsPerSecond) == (other.BytesPerSecond, other.SetUpsPerSecond)
            && Refusals.SequenceEqual(other.Refusals);
    }

    /// <summary>The connection to the server was lost, failed, or is established.</summary>
    /// <param name="IsUp">Established.</param>
    /// <param name="Reason">The reason of the loss; null when established.</param>
    public sealed record Connection(bool IsUp, string? Reason) : ProxyEvent;

    /// <summary>The nodes of the cluster have changed.</summary>
    /// <param name="Up">Members.</param>
    /// <param name="Unreachable">Of these, those that this node cannot reach.</param>
    public sealed record Nodes(int Up, int Unreachable) : ProxyEvent;

    /// <summary>The configuration file was reloaded.</summary>
    /// <param name="Allow">Who may use it now.</param>
    public sealed record Reloaded(ImmutableArray<string> Allow) : ProxyEvent;

    /// <summary>No new pairs; the given number is still active.</summary>
    public sealed record Draining(int Pairs) : ProxyEvent;

    /// <summary>The proxy has stopped.</summary>
    public sealed record Stopped : ProxyEvent;

    /// <summary>The proxy has failed.</summary>
    public sealed record Failed(Failure Failure) : ProxyEvent;
}

/// <summary>Shows events. Thread-safe.</summary>
internal interface IProxyReport : IAsyncDisposable
{
    /// <summary>Interval of <see cref="ProxyEvent.Status"/>.</summary>
    TimeSpan Interval { get; }

    void Report(ProxyEvent happened);

    /// <summary>A message for the operator.</summary>
    void Remark(string line);
}
