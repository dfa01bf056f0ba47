using ActorTransfer.Actors.Settings;
using ActorTransfer.Protocol.Streams;

namespace ActorTransfer.Actors.Connections;

/// <summary>When a lost link is replaced. Random parts keep the clients of a restarted server from returning at the same moment.</summary>
/// <param name="settings">Times.</param>
internal sealed class ReconnectPolicy(ConnectionSettings settings)
{
    private int _losses;
    private int _refusals;
    private int _redirects;

    /// <summary>What <see cref="Next"/> said last; zero before.</summary>
    public TimeSpan? LastPause { get; private set; } = TimeSpan.Zero;

    /// <summary>The link is lost. Value: when to try again; null = not until somebody asks for it.</summary>
    /// <param name="isRefused">The server said that the same attempt would end the same way.</param>
    /// <param name="fault">What kind of loss it is.</param>
    public TimeSpan? Next(bool isRefused, LinkFault fault)
    {
        _redirects = 0;
        LastPause = fault == LinkFault.Conflict && isRefused ? null
            : isRefused ? Ceiling(settings.ReconnectRefusedFirst, settings.ReconnectRefusedMost, _refusals++) * (1 + (Chance() / 2))
            : Ceiling(settings.ReconnectFirst, settings.ReconnectMost, _losses++) * Chance();
        return LastPause;
    }

    /// <summary>The server refers to another host. False: it has done so too often in a row.</summary>
    public bool TryRedirect() => _redirects++ < OtherHost.MaxRedirects;

    /// <summary>The link has been up long enough, or somebody asks for an attempt: pauses begin at their first values again.</summary>
    public void Reset() => (_losses, _refusals, _redirects) = (0, 0, 0);

    private static TimeSpan Ceiling(TimeSpan first, TimeSpan most, int times) =>
        TimeSpan.FromMilliseconds(Math.Min(most.TotalMilliseconds, first.TotalMilliseconds * Math.Pow(2, times)));

#pragma warning disable CA5394 // spreads load, guards no secret
    private static double Chance() => Random.Shared.NextDouble();
#pragma warning restore CA5394
}
