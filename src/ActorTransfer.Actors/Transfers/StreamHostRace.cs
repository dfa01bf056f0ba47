using System.Collections.Immutable;
using System.Globalization;
using ActorTransfer.Actors.Connections;
using ActorTransfer.Actors.Settings;
using ActorTransfer.Extensibility;
using ActorTransfer.Protocol.Bytestreams;
using ActorTransfer.Transports.Sockets;

namespace ActorTransfer.Actors.Transfers;

/// <summary>A streamhost, the link to it, and the time to connect.</summary>
/// <param name="Host">The winner.</param>
/// <param name="Link">The link to it.</param>
/// <param name="Took">From the start of its connection.</param>
/// <param name="Failed">Candidates that failed before.</param>
internal sealed record StreamHostLink(StreamHost Host, IByteLink Link, TimeSpan Took, ImmutableArray<StreamHost> Failed);

/// <summary>No streamhost could be used; the message lists the reason for each.</summary>
internal class StreamHostRaceException(string message, ImmutableArray<StreamHost> failed) : IOException(message)
{
    /// <summary>The candidates tried.</summary>
    public ImmutableArray<StreamHost> Failed { get; } = failed;
}

/// <summary>The policy forbids every streamhost that the peer offered; the message lists them, for this side only.</summary>
internal sealed class StreamhostsNotAllowedException(string message) : StreamHostRaceException(message, []);

/// <summary>Parameters of a race.</summary>
/// <param name="Connector">Connects to streamhosts.</param>
/// <param name="Requester">The peer that offered the streamhosts: those with its JID are direct, the others proxies.</param>
/// <param name="Destinations">Destinations to request; the next one when the streamhost refuses the one before.</param>
/// <param name="Times">Limits and delays.</param>
/// <param name="OwnProxies">
/// The proxies that this side knows. Queried when the policy forbids a streamhost: known proxies are allowed anyway.
/// </param>
internal sealed record RaceTerms(
    IStreamHostConnector Connector,
    Jid Requester,
    ImmutableArray<DestinationAddress> Destinations,
    TargetSettings Times,
    Func<CancellationToken, Task<ImmutableArray<StreamHost>>> OwnProxies)
{
    /// <summary>The source of the addresses.</summary>
    public StreamHostTrust Trust { get; init; } = StreamHostTrust.Peer;

    /// <summary>Called for each candidate when it is tried (null) and with the reason when it fails, on any thread.</summary>
    public Action<StreamHost, string?> Tried { get; init; } = (_, _) => { };

    /// <summary>Measures the delays.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;
}

/// <summary>
/// Tries streamhosts, direct ones before proxies, each kind in the order of the list, the next when the one before failed or has not won within
/// a delay; the first to complete its handshake wins, the others are closed. (XEP-0065 §5.3.2 wants them tried one by one; waiting for an unreachable
/// first one often makes the transfer time out.)
/// </summary>
/// <remarks>
/// Addresses of one JID race by TCP connect only. A proxy takes a second handshake with the same hash for the other end of the stream, or replaces
/// the first with it: so there is one handshake at a time for a JID and for an address, and the next one when that has failed and is closed.
/// </remarks>
internal sealed class StreamHostRace
{
    /// <summary>
    /// Attempts in one race: bounds the connections that a peer can cause. Duplicates and forbidden addresses do not count.
    /// </summary>
    public const int MaxHosts = 16;

    /// <summary>Attempts plus names that resolved to forbidden addresses only: bounds the DNS lookups that a peer can cause.</summary>
    private const int MaxLookups = 64;

    private readonly RaceTerms _terms;
    private readonly CancellationTokenSource _over;
    private readonly HandshakeSlots _turns = new();
    private readonly List<Lane> _waiting;
    private readonly List<Runner> _running = [];
    private readonly List<(string Detail, bool Screened)> _faults = [];
    private readonly List<StreamHost> _failed = [];
    private readonly ImmutableArray<Lane> _forbidden;
    private readonly Lazy<Task<ImmutableArray<StreamHost>>> _own;
    private readonly long _begin;
    private Task<ImmutableArray<StreamHost>>? _screening;
    private long _lastStart;
    private bool _nextAtOnce = true;
    private int _attempts;
    private int _lookups;

    private StreamHostRace(RaceTerms terms, ImmutableArray<StreamHost> hosts, CancellationToken life)
    {
        _terms = terms;
        _over = CancellationTokenSource.CreateLinkedTokenSource(life);
        _begin = terms.Clock.GetTimestamp();
        _own = new(() => terms.OwnProxies(_over.Token));
        var lanes = StreamHostList.Distinct(hosts)
            .Select((host, place) => new Lane(host, place, host.Jid.Bare == terms.Requester.Bare, terms.Trust))
            .ToLookup(lane => terms.Trust == StreamHostTrust.Peer && terms.Connector.Forbids(lane.Host));
        _waiting = [.. lanes[false].OrderBy(lane => lane.Rank)];
        _forbidden = [.. lanes[true]];
        _screening = _forbidden.IsEmpty ? null : _own.Value;
    }

    /// <summary>Runs the race. The link of the winner is disposed when <paramref name="life"/> is cancelled.</summary>
    /// <exception cref="StreamhostsNotAllowedException">The policy forbids them all.</exception>
    /// <exception cref="StreamHostRaceException">None could be used; the message lists the reason for each.</exception>
    public static async Task<StreamHostLink> RunAsync(RaceTerms terms, ImmutableArray<StreamHost> hosts, CancellationToken life)
    {
        var race = new StreamHostRace(terms, hosts, life);
        try
        {
            var winner = await race.FindWinnerAsync(life).ConfigureAwait(false);
            var link = await winner.Connecting.LivesUntil(life).ConfigureAwait(false);
            return new StreamHostLink(winner.Lane.Host, link, terms.Clock.GetElapsedTime(winner.Start), [.. race._failed]);
        }
        finally
        {
            // Also when the race was cancelled: a connection may succeed at that moment.
            _ = race.EndAsync();
        }
    }

    private async Task<Runner> FindWinnerAsync(CancellationToken life)
    {
        while (true)
        {
            var wait = StartWhoMay();
            if (_running.Count == 0 && _screening is null)
            {
                throw NoneUsable();
            }

            Task? done = await FirstAsync([.. _running.Select(runner => (Task)runner.Connecting), .. AsTasks(_screening)], wait, life).ConfigureAwait(false);
            if (done is not null && done == _screening)
            {
                await ScreenAsync().ConfigureAwait(false);
            }
            else if (_running.Find(runner => runner.Connecting == done) is { } reached && !Failed(reached))
            {
                var winner = reached.Lane.IsDirect ? reached : await FindBetterAsync(reached, life).ConfigureAwait(false);
                _running.Remove(winner);
                return winner;
            }
        }
    }

    private static IEnumerable<Task> AsTasks(Task? task) => task is null ? [] : [task];

    /// <summary>Own proxies among the forbidden streamhosts are reinstated; the others are dropped.</summary>
    private async Task ScreenAsync()
    {
        await ((Task)_screening!).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        var own = _screening!.IsCompletedSuccessfully ? await _screening.ConfigureAwait(false) : [];
        _screening = null;
        foreach (var lane in _forbidden)
        {
            if (IsOneOf(own, lane.Host))
            {
                _waiting.Add(lane with { Trust = StreamHostTrust.Own });
            }
            else
            {
                Note(lane.Host, new EndPointNotAllowedException(lane.Host.Host, lane.Host.Port).Message, screened: true);
            }
        }

        _waiting.Sort((one, other) => one.Rank.CompareTo(other.Rank));
    }

    /// <summary>Starts the next candidates that are due. Returns the delay until the one after them.</summary>
    private TimeSpan StartWhoMay()
    {
        while (_waiting.Find(lane => !_turns.IsTaken(lane.Host.Jid)) is { } next)
        {
            if (_attempts >= MaxHosts || _lookups >= MaxLookups)
            {
                _faults.Add((string.Create(CultureInfo.InvariantCulture, $"{_waiting.Count} more were not tried"), false));
                _waiting.Clear();
                break;
            }

            var wait = WaitOf(next);
            if (wait > TimeSpan.Zero)
            {
                return wait;
            }

            _waiting.Remove(next);
            _attempts++;
            _lookups++;
            _lastStart = _terms.Clock.GetTimestamp();
            _nextAtOnce = false;
            _terms.Tried(next.Host, null);
            _running.Add(new Runner(next, _lastStart, ConnectAsync(next)));
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

        var cause = runner.Connecting.Exception?.GetBaseException();
        var screened = cause is EndPointNotAllowedException;
        _running.Remove(runner);
        _nextAtOnce = true;
        if (screened)
        {
            _attempts--;
        }
        else
        {
            _failed.Add(runner.Lane.Host);
        }

        Note(runner.Lane.Host, cause?.Message ?? "cancelled", screened);
        return true;
    }

    private void Note(StreamHost host, string why, bool screened)
    {
        _faults.Add(($"{host.Describe()}: {why}", screened));
        _terms.Tried(host, why);
    }

    /// <summary>
    /// A proxy is connected; those before it get a moment to connect too. The initiator ordered the list, and it connects there as well.
    /// Direct candidates had their time before.
    /// </summary>
    private async Task<Runner> FindBetterAsync(Runner reached, CancellationToken life)
    {
        var start = _terms.Clock.GetTimestamp();
        while (true)
        {
            var better = _running.FindAll(runner =>
                !runner.Lane.IsDirect && runner.Lane.Place < reached.Lane.Place && runner.Lane.Host.Jid.Bare != reached.Lane.Host.Jid.Bare);
            var rest = _terms.Times.ProxyTie - _terms.Clock.GetElapsedTime(start);
            if (better.Count == 0 || rest <= TimeSpan.Zero
                || await FirstAsync([.. better.Select(runner => runner.Connecting)], rest, life).ConfigureAwait(false) is not { } done)
            {
                return reached;
            }

            var runner = better.Find(runner => runner.Connecting == done)!;
            if (!Failed(runner))
            {
                reached = runner;
            }
        }
    }

    private async Task<Task?> FirstAsync(Task[] tasks, TimeSpan wait, CancellationToken life)
    {
        try
        {
            return await Task.WhenAny(tasks).WaitAsync(wait, _terms.Clock, life).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            return null;
        }
    }

    /// <summary>Connects, waits for the slot of its streamhost, and requests the destinations, each over a new connection.</summary>
    private async Task<IByteLink> ConnectAsync(Lane lane)
    {
        var limit = _terms.Times.Connect;
        var (connection, rest) = await OpenAsync(lane, limit).ConfigureAwait(false);
        try
        {
            using var slot = await _turns.TakeAsync(lane.Host.Jid, connection.RemoteEndPoint, _over.Token).ConfigureAwait(false);
            for (var attempt = 0; ; attempt++)
            {
                if (attempt > 0 || connection.HasEnded)
                {
                    connection.Dispose();
                    (connection, rest) = await OpenAsync(lane, limit).ConfigureAwait(false);
                }

                try
                {
                    var link = await connection.HandshakeAsync(_terms.Destinations[attempt], rest, _over.Token).ConfigureAwait(false);
                    slot.Keep();
                    return link;
                }
                catch (Socks5RefusedException) when (attempt + 1 < _terms.Destinations.Length)
                {
                    // The streamhost may know the stream by another form of the JIDs.
                }
            }
        }
        finally
        {
            connection.Dispose();
        }
    }

    /// <summary>Connects, and returns the remaining time.</summary>
    private async Task<(IStreamHostConnection Connection, TimeSpan Left)> OpenAsync(Lane lane, TimeSpan limit)
    {
        var start = _terms.Clock.GetTimestamp();
        var connection = await OpenAsync(lane.Host, lane.Trust, limit).ConfigureAwait(false);
        var rest = limit - _terms.Clock.GetElapsedTime(start);
        return (connection, rest > TimeSpan.Zero ? rest : TimeSpan.FromMilliseconds(1));
    }

    private async Task<IStreamHostConnection> OpenAsync(StreamHost host, StreamHostTrust trust, TimeSpan limit)
    {
        try
        {
            return await _terms.Connector.ConnectAsync(host, limit, trust, _over.Token).ConfigureAwait(false);
        }
        catch (EndPointNotAllowedException) when (trust == StreamHostTrust.Peer)
        {
            if (!IsOneOf(await _own.Value.ConfigureAwait(false), host))
            {
                throw;
            }
        }

        return await _terms.Connector.ConnectAsync(host, limit, StreamHostTrust.Own, _over.Token).ConfigureAwait(false);
    }

    /// <summary>The address decides, not the JID: a peer can list our proxy's JID with an address of its own.</summary>
    private static bool IsOneOf(ImmutableArray<StreamHost> own, StreamHost host) =>
        own.Any(known => known.Port == host.Port && string.Equals(known.Host, host.Host, StringComparison.OrdinalIgnoreCase));

    private StreamHostRaceException NoneUsable()
    {
        var details = string.Join("; ", _faults.Select(fault => fault.Detail));
        return _faults.Count > 0 && _faults.TrueForAll(fault => fault.Screened)
            ? new StreamhostsNotAllowedException("The address policy allows no streamhost of the peer. " + details)
            : new StreamHostRaceException("No streamhost could be reached. " + details, [.. _failed]);
    }

    /// <summary>Never fails: a loser may connect at the last moment, or fail.</summary>
    private async Task EndAsync()
    {
        await _over.CancelAsync().ConfigureAwait(false);
        await (_screening ?? Task.CompletedTask).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
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

    private sealed record Lane(StreamHost Host, int Place, bool IsDirect, StreamHostTrust Trust)
    {
        /// <summary>Direct ones come first.</summary>
        public (int Kind, int Place) Rank => (IsDirect ? 0 : 1, Place);
    }

    private sealed record Runner(Lane Lane, long Start, Task<IByteLink> Connecting);
}
