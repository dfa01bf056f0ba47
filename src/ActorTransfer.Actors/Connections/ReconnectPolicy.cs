using ActorTransfer.Actors.Settings;
using ActorTransfer.Protocol.Streams;

namespace ActorTransfer.Actors.Connections;

/// <summary>Decides when a lost link is replaced. Random parts keep the clients of a restarted server from returning at the same moment.</summary>
/// <param name="settings">Times.</param>
internal sealed class ReconnectPolicy(ConnectionSettings settings)
{
    private int _losses;
    private int _refusals;
    private int _redirects;

    /// <summary>Last result of <see cref="Next"/>; zero before.</summary>
    public TimeSpan? LastPause { get; private set; } = TimeSpan.Zero;

    /// <summary>The link is lost. Value: delay before the next attempt; null = not before it is requested.</summary>
    /// <param name="isRefused">The same attempt would fail the same way.</param>
    /// <param name="fault">The kind of loss.</param>
    public TimeSpan? Next(bool isRefused, LinkFault fault)
    {
        _redirects = 0;
        LastPause = fault == LinkFault.Conflict && isRefused ? null
            : isRefused ? Ceiling(settings.ReconnectRefusedFirst, settings.ReconnectRefusedMost, _refusals++) * (1 + (Chance() / 2))
            : Ceiling(settings.ReconnectFirst, settings.ReconnectMost, _losses++) * Chance();
        return LastPause;
    }

    /// <summary>The server refers to another host. False: too many consecutive redirects.</summary>
    public bool TryRedirect() => _redirects++ < OtherHost.MaxRedirects;

    /// <summary>The link has been stable, or an attempt is requested: delays start at their first values again.</summary>
    public void Reset() => (_losses, _refusals, _redirects) = (0, 0, 0);

    private static TimeSpan Ceiling(TimeSpan first, TimeSpan most, int times) =>
        TimeSpan.FromMilliseconds(Math.Min(most.TotalMilliseconds, first.TotalMilliseconds * Math.Pow(2, times)));

#pragma warning disable CA5394 // balances load; not used for security
    private static double Chance() => Random.Shared.NextDouble();
#pragma warning restore CA5394
}
