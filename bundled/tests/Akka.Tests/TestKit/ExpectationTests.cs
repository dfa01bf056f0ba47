using Akka.Actor;
using Xunit.Sdk;

namespace ActorTransfer.Bundled.Tests.TestKit;

public class ExpectationTests : Akka.TestKit.Xunit2.TestKit
{
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(20);

    [Fact]
    public void ExpectMsg_must_give_the_messages_in_the_order_they_were_sent()
    {
        for (var i = 0; i < 100; i++)
            TestActor.Tell(i);

        for (var i = 0; i < 100; i++)
            Assert.Equal(i, ExpectMsg<int>());
    }

    [Fact]
    public void ExpectMsg_must_fail_when_nothing_arrives() => Assert.ThrowsAny<XunitException>(() => ExpectMsg<string>(Short));

    [Fact]
    public async Task ExpectMsgAsync_must_fail_when_nothing_arrives() =>
        await Assert.ThrowsAnyAsync<XunitException>(async () => await ExpectMsgAsync<string>(Short));

    [Fact]
    public void ExpectMsg_must_fail_when_the_message_is_of_another_type()
    {
        TestActor.Tell(1);

        Assert.ThrowsAny<XunitException>(() => ExpectMsg<string>());
        Assert.False(HasMessages);
    }

    [Fact]
    public void ExpectMsg_must_check_equality_predicates_and_assertions()
    {
        foreach (var message in new object[] { "a", "b", "c", "d", "e", "f", new[] { 1, 2 } })
            TestActor.Tell(message);

        Assert.Equal("a", ExpectMsg("a"));
        Assert.ThrowsAny<XunitException>(() => ExpectMsg("a"));
        ExpectMsg<string>(text => text == "c");
        Assert.ThrowsAny<XunitException>(() => ExpectMsg<string>(text => text == "c"));
        ExpectMsg<string>(text => Assert.Equal("e", text));
        ExpectMsg<string>((text, sender) => text == "f" && Equals(sender, TestActor));
        ExpectMsg(new[] { 1, 2 });
    }

    [Fact]
    public async Task ExpectMsgAsync_must_wait_for_a_message_that_is_sent_later()
    {
        var first = ExpectMsgAsync<string>().AsTask();
        Assert.False(first.IsCompleted);

        TestActor.Tell("late");

        Assert.Equal("late", await first);
    }

    [Fact]
    public void ExpectNoMsg_must_fail_when_something_arrives()
    {
        ExpectNoMsg(Short);
        TestActor.Tell("x");

        Assert.ThrowsAny<XunitException>(() => ExpectNoMsg(Short));
        ExpectNoMsg(20);
    }

    [Fact]
    public async Task ExpectNoMsgAsync_must_fail_when_something_arrives()
    {
        await ExpectNoMsgAsync(Short);
        TestActor.Tell("x");

        await Assert.ThrowsAnyAsync<XunitException>(async () => await ExpectNoMsgAsync(Short));
    }

    [Fact]
    public void ExpectMsgAnyOf_must_take_one_of_the_given_and_nothing_else()
    {
        TestActor.Tell("b");
        TestActor.Tell("c");

        Assert.Equal("b", ExpectMsgAnyOf(["a", "b"]));
        Assert.ThrowsAny<XunitException>(() => ExpectMsgAnyOf(["a", "b"]));
    }

    [Fact]
    public void ExpectMsgAllOf_must_take_all_of_the_given_in_any_order()
    {
        TestActor.Tell("b");
        TestActor.Tell("a");
        Assert.Equal(["a", "b"], ExpectMsgAllOf("a", "b").Order());

        TestActor.Tell("a");
        TestActor.Tell("c");
        Assert.ThrowsAny<XunitException>(() => ExpectMsgAllOf("a", "b"));
    }

    [Fact]
    public void FishForMessage_must_skip_what_does_not_fit()
    {
        foreach (var message in new object[] { 1, "short", "long enough", "next" })
            TestActor.Tell(message);

        Assert.Equal("long enough", FishForMessage<string>(text => text.Length > 5));
        ExpectMsg("next");
        Assert.ThrowsAny<XunitException>(() => FishForMessage<string>(_ => true, Short));
    }

    [Fact]
    public void ReceiveN_must_take_as_many_as_asked_for()
    {
        TestActor.Tell(1);
        TestActor.Tell("two");
        TestActor.Tell(3);

        Assert.Equal([1, "two"], ReceiveN(2));
        Assert.ThrowsAny<XunitException>(() => ReceiveN(2, Short));
        Assert.Null(ReceiveOne(TimeSpan.Zero));
    }

    [Fact]
    public void ReceiveWhile_must_leave_the_first_that_does_not_fit()
    {
        foreach (var i in new[] { 1, 2, 3, 10, 4 })
            TestActor.Tell(i);

        Assert.Equal([1, 2, 3], ReceiveWhile<int>(i => i < 10));
        ExpectMsg(10);
        ExpectMsg(4);
    }

    [Fact]
    public void ExpectTerminated_must_name_the_watched_actor()
    {
        var watched = Sys.ActorOf(Props.Create<Silent>());
        var unwatched = Sys.ActorOf(Props.Create<Silent>());
        Watch(watched);
        Watch(unwatched);
        Unwatch(unwatched);

        Sys.Stop(unwatched);
        Sys.Stop(watched);

        ExpectTerminated(watched);
        ExpectNoMsg(Short);
    }

    [Fact]
    public void Within_must_limit_the_expectations_inside()
    {
        Assert.ThrowsAny<XunitException>(() => Within(Short, () =>
        {
            Assert.InRange(Remaining, TimeSpan.Zero, Short);
            ExpectMsg<string>();
        }));
        Assert.Throws<InvalidOperationException>(() => Remaining);
        Assert.Equal(5, Within(TimeSpan.FromSeconds(3), () => 5));
        Assert.ThrowsAny<XunitException>(() => Within(TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(3), () => { }));
    }

    [Fact]
    public async Task WithinAsync_must_let_pass_what_is_in_time()
    {
        TestActor.Tell("x");

        await WithinAsync(TimeSpan.FromSeconds(3), async () => await ExpectMsgAsync("x"));
    }

    [Fact]
    public async Task AwaitAssert_must_try_until_the_assertion_holds()
    {
        var attempts = 0;
        await AwaitAssertAsync(() => Assert.True(++attempts >= 3), interval: TimeSpan.FromMilliseconds(1));
        Assert.Equal(3, attempts);

        await AwaitConditionAsync(() => Task.FromResult(++attempts >= 5), TimeSpan.FromSeconds(3), TimeSpan.FromMilliseconds(1));
        Assert.Equal(5, attempts);
        Assert.ThrowsAny<XunitException>(() => AwaitAssert(() => Assert.Fail("never"), Short, TimeSpan.FromMilliseconds(1)));
        Assert.ThrowsAny<XunitException>(() => AwaitCondition(() => false, Short));
    }

    private sealed class Silent : ReceiveActor
    {
    }
}
