using Akka.Actor;

namespace ActorTransfer.Bundled.Tests.Actor;

public class DeathWatchSpecs : ActorSpec
{
    [Fact]
    public async Task A_watcher_must_hear_once_of_the_end()
    {
        var probe = NewProbe();
        var actor = Idle();
        await probe.Watch(actor);
        await probe.Watch(actor);

        System.Stop(actor);

        var ended = await probe.Expect<Terminated>();
        Assert.Equal((actor, true, false), (ended.ActorRef, ended.ExistenceConfirmed, ended.AddressTerminated));
        Assert.Equal(actor, probe.LastSender);
        probe.Ref.Tell("fence", ActorRefs.NoSender);
        await probe.Expect("fence");
    }

    [Fact]
    public async Task A_watcher_must_hear_of_an_end_that_was_before_the_watch()
    {
        var probe = NewProbe();
        var actor = Idle();
        Assert.True(await actor.GracefulStop(Patience));

        await probe.Watch(actor);

        Assert.Equal(actor, (await probe.Expect<Terminated>()).ActorRef);
    }

    [Fact]
    public async Task All_messages_of_the_dead_must_come_before_the_news_of_its_end()
    {
        var probe = NewProbe();
        for (var round = 0; round < 200; round++)
        {
            var actor = System.ActorOf(Inline.Props((m, c) =>
            {
                probe.Ref.Tell(m);
                c.Stop(c.Self);
            }));
            await probe.Watch(actor);
            actor.Tell(round, ActorRefs.NoSender);
            await probe.Expect(round);
            await probe.Expect<Terminated>();
        }
    }

    [Fact]
    public async Task WatchWith_must_deliver_the_given_message_instead()
    {
        var probe = NewProbe();
        var actor = Idle();
        var watcher = Watcher(probe, (c, a) => c.WatchWith(a, "gone"));
        watcher.Tell(actor);
        await Settled(watcher);

        System.Stop(actor);

        await probe.Expect("gone");
    }

    [Fact]
    public async Task The_first_watch_must_decide_which_message_comes()
    {
        var probe = NewProbe();
        var actor = Idle();
        var watcher = Watcher(probe, (c, a) =>
        {
            c.WatchWith(a, "first");
            c.WatchWith(a, "second");
            c.Watch(a);
        });
        watcher.Tell(actor);
        await Settled(watcher);

        System.Stop(actor);

        await probe.Expect("first");
        await Settled(watcher);
        probe.Ref.Tell("fence", ActorRefs.NoSender);
        await probe.Expect("fence");
    }

    [Fact]
    public async Task Unwatch_must_silence_the_news_even_when_it_waits_in_the_mailbox()
    {
        var probe = NewProbe();
        var actor = Idle();
        var entered = new TaskCompletionSource();
        var goOn = new ManualResetEventSlim();
        var watcher = System.ActorOf(Inline.Props((m, c) =>
        {
            switch (m)
            {
                case "watch":
                    c.Watch(actor);
                    break;
                case "block and unwatch":
                    entered.SetResult();
                    goOn.Wait(Patience);
                    c.Unwatch(actor);
                    break;
                default:
                    probe.Ref.Tell(m);
                    break;
            }
        }));
        watcher.Tell("watch");
        watcher.Tell("block and unwatch");
        await entered.Task.WaitAsync(Patience);
        Assert.True(await actor.GracefulStop(Patience));

        goOn.Set();
        watcher.Tell("fence");

        await probe.Expect("fence");
    }

    [Fact]
    public async Task A_watcher_without_a_handler_must_die_with_the_watched()
    {
        var probe = NewProbe();
        var actor = Idle();
        var watcher = System.ActorOf(Props.Create(() => new Careless(actor)));
        await probe.Watch(watcher);
        await Settled(watcher);

        System.Stop(actor);

        Assert.Equal(watcher, (await probe.Expect<Terminated>()).ActorRef);
    }

    [Fact]
    public async Task A_parent_that_watches_its_child_must_find_the_name_free_when_it_hears_of_the_end()
    {
        var probe = NewProbe();
        var parent = System.ActorOf(Inline.Props((m, c) =>
        {
            if (m is Terminated t)
                probe.Ref.Tell(t.ActorRef.Path.Name);
            var child = c.Watch(c.ActorOf(Props.Create(() => new Careless(null!)), "child"));
            child.Tell(PoisonPill.Instance);
        }));

        parent.Tell("begin");

        await probe.Expect("child", "child", "child");
        System.Stop(parent);
    }

    [Fact]
    public async Task Watches_must_hold_when_many_actors_end_at_once()
    {
        const int count = 5_000;
        var probe = NewProbe();
        var actors = Enumerable.Range(0, count).Select(_ => Idle()).ToArray();
        foreach (var actor in actors)
            await probe.Watch(actor);

        Parallel.ForEach(actors, a => a.Tell(PoisonPill.Instance, ActorRefs.NoSender));

        var ended = new HashSet<IActorRef>();
        for (var i = 0; i < count; i++)
            Assert.True(ended.Add((await probe.Expect<Terminated>()).ActorRef));
    }

    private IActorRef Idle() => System.ActorOf(Props.Create(() => new Careless(null!)));

    private IActorRef Watcher(Probe probe, Action<IUntypedActorContext, IActorRef> watch) =>
        System.ActorOf(Inline.Props((m, c) =>
        {
            if (m is IActorRef actor)
                watch(c, actor);
            else
                probe.Ref.Tell(m);
        }));

    private sealed class Careless : ReceiveActor
    {
        public Careless(IActorRef watched)
        {
            if (watched is not null)
                Context.Watch(watched);
            Receive<string>(_ => { });
        }
    }
}
