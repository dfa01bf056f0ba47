using ActorTransfer.Protocol.ProxyService;
using ActorTransfer.Protocol.Stanzas;

namespace ActorTransfer.Actors.Proxy;

/// <summary>Timeouts of pairs: a queue for each phase with a limit, and one for held activations. Confined to the proxy's actor.</summary>
internal sealed class PairDeadlines(TimeProvider clock)
{
    private readonly PairQueue _pending = new();
    private readonly PairQueue _active = new();
    private readonly PairQueue _halfClosed = new();
    private readonly PairQueue _draining = new();
    private readonly Queue<(Pair Pair, Iq Held, long Since)> _held = new();

    /// <summary>The oldest pair that is not active; null when there is none.</summary>
    public Pair? FirstPending => _pending.First;

    /// <summary>The limit of a half-closed pair, to which the idle limit applies too.</summary>
    public static TimeSpan HalfClosedLimit(ProxySettings settings) =>
        settings.Idle > TimeSpan.Zero && settings.Idle < settings.HalfCloseLinger ? settings.Idle : settings.HalfCloseLinger;

    /// <summary>Starts the timeout of the pair's current phase. Both phases before the activation share one.</summary>
    public void Enter(Pair pair)
    {
        var queue = pair.State.Phase switch
        {
            PairPhase.Waiting or PairPhase.Ready => _pending,
            PairPhase.Active => _active,
            PairPhase.HalfClosed => _halfClosed,
            PairPhase.Draining => _draining,
            _ => null,
        };
        if (queue is null)
        {
            PairQueue.Leave(pair);
        }
        else if (queue != _pending || pair.Queue != _pending)
        {
            queue.Enter(pair, clock.GetTimestamp());
        }
    }

    /// <summary>Bytes moved: restarts the timeout, except that of a draining pair.</summary>
    public void Moved(Pair pair)
    {
        if (pair.State.Phase is PairPhase.Active or PairPhase.HalfClosed)
        {
            pair.Queue?.Enter(pair, clock.GetTimestamp());
        }
    }

    /// <summary>The pair holds an activation.</summary>
    public void Hold(Pair pair, Iq held) => _held.Enqueue((pair, held, clock.GetTimestamp()));

    /// <summary>Whether an activation of this JID and session id is held until the second connection arrives.</summary>
    public bool IsHeld(Jid from, string sessionId) =>
        _held.Any(held => ReferenceEquals(held.Pair.State.Held, held.Held) && held.Held.From == from && held.Held.Payload?["sid"] == sessionId);

    /// <summary>The next pair that has held its activation for too long.</summary>
    public Pair? NextHeldTooLong(ProxySettings settings)
    {
        while (_held.TryPeek(out var held) && IsOver(held.Since, settings.ActivationHold))
        {
            _held.Dequeue();
            if (ReferenceEquals(held.Pair.State.Held, held.Held))
            {
                return held.Pair;
            }
        }

        return null;
    }

    /// <summary>The next pair whose phase has timed out.</summary>
    public Pair? NextOverdue(ProxySettings settings) =>
        Overdue(_pending, settings.PendingTimeout)
        ?? Overdue(_halfClosed, HalfClosedLimit(settings))
        ?? Overdue(_draining, settings.Drain)
        ?? (settings.Idle > TimeSpan.Zero ? Overdue(_active, settings.Idle) : null);

    private Pair? Overdue(PairQueue queue, TimeSpan limit) => queue.First is { } first && IsOver(first.Since, limit) ? first : null;

    private bool IsOver(long since, TimeSpan limit) => clock.GetElapsedTime(since) >= limit;
}
