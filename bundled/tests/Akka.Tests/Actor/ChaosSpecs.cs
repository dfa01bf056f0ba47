using Akka.Actor;

namespace ActorTransfer.Bundled.Tests.Actor;

/// <summary>Trees whose actors crash, stop, multiply and escalate at random: however that goes, every life ends and the system can be shut down.</summary>
public class ChaosSpecs : ActorSpec
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task Every_incarnation_must_end_when_trees_of_actors_fail_at_random(int seed)
    {
        var tally = new Tally();
        var roots = Enumerable.Range(0, 20).Select(i => System.ActorOf(Props.Create(() => new Node(tally, 3, seed + (i * 1000))), $"root{i}")).ToArray();

        await Task.WhenAll(Enumerable.Range(0, 2).Select(t => Task.Run(() =>
        {
            var random = new Random(seed + t);
            for (var n = 0; n < 20_000; n++)
                roots[random.Next(roots.Length)].Tell(new Order(random.Next(4), (Deed)random.Next(7)), ActorRefs.NoSender);
        })));
        var ended = await Task.WhenAll(roots.Select(r => r.GracefulStop(TimeSpan.FromSeconds(30))));

        Assert.All(ended, Assert.True);
        Assert.Equal(tally.Started, tally.Ended);
        Assert.True(tally.Started > 500, $"only {tally.Started} actors lived");
    }

    private enum Deed
    {
        Nothing,
        Restart,
        Resume,
        Stop,
        Escalate,
        AddChild,
        StopSelf,
    }

    private sealed record Order(int Depth, Deed Deed);

    private sealed class Tally
    {
        public int Started;
        public int Ended;
    }

    private sealed class Ordered(Deed deed) : Exception(deed.ToString())
    {
        public Deed Deed { get; } = deed;
    }

    private sealed class Node : ReceiveActor
    {
        private readonly Tally _tally;
        private readonly int _depth;
        private readonly Random _random;
        private bool _ended;

        public Node(Tally tally, int depth, int seed)
        {
            _tally = tally;
            _depth = depth;
            _random = new Random(seed);
            Receive<Order>(Obey);
            Receive<Terminated>(_ => { });
        }

        protected override SupervisorStrategy SupervisorStrategy()
        {
            Directive Decide(Exception e) => e is Ordered ordered
                ? ordered.Deed switch
                {
                    Deed.Resume => Directive.Resume,
                    Deed.Stop => Directive.Stop,
                    Deed.Escalate when _depth < 3 => Directive.Escalate,
                    _ => Directive.Restart,
                }
                : Directive.Stop;

            return _depth % 2 == 0
                ? new AllForOneStrategy(-1, -1, Decide, loggingEnabled: false)
                : new OneForOneStrategy(-1, -1, Decide, loggingEnabled: false);
        }

        protected override void PreStart() => Interlocked.Increment(ref _tally.Started);

        // Told to stop while it waits for its children before a restart, an incarnation hears PostStop again.
        protected override void PostStop()
        {
            if (!_ended)
                Interlocked.Increment(ref _tally.Ended);
            _ended = true;
        }

        protected override void PreRestart(Exception reason, object message)
        {
            if (_random.Next(2) == 0)
            {
                base.PreRestart(reason, message); // the children end
                return;
            }

            PostStop(); // they are restarted
        }

        private void Obey(Order order)
        {
            var children = Context.GetChildren().ToArray();
            if (order.Depth > 0 && _depth > 0)
            {
                if (children.Length == 0 || (children.Length < 5 && order.Deed == Deed.AddChild))
                    children = [Context.Watch(Context.ActorOf(Props.Create(() => new Node(_tally, _depth - 1, _random.Next()))))];
                children[_random.Next(children.Length)].Forward(order with { Depth = order.Depth - 1 });
                return;
            }

            switch (order.Deed)
            {
                case Deed.Nothing or Deed.AddChild:
                    break;
                case Deed.StopSelf:
                    if (_depth < 3)
                        Context.Stop(Self);
                    break;
                default:
                    if (_depth < 3 || order.Deed is Deed.Restart)
                        throw new Ordered(order.Deed);
                    break;
            }
        }
    }
}
