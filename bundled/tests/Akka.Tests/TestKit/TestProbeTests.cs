using Akka.Actor;
using Akka.TestKit;

namespace ActorTransfer.Bundled.Tests.TestKit;

public class TestProbeTests : Akka.TestKit.Xunit2.TestKit
{
    [Fact]
    public async Task Test_must_be_the_sender_of_what_it_tells_also_after_an_await()
    {
        var echo = Sys.ActorOf(Props.Create<Echo>());

        echo.Tell("before");
        await ExpectMsgAsync("before");
        await Task.Yield();
        echo.Tell("after");
        await ExpectMsgAsync("after");

        Assert.Equal(echo, LastSender);
        Assert.StartsWith("akka://test/system/testActor", TestActor.Path.ToString());
    }

    [Fact]
    public void Probe_must_converse_in_its_own_name()
    {
        var probe = CreateTestProbe("partner");
        var echo = Sys.ActorOf(Props.Create<Echo>());

        probe.Send(echo, "hello");
        probe.ExpectMsg("hello");
        Assert.Equal(echo, probe.Sender);
        probe.Reply("again");
        probe.ExpectMsg("again");

        Assert.Equal("partner", probe.Ref.Path.Name);
        Assert.False(HasMessages);
    }

    [Fact]
    public void Probe_must_stand_for_an_actor_and_be_watched_like_one()
    {
        var probe = CreateTestProbe();
        Watch(probe);

        probe.Tell("hello");
        probe.ExpectMsg("hello");
        probe.Reply("back");
        ExpectMsg("back");
        probe.ExpectNoMsg(TimeSpan.FromMilliseconds(10));
        Sys.Stop(probe);

        ExpectTerminated(probe);
    }

    [Fact]
    public void Probe_must_forward_in_the_name_of_the_sender()
    {
        var probe = CreateTestProbe();
        var echo = Sys.ActorOf(Props.Create<Echo>());
        probe.Ref.Tell("hello");
        probe.ExpectMsg("hello");

        probe.Forward(echo);
        ExpectMsgFrom(echo, "hello");
        probe.Forward(echo, "other");
        ExpectMsgFrom<string>(echo, text => text == "other");
    }

    [Fact]
    public void Probe_must_answer_by_itself_when_it_has_an_auto_pilot()
    {
        var probe = CreateTestProbe();
        probe.SetAutoPilot(new DelegateAutoPilot((sender, message) =>
        {
            sender.Tell($"re: {message}", ActorRefs.NoSender);
            return message is "last" ? AutoPilot.NoAutoPilot : AutoPilot.KeepRunning;
        }));

        foreach (var message in new[] { "first", "last", "ignored" })
            probe.Ref.Tell(message);

        ExpectMsg("re: first");
        ExpectMsg("re: last");
        Assert.False(HasMessages);
        Assert.Equal(["first", "last", "ignored"], probe.ReceiveN(3));
    }

    [Fact]
    public void Ignored_messages_must_not_arrive_until_they_are_wanted_again()
    {
        IgnoreMessages<int>(i => i < 10);
        TestActor.Tell(1);
        TestActor.Tell(10);
        IgnoreNoMessages();
        TestActor.Tell(2);

        ExpectMsg(10);
        ExpectMsg(2);
    }

    [Fact]
    public void Child_must_have_the_test_actor_as_its_parent()
    {
        var child = ChildActorOf(Props.Create<Echo>(), "child");

        Assert.Equal(TestActor.Path / "child", child.Path);
        child.Tell("hello");
        ExpectMsgFrom(child, "hello");
    }

    [Fact]
    public void Disposing_must_end_the_system()
    {
        var kit = new Akka.TestKit.Xunit2.TestKit("own.setting = 5");
        var system = kit.Sys;
        Assert.Equal(5, system.Settings.Config.GetInt("own.setting"));
        Assert.Equal("test", system.Name);

        kit.Dispose();

        Assert.True(system.WhenTerminated.IsCompleted);
        Assert.False(Sys.WhenTerminated.IsCompleted);
    }

    [Fact]
    public void Given_system_must_be_used()
    {
        using var kit = new Akka.TestKit.Xunit2.TestKit(ActorSystem.Create("given"));

        Assert.Equal("given", kit.Sys.Name);
        kit.TestActor.Tell("x");
        kit.ExpectMsg("x");
    }

    private sealed class Echo : ReceiveActor
    {
        public Echo() => ReceiveAny(message => Sender.Tell(message));
    }
}
