using System.Diagnostics;
using Akka.Actor;
using Akka.Configuration;

namespace ActorTransfer.Benchmarks.Runtime;

/// <summary>
/// The speed of the actor runtime itself: quick measurements without a benchmark harness.
/// </summary>
public static class RuntimeThroughput
{
    /// <summary>How many messages a pair has in progress at a time.</summary>
    private const int Window = 64;

    /// <summary>A system that logs nothing.</summary>
    public static ActorSystem QuietSystem() => ActorSystem.Create("throughput", ConfigurationFactory.ParseString("""
        akka.loglevel = "OFF"
        akka.stdout-loglevel = "OFF"
        akka.coordinated-shutdown.run-by-clr-shutdown-hook = off
        """));

    /// <summary>Messages per second between pairs of actors that reply to each other; each message is counted once.</summary>
    public static async Task<double> MeasureTellsAsync(int pairs, int messagesPerPair)
    {
        using var system = QuietSystem();
        await PlayAsync(system, pairs, messagesPerPair / 10);
        var clock = Stopwatch.StartNew();
        await PlayAsync(system, pairs, messagesPerPair);
        var rate = (double)pairs * messagesPerPair / clock.Elapsed.TotalSeconds;
        await system.Terminate();
        return rate;
    }

    /// <summary>Responses per second when each of several clients waits for its response before the next request.</summary>
    public static async Task<double> MeasureAsksAsync(int askers, int asksEach)
    {
        using var system = QuietSystem();
        var echo = system.ActorOf(Props.Create(() => new Echo()));
        await AskAsync(echo, askers, asksEach / 10);
        var clock = Stopwatch.StartNew();
        await AskAsync(echo, askers, asksEach);
        var rate = (double)askers * asksEach / clock.Elapsed.TotalSeconds;
        await system.Terminate();
        return rate;
    }

    internal static async Task PlayAsync(ActorSystem system, int pairs, int messagesPerPair)
    {
        var games = new Task[pairs];
        for (var i = 0; i < pairs; i++)
        {
            var over = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            var pong = system.ActorOf(Props.Create(() => new Echo()));
            var ping = system.ActorOf(Props.Create(() => new Ping(pong, messagesPerPair, over)));
            ping.Tell(Start.Instance, ActorRefs.NoSender);
            games[i] = over.Task;
        }

        await Task.WhenAll(games);
    }

    internal static Task AskAsync(IActorRef echo, int askers, int asksEach) => Task.WhenAll(Enumerable.Range(0, askers).Select(_ => Task.Run(async () =>
    {
        for (var i = 0; i < asksEach; i++)
            await echo.Ask<Ball>(Ball.Instance, Timeout.InfiniteTimeSpan);
    })));

    internal sealed class Ball
    {
        public static readonly Ball Instance = new();
    }

    private sealed class Start
    {
        public static readonly Start Instance = new();
    }

    internal sealed class Echo : UntypedActor
    {
        protected override void OnReceive(object message) => Sender.Tell(message, Self);
    }

    private sealed class Ping : UntypedActor
    {
        private readonly IActorRef _pong;
        private readonly TaskCompletionSource _over;
        private int _toServe;
        private int _underWay;

        public Ping(IActorRef pong, int messages, TaskCompletionSource over)
        {
            _pong = pong;
            _over = over;
            _toServe = messages / 2; // each leads to a second message
        }

        protected override void OnReceive(object message)
        {
            if (message is Start)
            {
                while (_underWay < Window && _toServe > 0)
                    Serve();
                return;
            }

            _underWay--;
            if (_toServe > 0)
                Serve();
            else if (_underWay == 0)
                End();
        }

        private void Serve()
        {
            _toServe--;
            _underWay++;
            _pong.Tell(Ball.Instance, Self);
        }

        private void End()
        {
            Context.Stop(_pong);
            Context.Stop(Self);
            _over.SetResult();
        }
    }
}
