using Akka.Actor;
using Akka.Event;

namespace ActorTransfer.Bundled.Tests.Actor;

public class AskSpecs : ActorSpec
{
    private static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(30);

    [Fact]
    public async Task Ask_must_complete_with_the_first_answer()
    {
        var actor = Replying(m => "re: " + m);
        Assert.Equal("re: hello", await actor.Ask<string>("hello", Patience));
        Assert.Equal("re: hello", await actor.Ask("hello"));
        Assert.Equal("re: hello", await System.ActorSelection(actor.Path).Ask<string>("hello", Patience));
    }

    [Fact]
    public async Task Ask_must_build_the_question_with_the_ref_to_answer()
    {
        var actor = System.ActorOf(Inline.Props((m, _) => ((IActorRef)m).Tell("got it")));
        Assert.Equal("got it", await actor.Ask<string>(self => self, Patience, CancellationToken.None));
    }

    [Fact]
    public async Task Ask_must_fail_with_AskTimeoutException_when_nobody_answers()
    {
        await Assert.ThrowsAsync<AskTimeoutException>(() => Silent().Ask<string>("hello", Soon));
    }

    [Fact]
    public async Task Ask_must_be_cancelled_with_its_token()
    {
        using var cancel = new CancellationTokenSource();
        var asked = Silent().Ask<string>("hello", Patience, cancel.Token);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asked);
    }

    [Fact]
    public async Task Ask_must_fail_with_the_cause_of_a_status_failure()
    {
        var actor = Replying(_ => new Status.Failure(new InvalidOperationException("no")));
        var e = await Assert.ThrowsAsync<InvalidOperationException>(() => actor.Ask<string>("hello", Patience));
        Assert.Equal("no", e.Message);
    }

    [Fact]
    public async Task Ask_must_fail_when_the_answer_is_of_another_type()
    {
        await Assert.ThrowsAsync<ArgumentException>(() => Replying(_ => 42).Ask<string>("hello", Patience));
    }

    [Fact]
    public async Task A_late_answer_must_become_a_dead_letter()
    {
        var probe = NewProbe();
        System.EventStream.Subscribe(probe.Ref, typeof(DeadLetter));
        IActorRef? asker = null;
        var actor = System.ActorOf(Inline.Props((m, c) => asker = c.Sender));
        await Assert.ThrowsAsync<AskTimeoutException>(() => actor.Ask<string>("hello", Soon));

        asker!.Tell("late", ActorRefs.NoSender);

        Assert.Equal("late", (await probe.Expect<DeadLetter>()).Message);
    }

    [Fact]
    public async Task PipeTo_must_tell_the_result_or_the_failure()
    {
        var probe = NewProbe();
        await Task.FromResult("value").PipeTo(probe.Ref);
        await Task.FromResult("value").PipeTo(probe.Ref, success: v => v + "!");
        await Task.FromException<string>(new InvalidOperationException("no")).PipeTo(probe.Ref, failure: e => e.Message);
        await Task.CompletedTask.PipeTo(probe.Ref, success: () => "done");
        await Task.CompletedTask.PipeTo(probe.Ref);
        await probe.Expect("value", "value!", "no", "done");

        await Task.FromException(new InvalidOperationException("no")).PipeTo(probe.Ref);
        Assert.IsType<InvalidOperationException>((await probe.Expect<Status.Failure>()).Cause);
    }

    [Fact]
    public async Task PipeTo_must_use_the_given_sender()
    {
        var probe = NewProbe();
        var other = Silent();
        await Task.FromResult("value").PipeTo(probe.Ref, other);
        await probe.Next();
        Assert.Equal(other, probe.LastSender);
    }

    [Fact]
    public async Task GracefulStop_must_let_the_actor_finish_its_mailbox()
    {
        var handled = 0;
        var actor = System.ActorOf(Inline.Props((_, _) => Interlocked.Increment(ref handled)));
        for (var i = 0; i < 1000; i++)
            actor.Tell("m", ActorRefs.NoSender);

        Assert.True(await actor.GracefulStop(Patience));

        Assert.Equal(1000, handled);
    }

    [Fact]
    public async Task GracefulStop_must_return_true_for_an_actor_that_has_ended()
    {
        var actor = Silent();
        Assert.True(await actor.GracefulStop(Patience));
        Assert.True(await actor.GracefulStop(Patience));
    }

    [Fact]
    public async Task Many_asks_at_once_must_each_get_their_own_answer()
    {
        var actor = Replying(m => (int)m + 1);
        var answers = await Task.WhenAll(Enumerable.Range(0, 20_000).Select(i => actor.Ask<int>(i, Patience)));
        Assert.Equal(Enumerable.Range(1, 20_000), answers);
    }

    private IActorRef Replying(Func<object, object> answer) => System.ActorOf(Inline.Props((m, c) => c.Sender.Tell(answer(m))));

    private IActorRef Silent() => System.ActorOf(Inline.Props((_, _) => { }));
}
