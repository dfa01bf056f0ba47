using System.Collections.Immutable;
using ActorTransfer.Actors.Transfers;
using ActorTransfer.Protocol.FileTransfer;

namespace ActorTransfer.Hosting.Monitoring;

/// <summary>What the <see cref="MonitorActor"/> knows about an active transfer.</summary>
/// <param name="view">What is known at its start.</param>
internal sealed class MonitorEntry(MonitoredTransfer view)
{
    /// <summary>Weight of the last second in the rate: about three seconds count.</summary>
    private const double Weight = 0.4;

    /// <summary>More than all fallbacks need.</summary>
    private const int MaxStates = 64;

    private MonitoredTransfer _view = view;
    private long _counted;
    private double _rate;

    public TransferState State { get; set; } = view.State;

    public bool IsQueued { get; set; } = view.IsQueued;

    public bool IsPaused { get; set; }

    public Jid Peer { get; set; } = view.Peer;

    public TransferMethod? Method { get; set; }

    public Signalling? Signalling { get; set; }

    public long Bytes { get; set; }

    public bool IsIncoming => _view.IsIncoming;

    /// <summary>The states that it entered, and when.</summary>
    public List<TraceEvent> States { get; } = [];

    /// <summary>Its sessions, the first one first: a fallback may need another.</summary>
    public List<StanzaSession> Sessions { get; } = [];

    /// <summary>The current view; the same object if nothing has changed.</summary>
    /// <param name="conversations">The conversations.</param>
    public MonitoredTransfer View(Conversations conversations)
    {
        var lines = States.Count + Sessions.Sum(session => conversations.Find(session)?.Count ?? 0);
        var now = _view with
        {
            State = State,
            IsQueued = IsQueued,
            IsPaused = IsPaused,
            Peer = Peer,
            Method = Method,
            Signalling = Signalling,
            Bytes = Bytes,
            Rate = (long)_rate,
            Lines = lines,
        };
        return now == _view ? _view : _view = now;
    }

    /// <summary>What happened, in chronological order.</summary>
    /// <param name="conversations">The conversations.</param>
    public ImmutableArray<TraceEvent> Events(Conversations conversations) =>
        [.. Sessions.SelectMany(session => conversations.Find(session)?.Events ?? []).Concat(States).OrderBy(happened => happened.At)];

    /// <summary>It has a session.</summary>
    public void Add(StanzaSession session)
    {
        if (!Sessions.Contains(session))
        {
            Sessions.Add(session);
        }
    }

    /// <summary>It entered a state.</summary>
    /// <param name="entered">The state.</param>
    public void Enter(Transfer.Entered entered)
    {
        (State, IsQueued) = (entered.State, false);
        if (States.Count < MaxStates && (States.Count == 0 || ((TraceEvent.Entered)States[^1]).State != entered.State))
        {
            States.Add(new TraceEvent.Entered(entered.At, entered.Id, entered.Self, entered.State));
        }
    }

    /// <summary>Bytes since the last call; 0 if it restarted from the beginning.</summary>
    public long Count()
    {
        var more = Math.Max(0, Bytes - _counted);
        _counted = Bytes;
        return more;
    }

    /// <summary>A second is over.</summary>
    /// <param name="bytes">Bytes that moved in it.</param>
    public void Sample(long bytes) => _rate = _rate < 1 ? bytes : bytes == 0 && _rate < 1024 ? 0 : _rate + (Weight * (bytes - _rate));
}
