using System.Net.Sockets;
using ActorTransfer.Extensibility;
using ActorTransfer.Transports.Sockets;
using ActorTransfer.Transports.Sockets.Linux;
using Akka.Streams;

namespace ActorTransfer.Transports.Relaying;

/// <summary>
/// A relay between two sockets. It is parked most of the time: it waits in the poller, which costs no more than the sockets themselves, and moves
/// a few bytes there. When there are many, or a rate limit, it runs a <see cref="RelayGraph"/>, both directions on one actor, which ends and parks
/// it again when nothing has moved for a while.
/// </summary>
internal sealed class SocketRelay : Attributes.IMandatoryAttribute
{
    private readonly IMaterializer _materializer;
    private readonly Action<RelayEvent> _report;
    private readonly RelayDirection _fromFirst;
    private readonly RelayDirection _fromSecond;
    private bool _isRunning;
    private int _stagesStopped;
    private int _streams;

    public SocketRelay(SocketLink first, SocketLink second, RelayTerms terms, IMaterializer materializer, Action<RelayEvent> report)
    {
        (First, Second, Terms) = (first, second, terms);
        (_materializer, _report) = (materializer, report);
        (_fromFirst, _fromSecond) = (new RelayDirection(this, fromFirst: true), new RelayDirection(this, fromFirst: false));
    }

    public SocketLink First { get; }

    public SocketLink Second { get; }

    public RelayTerms Terms { get; }

    /// <summary>The stream is ending in order to park the relay: its stages leave bytes in the sockets and report nothing.</summary>
    public bool IsParking { get; private set; }

    /// <summary>For a stage: bytes have moved since the last check.</summary>
    public bool HasMoved { get; set; }

    /// <summary>A stream runs.</summary>
    public bool IsRunning => Volatile.Read(ref _isRunning);

    /// <summary>Only sockets by system calls keep two kinds of waits apart.</summary>
    public bool CanPark => First.Channel is LinuxChannel && Second.Channel is LinuxChannel;

    /// <summary>Waits for bytes or an end of either side, then relays.</summary>
    public void Start()
    {
        // The waits must not begin to relay before both are set. A lock of its own would be one more object for each idle pair.
        lock (_fromFirst)
        {
            Volatile.Write(ref _isRunning, false);
            if (!TryWait())
            {
                Run();
            }
        }
    }

    /// <summary>For a direction: its wait is over. While a stream runs, its stages have waits of their own.</summary>
    public void OnReady(RelayDirection direction)
    {
        lock (_fromFirst)
        {
            if (_isRunning || direction.HasEnded)
            {
                return;
            }

            try
            {
                if (First.IsClosed || Second.IsClosed)
                {
                    EndBoth((First.IsClosed ? First : Second).ClosedFault()); // by the owner
                }
                else if (!direction.TryMove())
                {
                    Run();
                }
            }
            catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
            {
                Run(); // the connection has ended: the stream reports how
            }
        }
    }

    /// <summary>For a stage: bytes that its direction had relayed before the present stream.</summary>
    public long Relayed(bool fromFirst) => From(fromFirst).Relayed;

    /// <summary>The direction has ended, in order or not.</summary>
    public bool HasEnded(bool fromFirst) => From(fromFirst).HasEnded;

    /// <summary>For a direction: the other one was relayed to its end.</summary>
    public bool IsComplete(bool fromFirst) => From(fromFirst).IsComplete;

    /// <summary>For a stage: a report to the owner.</summary>
    public void Report(RelayEvent happened)
    {
        if (happened is RelayEvent.Ended ended)
        {
            (From(ended.FromFirst).HasEnded, From(ended.FromFirst).IsComplete) = (true, ended.Fault is null);
        }

        _report(happened);
    }

    /// <summary>For a direction: it has ended outside a stream.</summary>
    public void End(bool fromFirst, Exception? fault) => Report(new RelayEvent.Ended(fromFirst, Relayed(fromFirst), fault));

    /// <summary>For the stages that write.</summary>
    /// <param name="fromFirst">The direction.</param>
    /// <param name="check">Thread-safe: makes the stage call <see cref="MayPark"/>.</param>
    public void Attach(bool fromFirst, Action check) => From(fromFirst).Check = check;

    /// <summary>
    /// For the stages that write, when they are checked. True: the stage must end, and the stage that it reads from follows. The first direction
    /// decides: when nothing has moved since the last check and nothing is under way, it makes the second one end, too.
    /// </summary>
    public bool MayPark(bool fromFirst)
    {
        if (fromFirst && !IsParking)
        {
            IsParking = !HasMoved && First.AwaitsPeer && Second.AwaitsPeer && !HasEnded(true) && !HasEnded(false);
            HasMoved = false;
            if (IsParking)
            {
                _fromSecond.Check!();
            }
            else if (!HasEnded(true) && !HasEnded(false))
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

        Start();
    }

    /// <summary>False when there is something to read already, or no poller.</summary>
    private bool TryWait()
    {
        if (!CanPark || First.HasEarly || Second.HasEarly)
        {
            return false;
        }

        try
        {
            _fromFirst.Wait();
            _fromSecond.Wait();
            return true;
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            return false; // the connection has ended: the stream reports how
        }
    }

    private void Run()
    {
        Volatile.Write(ref _isRunning, true);
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

    /// <summary>A relay that has ended meanwhile is not kept in memory by the check: Akka's own scheduler keeps cancelled ones until they are due.</summary>
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
            relay._fromFirst.Check?.Invoke();
        }
    }

    private void EndBoth(Exception fault)
    {
        foreach (var fromFirst in new[] { true, false })
        {
            if (!HasEnded(fromFirst))
            {
                End(fromFirst, fault);
            }
        }
    }

    private RelayDirection From(bool first) => first ? _fromFirst : _fromSecond;
}
