using System.Text.RegularExpressions;
using Akka.Actor;
using Akka.Event;
using Xunit.Sdk;

namespace ActorTransfer.Bundled.Tests.TestKit;

public class EventFilterTests : Akka.TestKit.Xunit2.TestKit
{
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(200);

    public EventFilterTests() : base("akka.loglevel = DEBUG")
    {
    }

    [Fact]
    public void Event_must_be_found_by_level_and_text()
    {
        EventFilter.Debug(message: "all of it").ExpectOne(() => Log.Debug("all of it"));
        EventFilter.Info(start: "sent").ExpectOne(() => Log.Info("sent {0} bytes", 5));
        EventFilter.Info(contains: "5 by").ExpectOne(() => Log.Info("sent {0} bytes", 5));
        EventFilter.Warning(new Regex("^[0-9]+$")).ExpectOne(() => Log.Warning("123"));
        EventFilter.Error("gone").Expect(2, () =>
        {
            Log.Error("gone");
            Log.Warning("gone");
            Log.Error("gone");
        });
    }

    [Fact]
    public void Missing_event_must_fail_the_test()
    {
        Assert.ThrowsAny<XunitException>(() => EventFilter.Info("x").ExpectOne(Short, () => Log.Info("y")));
        Assert.ThrowsAny<XunitException>(() => EventFilter.Info("x").Expect(2, Short, () => Log.Info("x")));
        Assert.ThrowsAny<XunitException>(() => EventFilter.Info("x").ExpectOne(Short, () => Log.Warning("x")));
    }

    [Fact]
    public void Unwanted_event_must_fail_the_test()
    {
        EventFilter.Info("x").Expect(0, Short, () => Log.Info("y"));

        Assert.ThrowsAny<XunitException>(() => EventFilter.Info("x").Expect(0, TimeSpan.FromSeconds(10), () => Log.Info("x")));
    }

    [Fact]
    public async Task Exception_must_be_found_by_type_and_message_when_an_actor_fails()
    {
        var failing = Sys.ActorOf(Props.Create<Failing>());

        await EventFilter.Exception<InvalidOperationException>().ExpectOneAsync(() => Send("invalid"));
        await EventFilter.Exception<InvalidOperationException>(contains: "this is").ExpectOneAsync(() => Send("invalid"));
        await Assert.ThrowsAnyAsync<XunitException>(
            () => EventFilter.Exception<ArgumentException>().ExpectAsync(1, Short, () => Send("invalid")));

        Task Send(string message)
        {
            failing.Tell(message);
            return Task.CompletedTask;
        }
    }

    [Fact]
    public async Task Events_must_be_found_by_any_test_of_one()
    {
        await EventFilter.Custom(line => line.LogLevel() == LogLevel.WarningLevel).And.Info("too").ExpectAsync(2, () =>
        {
            Log.Warning("one");
            Log.Info("too");
            Log.Info("neither");
            return Task.CompletedTask;
        });
    }

    [Fact]
    public void Dead_letter_must_be_found_by_its_message()
    {
        var dead = Sys.ActorOf(Props.Create<Failing>());
        Watch(dead);
        Sys.Stop(dead);
        ExpectTerminated(dead);

        EventFilter.DeadLetter<string>(text => text == "hello?").ExpectOne(() =>
        {
            dead.Tell("hello?");
            dead.Tell(5);
        });
    }

    [Fact]
    public void Muted_code_must_run()
    {
        var ran = false;
        EventFilter.Error().Mute(() =>
        {
            Log.Error("expected, not printed");
            ran = true;
        });
        Assert.True(ran);
        using (EventFilter.Error().Mute())
            Log.Error("expected, not printed");
    }

    private sealed class Failing : ReceiveActor
    {
        public Failing() => Receive<string>(text => throw new InvalidOperationException($"this is {text}"));
    }
}
