using Akka.Actor;
using Akka.Configuration;

namespace ActorTransfer.Bundled.Tests.Actor;

public sealed class DispatcherSpecs() : Akka.TestKit.Xunit2.TestKit(ConfigurationFactory.ParseString(
    """
    akka.loglevel = OFF, akka.stdout-loglevel = OFF
    of-its-own { type = ForkJoinDispatcher, throughput = 1, dedicated-thread-pool { thread-count = 2, threadtype = background } }
    """))
{
    [Fact]
    public async Task Actor_must_run_on_the_dispatcher_of_its_props()
    {
        Assert.True(Sys.Dispatchers.HasDispatcher("of-its-own"));
        Assert.Equal("of-its-own", Sys.Dispatchers.Lookup("of-its-own").Id);
        Sys.ActorOf(Props.Create(() => new Teller()).WithDispatcher("of-its-own")).Tell("where", TestActor);
        Assert.False((await ExpectMsgAsync<Where>()).InPool);
        Sys.ActorOf(Props.Create(() => new Teller())).Tell("where", TestActor);
        Assert.True((await ExpectMsgAsync<Where>()).InPool);
    }

    [Fact]
    public void Dispatcher_that_nobody_configured_must_be_told()
    {
        Assert.False(Sys.Dispatchers.HasDispatcher("nowhere"));
        Assert.Throws<ConfigurationException>(() => Sys.Dispatchers.Lookup("nowhere"));
        Assert.ThrowsAny<Exception>(() => Sys.ActorOf(Props.Create(() => new Teller()).WithDispatcher("nowhere")));
    }

    [Fact]
    public async Task Many_actors_must_share_a_few_threads_and_keep_the_order_of_their_messages()
    {
        var actors = Enumerable.Range(0, 50).Select(_ => Sys.ActorOf(Props.Create(() => new Counter(100, TestActor)).WithDispatcher("of-its-own"))).ToArray();
        for (var number = 0; number < 100; number++)
        {
            foreach (var actor in actors)
            {
                actor.Tell(number);
            }
        }

        foreach (var _ in actors)
        {
            Assert.True(await ExpectMsgAsync<bool>());
        }
    }

    private sealed record Where(bool InPool);

    private sealed class Teller : ReceiveActor
    {
        public Teller() => Receive<string>(_ => Sender.Tell(new Where(Thread.CurrentThread.IsThreadPoolThread)));
    }

    private sealed class Counter : ReceiveActor
    {
        private int _next;

        public Counter(int last, IActorRef told) => Receive<int>(number =>
        {
            if (number != _next++)
            {
                told.Tell(false);
            }
            else if (_next == last)
            {
                told.Tell(true);
            }
        });
    }
}
