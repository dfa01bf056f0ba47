using System.Collections.Immutable;
using ActorTransfer.Actors.Connections;
using ActorTransfer.Actors.Settings;
using ActorTransfer.Protocol.Addressing;
using ActorTransfer.Protocol.Bytestreams;
using ActorTransfer.Transports;
using ActorTransfer.Transports.Sockets;

namespace ActorTransfer.Actors.Transfers;

/// <summary>A streamhost, the link to it, and how long it took to get it.</summary>
internal sealed record StreamHostLink(StreamHost Host, IByteLink Link, TimeSpan Took);

/// <summary>Every streamhost that a peer named is at an address that the policy forbids.</summary>
public sealed class StreamhostsNotAllowedException : IOException
{
    /// <summary>Lists the streamhosts, for people on this side only.</summary>
    public StreamhostsNotAllowedException(string message)
        : base(message)
    {
    }
}

/// <summary>What a race is run with.</summary>
/// <param name="Connector">Reaches streamhosts.</param>
/// <param name="Requester">Who named the streamhosts: those with its JID are direct, the others proxies.</param>
/// <param name="Destinations">What to ask a streamhost for; the next one when it refuses the one before.</param>
/// <param name="Times">Limits and delays.</param>
/// <param name="OwnProxies">
/// The proxies that this side knows by itself. Asked when the policy forbids a streamhost: one of these is connected to all the same.
/// </param>
internal sealed record RaceTerms(
    IStreamHostConnector Connector,
    Jid Requester,
    ImmutableArray<DestinationAddress> Destinations,
    TargetSettings Times,
    Func<CancellationToken, Task<ImmutableArray<StreamHost>>> OwnProxies)
{
    /// <summary>Measures the delays.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;
}

/// <summary>
/// Tries streamhosts, direct ones before proxies, each kind in the order of the list, the next when the one before failed or has not won after
/// a while; the first to complete its handshake wins, the others are reset. (XEP-0065 §5.3.2 wants them tried one by one; patience with a dead
/// first host is what costs users their transfer.)
/// </summary>
internal sealed class StreamHostRace
{
    /// <summary>More streamhosts than this are not tried: a peer must not make this side knock at doors without end.</summary>
    public const int MaxHosts = 16;

    private readonly RaceTerms _terms;
    private readonly CancellationTokenSource _over;
    private readonly Queue<Lane> _waiting;
    private readonly List<Runner> _running = [];
    private readonly List<(string Detail, bool Screened)> _faults = [];
    private readonly long _begin;
    private long _lastStart;
    private bool _nextAtOnce = true;

    private StreamHostRace(RaceTerms terms, ImmutableArray<StreamHost> hosts, CancellationToken life)
    {
        _terms = terms;
        _over = CancellationTokenSource.CreateLinkedTokenSource(life);
        _begin = terms.Clock.GetTimestamp();
        _waiting = new Queue<Lane>(hosts
            .DistinctBy(host => (host.Host.ToLowerInvariant(), host.Port))
            .Take(MaxHosts)
            .Select(host => (Host: host, IsDirect: host.Jid.Bare == terms.Requester.Bare))
            .OrderBy(lane => lane.IsDirect ? 0 : 1)
            .Select((lane, place) => new Lane(lane.Host, place, lane.IsDirect)));
    }

    /// <summary>Runs the race. The link of the winner is disposed when <paramref name="life"/> is cancelled.</summary>
    /// <exception cref="StreamhostsNotAllowedException">The policy forbids them all.</exception>
    /// <exception cref="IOException">Nobody won; the message lists why for each host.</exception>
    public static async Task<StreamHostLink> RunAsync(RaceTerms terms, ImmutableArray<StreamHost> hosts, CancellationToken life)
    {
        var race = new StreamHostRace(terms, hosts, life);
        try
        {
            var winner = await race.FindWinnerAsync(life).ConfigureAwait(false);
            var link = await winner.Connecting.LivesUntil(life).ConfigureAwait(false);
            return new StreamHostLink(winner.Lane.Host, link, terms.Clock.GetElapsedTime(winner.Start));
        }
        finally
        {
            // Also when the race was called off: a connection may be made at that very moment.
            _ = race.EndAsync();
        }
    }

    private async Task<Runner> FindWinnerAsync(CancellationToken life)
    {
        while (_waiting.Count > 0 || _running.Count > 0)
        {
            var patience = StartWhoMay();
            var done = await FirstAsync(_running, patience, life).ConfigureAwait(false);
            if (done is null || Failed(done))
            {
                continue;
            }

            var winner = done.Lane.IsDirect ? done : await FindBetterAsync(done, life).ConfigureAwait(false);
            _running.Remove(winner);
            return winner;
        }

        throw Nobody();
    }

    /// <summary>Starts the next when its time has come. Returns how long to wait for the one after it.</summary>
    private TimeSpan StartWhoMay()
    {
        while (_waiting.TryPeek(out var next))
        {
            var wait = WaitOf(next);
            if (wait > TimeSpan.Zero)
            {
                return wait;
            }

            _waiting.Dequeue();
            _lastStart = _terms.Clock.GetTimestamp();
            _nextAtOnce = false;
            _running.Add(new Runner(next, _lastStart, ConnectAsync(next.Host)));
        }

        return Timeout.InfiniteTimeSpan;
    }

    private TimeSpan WaitOf(Lane next)
    {
        var wait = _nextAtOnce ? TimeSpan.Zero : _terms.Times.Stagger - _terms.Clock.GetElapsedTime(_lastStart);
        if (next.IsDirect || !_running.Exists(runner => runner.Lane.IsDirect))
        {
            return wait;
        }

        var delay = _terms.Times.ProxyDelay - _terms.Clock.GetElapsedTime(_begin);
        return delay > wait ? delay : wait;
    }

    private bool Failed(Runner runner)
    {
        if (runner.Connecting.IsCompletedSuccessfully)
        {
            return false;
        }

        var host = runner.Lane.Host;
        var cause = runner.Connecting.Exception?.GetBaseException();
        _running.Remove(runner);
        _nextAtOnce = true;
        _faults.Add(($"{host.Jid} at {host.Host}:{host.Port}: {cause?.Message ?? "cancelled"}", cause is EndPointNotAllowedException));
        return true;
    }

    /// <summary>
    /// A proxy is reached; those before it get a moment to be reached too. The initiator put its list in order, and it connects there as well.
    /// Direct hosts had their time before.
    /// </summary>
    private async Task<Runner> FindBetterAsync(Runner reached, CancellationToken life)
    {
        var start = _terms.Clock.GetTimestamp();
        while (true)
        {
            var better = _running.FindAll(runner => !runner.Lane.IsDirect && runner.Lane.Place < reached.Lane.Place);
            var rest = _terms.Times.ProxyTie - _terms.Clock.GetElapsedTime(start);
            if (better.Count == 0 || rest <= TimeSpan.Zero || await FirstAsync(better, rest, life).ConfigureAwait(false) is not { } done)
            {
                return reached;
            }

            if (!Failed(done))
            {
                reached = done;
            }
        }
    }

    private async Task<Runner?> FirstAsync(List<Runner> runners, TimeSpan patience, CancellationToken life)
    {
        try
        {
            var done = await Task.WhenAny(runners.Select(runner => runner.Connecting)).WaitAsync(patience, _terms.Clock, life).ConfigureAwait(false);
            return runners.Find(runner => runner.Connecting == done);
        }
        catch (TimeoutException)
        {
            return null;
        }
    }

    private async Task<IByteLink> ConnectAsync(StreamHost host)
    {
        var forbidden = _terms.Connector.Forbids(host);
        var (trust, attempt) = (forbidden && await IsOwnProxyAsync(host).ConfigureAwait(false) ? StreamHostTrust.Own : StreamHostTrust.Peer, 0);
        while (true)
        {
            try
            {
                return await _terms.Connector
                    .ConnectAsync(host, _terms.Destinations[attempt], _terms.Times.Connect, trust, _over.Token)
                    .ConfigureAwait(false);
            }
            catch (EndPointNotAllowedException) when (trust == StreamHostTrust.Peer)
            {
                if (forbidden || !await IsOwnProxyAsync(host).ConfigureAwait(false))
                {
                    throw;
                }

                trust = StreamHostTrust.Own;
            }
            catch (Socks5RefusedException) when (attempt + 1 < _terms.Destinations.Length)
            {
                attempt++;
            }
        }
    }

    /// <summary>The address decides, not the JID: anybody can name our proxy's JID beside an address of his own.</summary>
    private async Task<bool> IsOwnProxyAsync(StreamHost host) =>
        (await _terms.OwnProxies(_over.Token).ConfigureAwait(false))
            .Any(own => own.Port == host.Port && string.Equals(own.Host, host.Host, StringComparison.OrdinalIgnoreCase));

    private IOException Nobody()
    {
        var details = string.Join("; ", _faults.Select(fault => fault.Detail));
        return _faults.Count > 0 && _faults.TrueForAll(fault => fault.Screened)
            ? new StreamhostsNotAllowedException("The address policy allows no streamhost of the peer. " + details)
            : new IOException("No streamhost could be reached. " + details);
    }

    /// <summary>Never fails: a loser may connect at the last moment, or fail as it likes.</summary>
    private async Task EndAsync()
    {
        await _over.CancelAsync().ConfigureAwait(false);
        foreach (var loser in _running)
        {
            await ((Task)loser.Connecting).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (loser.Connecting.IsCompletedSuccessfully)
            {
                var link = await loser.Connecting.ConfigureAwait(false);
                link.Abort();
                link.Dispose();
            }
        }

        _over.Dispose();
    }

    private sealed record Lane(StreamHost Host, int Place, bool IsDirect);

    private sealed record Runner(Lane Lane, long Start, Task<IByteLink> Connecting);
}
