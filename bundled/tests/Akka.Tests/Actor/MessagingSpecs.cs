using Akka.Actor;
using Akka.Event;

namespace ActorTransfer.Bundled.Tests.Actor;

public class MessagingSpecs : ActorSpec
{
    [Fact]
    public async Task An_actor_must_get_the_messages_of_each_sender_in_order_when_many_send()
    {
        const int senders = 8, each = 20_000;
        var last = new int[senders];
        var seen = 0;
        var disorder = 0;
        var done = new TaskCompletionSource();
        var receiver = System.ActorOf(Inline.Props((m, _) =>
        {
            var (sender, number) = ((int, int))m;
            if (number != last[sender] + 1)
                disorder++;
            last[sender] = number;
            if (++seen == senders * each)
                done.SetResult();
        }));

        await Task.WhenAll(Enumerable.Range(0, senders).Select(s => Task.Run(() =>
        {
            for (var n = 1; n <= each; n++)
                receiver.Tell((s, n), ActorRefs.NoSender);
        })));

        await done.Task.WaitAsync(Patience);
        Assert.Equal(0, disorder);
    }

    [Fact]
    public async Task An_actor_must_handle_one_message_at_a_time_when_many_threads_send()
    {
        var inside = 0;
        var overlaps = 0;
        var receiver = System.ActorOf(Inline.Props((m, c) =>
        {
            if (Interlocked.Increment(ref inside) != 1)
                Interlocked.Increment(ref overlaps);
            Thread.SpinWait(20);
            Interlocked.Decrement(ref inside);
        }));

        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
        {
            for (var n = 0; n < 5_000; n++)
                receiver.Tell("go", ActorRefs.NoSender);
        })));

        await Settled(receiver);
        Assert.Equal(0, overlaps);
    }

    [Fact]
    public async Task Tell_must_carry_the_sending_actor_and_forward_the_original_sender()
    {
        var probe = NewProbe();
        var forwarder = System.ActorOf(Inline.Props((m, _) => probe.Ref.Forward(m)));
        var teller = System.ActorOf(Inline.Props((m, _) => forwarder.Tell(m)));

        teller.Tell("hello");

        await probe.Expect("hello");
        Assert.Equal(teller, probe.LastSender);
    }

    [Fact]
    public async Task Sender_must_be_the_dead_letters_when_nobody_sent()
    {
        var probe = NewProbe();
        probe.Ref.Tell("hello", ActorRefs.NoSender);
        await probe.Next();
        Assert.Equal(System.DeadLetters, probe.LastSender);
    }

    [Fact]
    public async Task Tell_must_refuse_null()
    {
        var probe = NewProbe();
        await Settled(probe.Ref);
        Assert.Throws<ArgumentNullException>(() => probe.Ref.Tell(null!, ActorRefs.NoSender));
        Assert.Throws<InvalidMessageException>(() => System.DeadLetters.Tell(null!, ActorRefs.NoSender));
    }

    [Fact]
    public async Task The_first_handler_that_fits_must_take_the_message()
    {
        var probe = NewProbe();
        var actor = System.ActorOf(Props.Create(() => new Matching(probe.Ref)));

        foreach (var m in new object[] { 1, 2, 100, "x", "skip", 'c' })
            actor.Tell(m);

        await probe.Expect("small 1", "even 2", "int 100", "string x", "any skip", "any c");
    }

    [Fact]
    public async Task A_message_without_handler_must_be_published_as_unhandled()
    {
        var probe = NewProbe();
        System.EventStream.Subscribe(probe.Ref, typeof(UnhandledMessage));
        var actor = System.ActorOf(Props.Create(() => new OnlyInts()));

        actor.Tell("text", probe.Ref);

        var unhandled = await probe.Expect<UnhandledMessage>();
        Assert.Equal(("text", probe.Ref, actor), ((string)unhandled.Message, unhandled.Sender, unhandled.Recipient));
    }

    [Fact]
    public async Task Become_must_replace_the_behaviour()
    {
        var probe = NewProbe();
        var actor = System.ActorOf(Props.Create(() => new Moody(probe.Ref)));

        foreach (var m in new[] { "who", "replace", "who" })
            actor.Tell(m);

        await probe.Expect("first", "replaced");
    }

    [Fact]
    public async Task Receive_must_refuse_handlers_after_one_that_takes_all()
    {
        var failed = new TaskCompletionSource<Exception>();
        System.ActorOf(Props.Create(() => new AnyThenMore(failed)));
        Assert.IsType<InvalidOperationException>(await failed.Task.WaitAsync(Patience));
    }

    private sealed class Matching : ReceiveActor
    {
        public Matching(IActorRef probe)
        {
            Receive<int>(i => i < 2, i => probe.Tell($"small {i}"));
            Receive<int>(i => probe.Tell($"even {i}"), i => i % 2 == 0 && i < 50);
            Receive<int>(i => probe.Tell($"int {i}"));
            Receive<string>(s =>
            {
                if (s == "skip")
                    return false;
                probe.Tell($"string {s}");
                return true;
            });
            ReceiveAny(m => probe.Tell($"any {m}"));
        }
    }

    private sealed class OnlyInts : ReceiveActor
    {
        public OnlyInts() => Receive<int>(_ => { });
    }

    private sealed class Moody : ReceiveActor
    {
        private readonly IActorRef _probe;

        public Moody(IActorRef probe)
        {
            _probe = probe;
            State("first");
        }

        private void State(string name)
        {
            Receive<string>(m => m == "who", _ => _probe.Tell(name));
            Receive<string>(m => m == "replace", _ => Become(() => State("replaced")));
        }
    }

    private sealed class AnyThenMore : ReceiveActor
    {
        public AnyThenMore(TaskCompletionSource<Exception> failed)
        {
            ReceiveAny(_ => { });
            try
            {
                Receive<int>(_ => { });
            }
            catch (InvalidOperationException e)
            {
                failed.SetResult(e);
            }
        }
    }
}
