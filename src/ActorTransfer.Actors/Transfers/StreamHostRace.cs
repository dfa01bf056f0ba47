using System.Collections.Immutable;
using System.Globalization;
using ActorTransfer.Actors.Connections;
using ActorTransfer.Extensibility;
using ActorTransfer.Protocol.Bytestreams;
using ActorTransfer.Transports.Sockets;

namespace ActorTransfer.Actors.Transfers;

/// <summary>
/// Tries streamhosts in the order of their priorities, the next when the one before failed or has not won within a delay; the first to complete its
/// handshake wins, the others are closed. (XEP-0065 §5.3.2 wants them tried one by one; waiting for an unreachable first one often makes the transfer
/// time out.)
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
    private readonly CandidateConnector _connector;
    private readonly List<StreamHostCandidate> _untried;
    private readonly List<Attempt> _attempts = [];
    private readonly List<Task> _closing = [];
    private readonly List<(string Detail, bool IsForbidden)> _faults = [];
    private readonly List<StreamHost> _failed = [];
    private readonly ImmutableArray<StreamHostCandidate> _forbidden;
    private readonly long _begin;
    private Task<ImmutableArray<StreamHost>>? _ownProxies;
    private long _lastStart;
    private bool _nextAtOnce = true;
    private int _attemptsMade;
    private int _lookups;

    private StreamHostRace(RaceTerms terms, ImmutableArray<StreamHostCandidate> offered, CancellationToken life)
    {
        _terms = terms;
        _over = CancellationTokenSource.CreateLinkedTokenSource(life);
        _begin = terms.Clock.GetTimestamp();
        _connector = new CandidateConnector(terms, _over.Token);
        var candidates = offered.ToLookup(candidate => candidate.Trust == StreamHostTrust.Peer && terms.Connector.Forbids(candidate.Host));
        _untried = [.. candidates[false].OrderByDescending(candidate => candidate.Priority)];
        _forbidden = [.. candidates[true]];
        _ownProxies = _forbidden.IsEmpty ? null : _connector.OwnProxies;
    }

    /// <summary>Runs the race. The link of the winner is disposed when <paramref name="life"/> is cancelled.</summary>
    /// <exception cref="StreamhostsNotAllowedException">The policy forbids them all.</exception>
    /// <exception cref="StreamHostRaceException">None could be used; the message lists the reason for each.</exception>
    public static async Task<StreamHostLink> RunAsync(RaceTerms terms, ImmutableArray<StreamHostCandidate> candidates, CancellationToken life)
    {
        var race = new StreamHostRace(terms, candidates, life);
        try
        {
            var winner = await race.FindWinnerAsync(life).ConfigureAwait(false);
            var link = await winner.Connecting.LivesUntil(life).ConfigureAwait(false);
            return new StreamHostLink(winner.Candidate.Host, link, terms.Clock.GetElapsedTime(winner.Start), [.. race._failed]);
        }
        finally
        {
            // Also when the race was cancelled: a connection may succeed at that moment.
            _ = race.EndAsync();
        }
    }

    private async Task<Attempt> FindWinnerAsync(CancellationToken life)
    {
        while (true)
        {
            var raised = _terms.Floor.Raised;
            DropBelowFloor();
            var wait = StartDue();
            if (_attempts.Count == 0 && _ownProxies is null)
            {
                throw NoneUsable();
            }

            Task[] pending = [.. _attempts.Select(attempt => attempt.Connecting), .. AsTasks(_ownProxies), raised];
            var done = await FirstAsync(pending, wait, life).ConfigureAwait(false);
            if (done is not null && done == _ownProxies)
            {
                await ReinstateOwnProxiesAsync().ConfigureAwait(false);
            }
            else if (_attempts.Find(attempt => attempt.Connecting == done) is { } reached
                && reached.Candidate.Priority > _terms.Floor.Priority && !HasFailed(reached))
            {
                var winner = reached.Candidate.IsDirect ? reached : await FindBetterAsync(reached, life).ConfigureAwait(false);
                _attempts.Remove(winner);
                return winner;
            }
        }
    }

    /// <summary>Attempts cannot be stopped one by one, but what they reach is closed, so that a better one of the same JID gets its handshake.</summary>
    private void DropBelowFloor()
    {
        var floor = _terms.Floor.Priority;
        if (floor == long.MinValue)
        {
            return;
        }

        _untried.RemoveAll(candidate => candidate.Priority <= floor);
        foreach (var attempt in _attempts.FindAll(attempt => attempt.Candidate.Priority <= floor))
        {
            _attempts.Remove(attempt);
            _closing.Add(CloseAsync(attempt));
        }
    }

    private static IEnumerable<Task> AsTasks(Task? task) => task is null ? [] : [task];

    /// <summary>Own proxies among the forbidden streamhosts are reinstated; the others are dropped.</summary>
    private async Task ReinstateOwnProxiesAsync()
    {
        await ((Task)_ownProxies!).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        var own = _ownProxies!.IsCompletedSuccessfully ? await _ownProxies.ConfigureAwait(false) : [];
        _ownProxies = null;
        foreach (var candidate in _forbidden)
        {
            if (CandidateConnector.IsOneOf(own, candidate.Host))
            {
                _untried.Add(candidate with { Trust = StreamHostTrust.Own });
            }
            else
            {
                AddFault(candidate.Host, new EndPointNotAllowedException(candidate.Host.Host, candidate.Host.Port).Message, isForbidden: true);
            }
        }

        _untried.Sort((one, other) => other.Priority.CompareTo(one.Priority));
    }

    /// <summary>Starts the next candidates that are due. Returns the delay until the one after them.</summary>
    private TimeSpan StartDue()
    {
        while (_untried.Find(candidate => !_connector.IsBusy(candidate.Host)) is { } next)
        {
            if (_attemptsMade >= MaxHosts || _lookups >= MaxLookups)
            {
                _faults.Add((string.Create(CultureInfo.InvariantCulture, $"{_untried.Count} more were not tried"), false));
                _untried.Clear();
                break;
            }

            var wait = DelayOf(next);
            if (wait > TimeSpan.Zero)
            {
                return wait;
            }

            _untried.Remove(next);
            _attemptsMade++;
            _lookups++;
            _lastStart = _terms.Clock.GetTimestamp();
            _nextAtOnce = false;
            _terms.Tried(next.Host, null);
            var slot = new HandshakeSlots.Slot();
            _attempts.Add(new Attempt(next, _lastStart, slot, _connector.ConnectAsync(next, slot)));
        }

        return Timeout.InfiniteTimeSpan;
    }

    private TimeSpan DelayOf(StreamHostCandidate next)
    {
        var wait = _nextAtOnce ? TimeSpan.Zero : _terms.Times.Stagger - _terms.Clock.GetElapsedTime(_lastStart);
        if (next.IsDirect || !_attempts.Exists(attempt => attempt.Candidate.IsDirect))
        {
            return wait;
        }

        var delay = _terms.Times.ProxyDelay - _terms.Clock.GetElapsedTime(_begin);
        return delay > wait ? delay : wait;
    }

    private bool HasFailed(Attempt attempt)
    {
        if (attempt.Connecting.IsCompletedSuccessfully)
        {
            return false;
        }

        var cause = attempt.Connecting.Exception?.GetBaseException();
        var isForbidden = cause is EndPointNotAllowedException;
        _attempts.Remove(attempt);
        _nextAtOnce = true;
        if (isForbidden)
        {
            _attemptsMade--;
        }
        else
        {
            _failed.Add(attempt.Candidate.Host);
        }

        AddFault(attempt.Candidate.Host, cause?.Message ?? "cancelled", isForbidden);
        return true;
    }

    private void AddFault(StreamHost host, string reason, bool isForbidden)
    {
        _faults.Add(($"{host.Describe()}: {reason}", isForbidden));
        _terms.Tried(host, reason);
    }

    /// <summary>
    /// A proxy is connected; better ones get a moment to connect too. The offerer ordered them, and it connects there as well.
    /// Direct candidates had their time before.
    /// </summary>
    private async Task<Attempt> FindBetterAsync(Attempt reached, CancellationToken life)
    {
        var start = _terms.Clock.GetTimestamp();
        while (true)
        {
            var better = _attempts.FindAll(attempt =>
                attempt.Candidate is { IsDirect: false } other
                && other.Priority > reached.Candidate.Priority
                && other.Host.Jid.Bare != reached.Candidate.Host.Jid.Bare);
            var rest = _terms.Times.ProxyTie - _terms.Clock.GetElapsedTime(start);
            if (better.Count == 0 || rest <= TimeSpan.Zero
                || await FirstAsync([.. better.Select(attempt => attempt.Connecting)], rest, life).ConfigureAwait(false) is not { } done)
            {
                return reached;
            }

            var attempt = better.Find(attempt => attempt.Connecting == done)!;
            if (!HasFailed(attempt))
            {
                reached = attempt;
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

    private StreamHostRaceException NoneUsable()
    {
        var details = string.Join("; ", _faults.Select(fault => fault.Detail));
        return _faults.Count > 0 && _faults.TrueForAll(fault => fault.IsForbidden)
            ? new StreamhostsNotAllowedException("The address policy allows no streamhost of the peer. " + details)
            : new StreamHostRaceException("No streamhost could be reached. " + details, [.. _failed]);
    }

    /// <summary>Never fails: a loser may connect at the last moment, or fail.</summary>
    private async Task EndAsync()
    {
        await _over.CancelAsync().ConfigureAwait(false);
        await (_ownProxies ?? Task.CompletedTask).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await Task.WhenAll([.. _closing, .. _attempts.Select(CloseAsync)]).ConfigureAwait(false);
        _over.Dispose();
    }

    private static async Task CloseAsync(Attempt loser)
    {
        await ((Task)loser.Connecting).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (loser.Connecting.IsCompletedSuccessfully)
        {
            var link = await loser.Connecting.ConfigureAwait(false);
            link.Abort();
            link.Dispose();
            loser.Slot.Dispose();
        }
    }

    /// <summary>A candidate that is being tried.</summary>
    private sealed record Attempt(StreamHostCandidate Candidate, long Start, HandshakeSlots.Slot Slot, Task<IByteLink> Connecting);
}
