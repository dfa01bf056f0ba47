using Akka.Actor;

namespace ActorTransfer.Bundled.Tests.Actor;

/// <summary>
/// 100,000 actors under 100 supervisors get 10 million messages, half from threads and half from a neighbour, and crash at every 500th or so.
/// Each message must be handled exactly once (a crash handles the message it crashed on), in order per sender, and each crash must be one restart.
/// </summary>
[Collection(nameof(StressSpecs))]
[CollectionDefinition(nameof(StressSpecs), DisableParallelization = true)] // it keeps every core busy: others would miss their deadlines
public class StressSpecs : ActorSpec
{
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(1);

    private const int Supervisors = 100;
    private const int WorkersEach = 1_000;
    private const int Workers = Supervisors * WorkersEach;
    private const int Threads = 5;
    private const int Rounds = 10;
    private const int Expected = Threads * Rounds * 2;

    [Fact]
    public async Task Nothing_must_be_lost_or_reordered_when_a_hundred_thousand_actors_crash_at_random()
    {
        var all = new Everything();
        var supervisors = Enumerable.Range(0, Supervisors).Select(i => System.ActorOf(Props.Create(() => new Supervisor(all, i)))).ToArray();
        await Task.WhenAll(supervisors.Select(s => s.Ask<ActorIdentity>(new Identify(null), Long)));
        var rounds = Enumerable.Range(1, Rounds).Select(n => Enumerable.Range(0, Threads).Select(t => new Work(t, n)).ToArray()).ToArray();

        await Task.WhenAll(Enumerable.Range(0, Threads).Select(t => Task.Run(() =>
        {
            foreach (var round in rounds)
            {
                foreach (var worker in all.Refs)
                    worker.Tell(round[t], ActorRefs.NoSender);
            }
        })));
        await all.AllHandled.Task.WaitAsync(Long);

        Assert.Equal(0, all.OutOfOrder);
        Assert.Equal(Workers * (long)Expected, all.States.Sum(s => (long)s.Handled));
        Assert.InRange(all.States.Sum(s => s.Crashes), 5_000, 50_000);

        await Task.WhenAll(supervisors.Select(s => s.GracefulStop(Long)));
        Assert.Equal(all.States.Sum(s => s.Crashes), all.Restarts);
        Assert.Equal(Workers, all.Stops - all.Restarts);
    }

    private sealed record Work(int Thread, int Number);

    private sealed record Passed(int Number);

    /// <summary>What outlives an incarnation; touched only by the one actor it belongs to.</summary>
    private sealed class State
    {
        public readonly int[] LastOfThread = new int[Threads];
        public int LastPassed;
        public int PassedOn;
        public int Handled;
        public int Crashes;
    }

    private sealed class Everything
    {
        public readonly IActorRef[] Refs = new IActorRef[Workers];
        public readonly State[] States = Enumerable.Range(0, Workers).Select(_ => new State()).ToArray();
        public readonly Passed[] Messages = Enumerable.Range(0, (Threads * Rounds) + 1).Select(n => new Passed(n)).ToArray();
        public readonly TaskCompletionSource AllHandled = new(TaskCreationOptions.RunContinuationsAsynchronously);
        public int OutOfOrder;
        public int Complete;
        public int Restarts;
        public int Stops;
    }

    private sealed class Supervisor : UntypedActor
    {
        public Supervisor(Everything all, int index)
        {
            for (var i = index * WorkersEach; i < (index + 1) * WorkersEach; i++)
            {
                var number = i;
                all.Refs[i] = Context.ActorOf(Props.Create(() => new Worker(all, number)));
            }
        }

        protected override SupervisorStrategy SupervisorStrategy() =>
            new OneForOneStrategy(-1, -1, _ => Directive.Restart, loggingEnabled: false);

        protected override void OnReceive(object message)
        {
        }
    }

    private sealed class Worker : UntypedActor
    {
        private readonly Everything _all;
        private readonly State _state;
        private readonly int _index;

        public Worker(Everything all, int index)
        {
            _all = all;
            _index = index;
            _state = all.States[index];
        }

        protected override void OnReceive(object message)
        {
            int number;
            if (message is Work work)
            {
                number = work.Number;
                CheckOrder(ref _state.LastOfThread[work.Thread], number);
                _all.Refs[(_index + 1) % Workers].Tell(_all.Messages[++_state.PassedOn]);
            }
            else
            {
                number = ((Passed)message).Number;
                CheckOrder(ref _state.LastPassed, number);
            }

            var complete = ++_state.Handled == Expected && Interlocked.Increment(ref _all.Complete) == Workers;
            if (complete)
                _all.AllHandled.SetResult();
            if (_state.Handled < Expected && HashCode.Combine(_index, number, _state.Handled) % 500 == 0)
            {
                _state.Crashes++;
                throw new InvalidOperationException("at random");
            }
        }

        protected override void PostRestart(Exception reason)
        {
            Interlocked.Increment(ref _all.Restarts);
            base.PostRestart(reason);
        }

        protected override void PostStop() => Interlocked.Increment(ref _all.Stops);

        private void CheckOrder(ref int last, int number)
        {
            if (number != last + 1)
                Interlocked.Increment(ref _all.OutOfOrder);
            last = number;
        }
    }
}
