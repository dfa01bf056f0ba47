using System.Collections.Concurrent;
using System.Reflection;
using ActorTransfer.Transports.Relaying;
using ActorTransfer.Transports.Sockets.Linux;
using Akka.Streams;
using Microsoft.Coyote.Specifications;

namespace ActorTransfer.Concurrency;

/// <summary>A relay between its stream, the thread of the poller, the timer that parks it, and its owner.</summary>
internal static class RelayScenarios
{
    /// <summary>The stream parks while sockets may be ready and the owner closes the pair: each direction ends once, whatever comes first.</summary>
    public static async Task ParkAsync()
    {
        using var sockets = new Sockets();
        var ended = new ConcurrentQueue<RelayEvent.Ended>();
        var (first, second) = (sockets.Link([1, 2, 3]), sockets.Link());
        WaiterScenarios.Prepare((LinuxChannel)first.Channel);
        WaiterScenarios.Prepare((LinuxChannel)second.Channel);
        var materializer = DispatchProxy.Create<IMaterializer, StreamOfRelay>();
        var stream = (StreamOfRelay)(object)materializer;
        var relay = new SocketRelay(first, second, new RelayTerms(TimeSpan.FromSeconds(1)), materializer, happened =>
        {
            if (happened is RelayEvent.Ended end)
            {
                ended.Enqueue(end);
            }
        });
        stream.Relay = relay;
        relay.Start(); // the early bytes start a stream
        var (toSecond, toFirst) = (DirectionOf(relay, "_fromFirst"), DirectionOf(relay, "_fromSecond"));
        await Task.WhenAll(
            Task.Run(stream.QuietIntervalOver),
            Task.Run(stream.QuietIntervalOver),
            Task.Run(toSecond.OnReady),
            Task.Run(toFirst.OnReady),
            Task.Run(() =>
            {
                first.Dispose();
                second.Dispose();
                stream.LinksClosed();
            }));
        stream.LinksClosed();
        Specification.Assert(
            ended.Count(end => end.FromFirst) == 1 && ended.Count(end => !end.FromFirst) == 1,
            $"{ended.Count(end => end.FromFirst)} and {ended.Count(end => !end.FromFirst)} ends were reported");
    }

    private static IReadiness DirectionOf(SocketRelay relay, string field) =>
        (IReadiness)typeof(SocketRelay).GetField(field, BindingFlags.Instance | BindingFlags.NonPublic)!.GetValue(relay)!;
}

/// <summary>Plays the stream of a relay: an actor, which handles one message at a time, with the two writing stages and the readers that they end.</summary>
public class StreamOfRelay : DispatchProxy
{
    private readonly object _actor = new();
    private readonly Queue<Action> _mailbox = new();
    private readonly ConcurrentQueue<Action> _timers = new();
    private readonly bool[] _isStopped = [true, true];
    private bool _isHandling;
    private bool _hasMoved;

    internal SocketRelay Relay { get; set; } = null!;

    /// <summary>The timer that was scheduled last fires.</summary>
    public void QuietIntervalOver()
    {
        if (_timers.TryDequeue(out var timer))
        {
            timer();
        }
    }

    /// <summary>Both stages that run are told that their links are closed.</summary>
    public void LinksClosed() => Post(() =>
    {
        Fail(fromFirst: true);
        Fail(fromFirst: false);
    });

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        switch (targetMethod!.Name)
        {
            case "Materialize":
                Post(StartStages);
                return Akka.NotUsed.Instance;
            case "ScheduleOnce":
                _timers.Enqueue((Action)args![1]!);
                return null;
            default:
                throw new NotSupportedException(targetMethod.Name);
        }
    }

    private void StartStages()
    {
        (_isStopped[0], _isStopped[1]) = (false, false);
        Relay.First.TakeEarly();
        (Relay.First.AwaitsPeer, Relay.Second.AwaitsPeer) = (true, true);
        Relay.HasMoved = !_hasMoved;
        _hasMoved = true;
        foreach (var fromFirst in new[] { true, false })
        {
            Relay.Attach(fromFirst, () => Post(() => Check(fromFirst)));
        }

        if (Relay.First.IsClosed || Relay.Second.IsClosed)
        {
            Fail(fromFirst: true);
            Fail(fromFirst: false);
        }
    }

    private void Check(bool fromFirst)
    {
        if (!IsStopped(fromFirst) && Relay.MayPark(fromFirst))
        {
            Stop(fromFirst);
        }
    }

    private void Fail(bool fromFirst)
    {
        if (!IsStopped(fromFirst))
        {
            if (!Relay.IsParking)
            {
                Relay.Report(new RelayEvent.Ended(fromFirst, 0, Relay.First.ClosedFault()));
            }

            Stop(fromFirst);
        }
    }

    private bool IsStopped(bool fromFirst) => _isStopped[fromFirst ? 0 : 1];

    /// <summary>The stage that writes, and the one that it reads from.</summary>
    private void Stop(bool fromFirst)
    {
        _isStopped[fromFirst ? 0 : 1] = true;
        Relay.StageStopped(fromFirst, 0);
        Relay.StageStopped(fromFirst, 0);
    }

    private void Post(Action message)
    {
        lock (_actor)
        {
            _mailbox.Enqueue(message);
            if (_isHandling)
            {
                return;
            }

            _isHandling = true;
        }

        while (true)
        {
            Action next;
            lock (_actor)
            {
                if (!_mailbox.TryDequeue(out next!))
                {
                    _isHandling = false;
                    return;
                }
            }

            next();
        }
    }
}
