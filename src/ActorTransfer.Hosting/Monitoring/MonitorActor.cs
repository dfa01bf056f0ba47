using System.Collections.Immutable;
using ActorTransfer.Actors;
using ActorTransfer.Actors.Connections;
using ActorTransfer.Actors.Settings;
using ActorTransfer.Actors.Transfers;
using ActorTransfer.Hosting.Internal;
using ActorTransfer.Protocol.FileTransfer;
using Akka.Actor;
using Akka.Event;

namespace ActorTransfer.Hosting.Monitoring;

/// <summary>
/// Follows all transfers, accounts and proxies of the engine, keeps a bounded history, and returns it on request. Top-level; stops with the system. It only
/// listens: a fault affects only the message that caused it.
/// </summary>
internal sealed class MonitorActor : ReceiveActor, IWithTimers
{
    private static readonly Transfer.GetStatus s_getStatus = new();
    private static readonly TimeSpan s_second = TimeSpan.FromSeconds(1);

    private readonly SortedDictionary<long, MonitorEntry> _active = [];
    private readonly Queue<ThroughputSample> _throughput = [];
    private readonly Engine.Parts _parts;
    private readonly IActorRef _transfers;
    private readonly Links _links;
    private readonly Conversations _conversations;
    private readonly EndedTransfers _completed;
    private readonly EndedTransfers _notCompleted;
    private readonly int _samples;
    private readonly IClusterView? _cluster;
    private MonitorTotals _totals = new(0, 0, 0, 0);
    private bool _isDraining;
    private List<(IRequest Request, IActorRef Sender)>? _early = [];
    private long _sent;
    private long _received;
    private long _relayed;

    /// <summary>Use <see cref="Props"/>.</summary>
    public MonitorActor(Engine.Parts parts, MonitorSettings settings, IClusterView? cluster)
    {
        _parts = parts;
        _cluster = cluster;
        _transfers = parts.Transfers;
        _links = new Links(parts);
        _conversations = new Conversations(settings);
        (_completed, _notCompleted) = (new EndedTransfers(settings.MaxEnded), new EndedTransfers(settings.MaxEnded));
        _samples = (int)Math.Clamp(settings.Throughput / s_second, 1, 86_400);
        Receive<TransferMonitoring.Added>(Added);
        Receive<TransferMonitoring.InSession>(session => Find(session.Id)?.Add(StanzaSession.Of(session.SessionId, session.Self, session.Peer)));
        Receive<Transfer.Queued>(queued => On(queued, entry => entry.IsQueued = true));
        Receive<Transfer.Entered>(entered => On(entered, entry => entry.Enter(entered)));
        Receive<Transfer.Paused>(paused => On(paused, entry => entry.IsPaused = paused.IsPaused));
        Receive<Transfer.ResourceFound>(found => On(found, entry => entry.Peer = found.Peer));
        Receive<Transfer.SignallingSelected>(used => On(used, entry => entry.Signalling = used.Signalling));
        Receive<Transfer.MethodSelected>(used => On(used, entry => entry.Method = new TransferMethod(used.Method, used.Host)));
        Receive<Transfer.Progressed>(moved => On(moved, entry => entry.Bytes = moved.Bytes));
        Receive<Transfer.Ended>(Ended);
        Receive<Connection.Traced>(traced => _conversations.Add(traced.At, traced.Stanza));
        Receive<Engine.Parts>(now => _links.Use(now, Self));
        Receive<Engine.AccountOpened>(opened => _links.Opened(opened, Self));
        Receive<Engine.AccountClosed>(_links.Closed);
        Receive<Connection.Up>(up => _links.Reported(Sender, new AccountStatus.Online(up.Self)));
        Receive<Connection.Lost>(lost => _links.Reported(
            Sender, new AccountStatus.Offline(lost.Reason, lost.ForGood) { Fault = lost.Fault, RetryIn = lost.RetryIn }));
        Receive<Transfer.Status>(status => _isDraining = status.IsDraining);
        Receive<BytestreamsProxy.Status>(status => _links.Reported(Sender, status));
        Receive<Second>(_ => Sample());
        Receive<TransferMonitoring.Started>(_ => Begin());
        Receive<IRequest>(request => _early!.Add((request, Sender)), _ => _early is not null);
        Receive<GetSnapshot>(_ => Sender.Tell(Snapshot()));
        Receive<GetLines>(get => Sender.Tell(new Lines(
            (Find(get.Id) ?? _notCompleted.Find(get.Id) ?? _completed.Find(get.Id))?.Events(_conversations) ?? [])));
        Receive<Cancel>(cancel => Forward(cancel.Id, new Transfer.Cancel(cancel.Id)));
        Receive<Pause>(pause => Forward(pause.Id, pause.IsPaused ? new Transfer.Pause(pause.Id) : new Transfer.Resume(pause.Id)));
        Receive<Drain>(_ => DrainAll());
        Receive<EndDrain>(_ => EndTransferDrain());
        ReceiveAny(_ => { });
    }

    /// <inheritdoc/>
    public ITimerScheduler Timers { get; set; } = null!;

    private static DateTimeOffset Now => Context.System.Scheduler.Now;

    /// <param name="parts">The engine's actors.</param>
    /// <param name="settings">What is kept.</param>
    /// <param name="cluster">The cluster of the engine; null = there is none.</param>
    public static Props Props(Engine.Parts parts, MonitorSettings settings, IClusterView? cluster) =>
        Akka.Actor.Props.Create(() => new MonitorActor(parts, settings, cluster));

    /// <inheritdoc/>
    protected override void PreStart()
    {
        _transfers.Tell(new TransferMonitoring.Start());
        _links.Use(_parts, Self);
        _parts.Engine.Tell(new Engine.GetParts { Follows = true });
        _links.AskProxies(Self);
        Timers.StartPeriodicTimer(nameof(Second), new Second(), s_second);
    }

    /// <inheritdoc/>
    protected override bool AroundReceive(Receive receive, object message)
    {
        try
        {
            return base.AroundReceive(receive, message);
        }
#pragma warning disable CA1031 // top-level: without a parent of ours that could let it resume with its history
        catch (Exception exception)
#pragma warning restore CA1031
        {
            ActorLog.GetLogger(Context).Write(exception, MonitoringLog.MonitorFailed, exception.Message);
            return true;
        }
    }

    /// <summary>Requests that came before the transfers were known are executed now.</summary>
    private void Begin()
    {
        var early = _early ?? [];
        _early = null;
        early.ForEach(waiting => Self.Tell(waiting.Request, waiting.Sender));
    }

    private MonitorEntry? Find(TransferId id) => _active.GetValueOrDefault(id.Value);

    private void On(Transfer.IEvent happened, Action<MonitorEntry> apply)
    {
        if (Find(happened.Id) is { } entry)
        {
            apply(entry);
        }
    }

    private void Added(TransferMonitoring.Added added) => _active[added.Id.Value] = new MonitorEntry(
        new MonitoredTransfer(added.Id, added.IsIncoming, added.Account, added.Peer, added.File, Now, TransferState.Offer, 0, 0) { IsQueued = added.IsQueued });

    private void Ended(Transfer.Ended ended)
    {
        if (!_active.Remove(ended.Id.Value, out var entry))
        {
            return;
        }

        // A small file has moved before its first report of progress.
        entry.Bytes = ended.Outcome is TransferOutcome.Completed { Bytes: var all } ? all : entry.Bytes;
        Count(entry);
        _totals = Add(_totals, ended.Outcome);
        (ended.Outcome is TransferOutcome.Completed ? _completed : _notCompleted)
            .Add(entry, new EndedTransfer(entry.View(_conversations), Now, ended.Outcome));
    }

    private static MonitorTotals Add(MonitorTotals totals, TransferOutcome outcome) => outcome switch
    {
        TransferOutcome.Completed => totals with { Completed = totals.Completed + 1 },
        TransferOutcome.Refused => totals with { Refused = totals.Refused + 1 },
        TransferOutcome.Cancelled => totals with { Cancelled = totals.Cancelled + 1 },
        _ => totals with { Failed = totals.Failed + 1 },
    };

    private long Count(MonitorEntry entry)
    {
        var bytes = entry.Count();
        (_received, _sent) = entry.IsIncoming ? (_received + bytes, _sent) : (_received, _sent + bytes);
        return bytes;
    }

    private void Sample()
    {
        foreach (var entry in _active.Values)
        {
            entry.Sample(Count(entry));
        }

        var relayed = _links.Relayed;
        _throughput.Enqueue(new ThroughputSample(Now, _sent, _received, Math.Max(0, relayed - _relayed)));
        (_sent, _received, _relayed) = (0, 0, relayed);
        if (_throughput.Count > _samples)
        {
            _throughput.Dequeue();
        }

        _links.AskProxies(Self);
        _transfers.Tell(s_getStatus);
    }

    private MonitorSnapshot Snapshot() => new(
        Now,
        [.. _active.Values.Select(entry => entry.View(_conversations))],
        _completed.Views,
        _notCompleted.Views,
        _links.Accounts,
        _links.Proxies,
        [.. _throughput],
        _totals,
        _isDraining)
    {
        Cluster = _cluster?.Current,
    };

    private void Forward(TransferId id, object request)
    {
        var isActive = Find(id) is not null;
        if (isActive)
        {
            _transfers.Tell(request);
        }

        Sender.Tell(new Done(isActive));
    }

    private void DrainAll()
    {
        _isDraining = true;
        _transfers.Tell(new Transfer.Drain());
        _links.Drain(Self);
        Sender.Tell(new Done(IsActive: true));
    }

    /// <summary>Whether it had an effect is in the status that the transfers respond with.</summary>
    private void EndTransferDrain()
    {
        _transfers.Tell(new Transfer.EndDrain());
        Sender.Tell(new Done(IsActive: true));
    }

    /// <summary>Of the <see cref="TransferMonitor"/>.</summary>
    internal interface IRequest;

    internal sealed record GetSnapshot : IRequest
    {
        public static GetSnapshot Instance { get; } = new();
    }

    internal sealed record GetLines(TransferId Id) : IRequest;

    internal sealed record Lines(ImmutableArray<TraceEvent> Events);

    internal sealed record Cancel(TransferId Id) : IRequest;

    internal sealed record Pause(TransferId Id, bool IsPaused) : IRequest;

    internal sealed record Drain : IRequest;

    internal sealed record EndDrain : IRequest;

    /// <summary>The request was executed; the transfer is or was active.</summary>
    internal sealed record Done(bool IsActive);

    private sealed record Second;
}
