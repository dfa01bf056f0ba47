using System.Net.Sockets;
using ActorTransfer.Extensibility;
using ActorTransfer.Transports.Sockets;
using ActorTransfer.Transports.Sockets.Linux;
using Akka.Streams;

namespace ActorTransfer.Transports.Relaying;

/// <summary>
/// A relay between two sockets. While neither side has something to read it is parked: it waits in the poller, which costs no more than the
/// sockets themselves. At the first sign of either side it runs a <see cref="RelayGraph"/>, both directions on one actor, which ends and
/// parks it again when nothing has moved for a while.
/// </summary>
internal sealed class SocketRelay : Attributes.IMandatoryAttribute, IReadiness
{
    private const int Parking = 0;
    private const int Parked = 1;
    private const int Running = 2;

    private readonly IMaterializer _materializer;
    private readonly Action<RelayEvent> _report;
    private int _state;

    private Direction _fromFirst;
    private Direction _fromSecond;
    private int _stagesStopped;
    private int _streams;
    private bool _hasEnded;

    public SocketRelay(SocketLink first, SocketLink second, RelayTerms terms, IMaterializer materializer, Action<RelayEvent> report)
    {
        (First, Second, Terms) = (first, second, terms);
        (_materializer, _report) = (materializer, report);
    }

    public SocketLink First { get; }

    public SocketLink Second { get; }

    public RelayTerms Terms { get; }

    /// <summary>The stream is ending in order to park the relay: its stages leave bytes in the sockets and report nothing.</summary>
    public bool IsParking { get; private set; }

    /// <summary>For a stage: bytes have moved since the last check.</summary>
    public bool HasMoved { get; set; }

    /// <summary>A stream runs.</summary>
    public bool IsRunning => Volatile.Read(ref _state) == Running;

    /// <summary>Only sockets by system calls keep two kinds of waits apart.</summary>
    public bool CanPark => First.Channel is LinuxChannel && Second.Channel is LinuxChannel;

    /// <summary>Waits for bytes or an end of either side, then relays.</summary>
    public void Start()
    {
        if (!TryWait() || Interlocked.CompareExchange(ref _state, Parked, Parking) != Parking)
        {
            Run();
        }
    }

    /// <summary>
    /// Called by each of the two waits, the second time without effect. During <see cref="Start"/> the stream must not run yet: the second wait
    /// would replace its own.
    /// </summary>
    public void OnReady()
    {
        if (Interlocked.Exchange(ref _state, Running) == Parked)
        {
            Run();
        }
    }

    /// <summary>For a stage: bytes that its direction had relayed before the present stream.</summary>
    public long Relayed(bool fromFirst) => From(fromFirst).Relayed;

    /// <summary>For a stage: a report to the owner.</summary>
    public void Report(RelayEvent happened)
    {
        _hasEnded |= happened is RelayEvent.Ended;
        _report(happened);
    }

    /// <summary>For the stages that write.</summary>
    /// <param name="fromFirst">The direction.</param>
    /// <param name="check">Thread-safe: makes the stage call <see cref="MayPark"/>.</param>
    public void Attach(bool fromFirst, Action check) => Volatile.Write(ref From(fromFirst).Check, check);

    /// <summary>
    /// For the stages that write, when they are checked. True: the stage must end, and the stage that it reads from follows. The first direction
    /// decides: when nothing has moved since the last check and nothing is under way, it makes the second one end, too.
    /// </summary>
    public bool MayPark(bool fromFirst)
    {
        if (fromFirst && !IsParking)
        {
            IsParking = !HasMoved && First.AwaitsPeer && Second.AwaitsPeer && !_hasEnded;
            HasMoved = false;
            if (IsParking)
            {
                _fromSecond.Check!();
            }
            else if (!_hasEnded)
            {
                CheckLater();
            }
        }

        return IsParking;
    }

    /// <summary>For a stage: it has ended. After the last one of a stream that was parked, the relay waits again.</summary>
    /// <param name="fromFirst">Its direction.</param>
    /// <param name="moved">Bytes that it has moved; 0 for a stage that reads.</param>
    public void StageStopped(bool fromFirst, long moved)
    {
        From(fromFirst).Relayed += moved;
        if (++_stagesStopped < RelayGraph.Stages || !IsParking)
        {
            return;
        }

        (_stagesStopped, IsParking) = (0, false);
        (_fromFirst.Check, _fromSecond.Check) = (null, null);
        foreach (var link in new[] { First, Second })
        {
            link.IncomingDirection.Release();
            link.OutgoingDirection.Release();
        }

        Volatile.Write(ref _state, Parking);
        Start();
    }

    /// <summary>False when there is something to read already.</summary>
    private bool TryWait()
    {
        if (First is not { HasEarly: false, Channel: LinuxChannel first } || Second is not { HasEarly: false, Channel: LinuxChannel second })
        {
            return false;
        }

        try
        {
            first.WaitReadable(this);
            second.WaitReadable(this);
            return true;
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            return false; // the connection has ended: the stream reports how
        }
    }

    private void Run()
    {
        Volatile.Write(ref _state, Running);
        if (First.IsClosed || Second.IsClosed)
        {
            EndBoth((First.IsClosed ? First : Second).ClosedFault()); // by the owner
            return;
        }

        try
        {
            _streams++;
            RelayGraph.Run(this, _materializer);
            CheckLater();
        }
        catch (Exception fault) when (_materializer is ActorMaterializer { IsShutdown: true })
        {
            EndBoth(fault);
        }
    }

    /// <summary>A relay that has ended meanwhile is not kept in memory by the check: the scheduler keeps cancelled ones until they are due.</summary>
    private void CheckLater()
    {
        if (CanPark)
        {
            var (relay, stream) = (new WeakReference<SocketRelay>(this), _streams);
            _materializer.ScheduleOnce(Terms.QuietInterval, () => Check(relay, stream));
        }
    }

    private static void Check(WeakReference<SocketRelay> weak, int stream)
    {
        if (weak.TryGetTarget(out SocketRelay? relay) && Volatile.Read(ref relay._streams) == stream)
        {
            Volatile.Read(ref relay._fromFirst.Check)?.Invoke();
        }
    }

    private void EndBoth(Exception fault)
    {
        Report(new RelayEvent.Ended(FromFirst: true, _fromFirst.Relayed, fault));
        Report(new RelayEvent.Ended(FromFirst: false, _fromSecond.Relayed, fault));
    }

    private ref Direction From(bool first) => ref first ? ref _fromFirst : ref _fromSecond;

    private struct Direction
    {
        /// <summary>Bytes of earlier streams.</summary>
        public long Relayed;

        /// <summary>Checks the stage that writes.</summary>
        public Action? Check;
    }
}
