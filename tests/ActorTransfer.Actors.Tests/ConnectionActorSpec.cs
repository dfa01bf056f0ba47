using ActorTransfer.Actors.Connections;
using ActorTransfer.Protocol;
using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Protocol.Xml;
using Akka.Actor;
using Akka.TestKit;

namespace ActorTransfer.Actors.Tests;

public sealed class ConnectionActorSpec : ConnectionTest
{
    [Fact]
    public async Task Response_must_be_accepted_from_the_addressee_only()
    {
        var wire = await OpenAsync();
        Ask("q");
        var request = await WrittenAsync();
        Assert.Equal((IqType.Set, Ada, Bo, Payload), (request.Type, request.From, request.To, request.Payload));

        wire.Tell(new StanzaLink.Received(new Iq(IqType.Result, request.Id, Jid.Parse("eve@south.example/x"), Ada, null)));
        wire.Tell(new StanzaLink.Received(new Iq(IqType.Result, request.Id, Bo.Bare, Ada, null)));
        wire.Tell(new StanzaLink.Received(new Iq(IqType.Result, request.Id, null, Ada, null)));
        wire.Tell(new StanzaLink.Received(new Iq(IqType.Result, "other", Bo, Ada, null)));
        wire.Tell(new StanzaLink.Received(new Iq(IqType.Result, request.Id, Bo, Ada, Payload)));
        wire.Tell(new StanzaLink.Received(new Iq(IqType.Result, request.Id, Bo, Ada, null)));

        Assert.Equal(new Connection.Answered("q", new Answer.Result(Payload)), await ExpectMsgAsync<Connection.Answered>());
        await StillRunsAsync(_connection);
        Assert.False(HasMessages);
    }

    [Fact]
    public async Task Message_must_be_reported_as_sent_when_the_link_has_taken_it_and_as_lost_without_a_link()
    {
        var message = new XmlElement(Namespaces.Client, "message").With("to", Bo.ToString());
        _connection.Tell(new Connection.SendMessage(message, "early"), TestActor);
        Assert.Equal(new Connection.MessageSent("early", NoAnswer.LinkLost), await ExpectMsgAsync<Connection.MessageSent>());

        var wire = await OpenAsync();
        _connection.Tell(new Connection.SendMessage(message, "sent"), TestActor);
        Assert.Equal(message, (await _link.ExpectMsgAsync<StanzaLink.WriteMessage>()).Message);
        Assert.False(HasMessages);
        wire.Tell(StanzaLink.Written.Instance);
        Assert.Equal(new Connection.MessageSent("sent"), await ExpectMsgAsync<Connection.MessageSent>());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("north.example")]
    [InlineData("ada@north.example")]
    public async Task Error_from_the_own_server_must_complete_a_request(string? from)
    {
        var wire = await OpenAsync();
        Ask("q");
        var request = await WrittenAsync();
        var sender = from is null ? null : Jid.Parse(from);
        wire.Tell(new StanzaLink.Received(new Iq(IqType.Error, request.Id, sender, Ada, null, StanzaError.RemoteServerNotFound)));
        Assert.Equal(new Connection.Answered("q", new Answer.Error(StanzaError.RemoteServerNotFound)), await ExpectMsgAsync<Connection.Answered>());
    }

    [Fact]
    public async Task Response_must_be_accepted_under_an_equivalent_spelling_of_the_addressee()
    {
        var wire = await OpenAsync();
        _connection.Tell(new Connection.Ask(IqType.Set, null, Jid.Parse("straße@localhost/Büro™"), Payload, Deadline, "q"), TestActor);
        var respelled = Jid.Parse("strasse@localhost/BüroTM");
        wire.Tell(new StanzaLink.Received(new Iq(IqType.Result, (await WrittenAsync()).Id, respelled, Ada, null)));
        Assert.Equal(new Connection.Answered("q", new Answer.Result(null) { Respelled = respelled }), await ExpectMsgAsync<Connection.Answered>());
    }

    [Fact]
    public async Task Skipped_stanzas_must_be_logged_at_most_once_a_minute()
    {
        await OpenAsync();
        var log = CreateTestProbe("log");
        Sys.EventStream.SetLogLevel(Akka.Event.LogLevel.WarningLevel);
        Sys.EventStream.Subscribe(log.Ref, typeof(Akka.Event.Warning));
        var connection = Sys.ActorOf(
            ConnectionActor.Props(new Connection.Definition("south", ScriptedLink.Props(_link.Ref), Engine.Info), Settings().Connection));
        var wire = (await _link.ExpectMsgAsync<ScriptedLink.Started>()).Wire;
        var skipped = new StanzaLink.Skipped(new XmlStreamItem.Skipped(
            new XmlElement(Namespaces.Client, "message").With("from", "eve@south.example/x"), "policy-violation", "elements nested deeper than 32 levels"));
        foreach (var pause in new[] { 0, 30, 29, 1 })
        {
            await AdvanceAsync(connection, TimeSpan.FromSeconds(pause));
            wire.Tell(skipped);
            await StillRunsAsync(wire);
        }

        await StillRunsAsync(connection);
        var lines = new List<string>();
        while (log.HasMessages)
        {
            lines.Add((await log.ExpectMsgAsync<Akka.Event.Warning>()).Message.ToString()!);
        }

        Assert.Equal(
            [
                "Connection south skipped a stanza: message from eve@south.example/x, elements nested deeper than 32 levels; 0 more since the last report",
                "Connection south skipped a stanza: message from eve@south.example/x, elements nested deeper than 32 levels; 2 more since the last report",
            ],
            lines.Select(line => line.Trim()));
    }

    [Fact]
    public async Task Error_response_must_complete_a_request()
    {
        var wire = await OpenAsync();
        Ask("q");
        wire.Tell(new StanzaLink.Received((await WrittenAsync()).Fail(StanzaError.Forbidden)));
        Assert.Equal(new Connection.Answered("q", new Answer.Error(StanzaError.Forbidden)), await ExpectMsgAsync<Connection.Answered>());
    }

    [Fact]
    public async Task Request_must_time_out_at_its_deadline_and_not_before()
    {
        var wire = await OpenAsync();
        Ask("q");
        var request = await WrittenAsync();
        await AdvanceAsync(_connection, Deadline - Tick);
        await StillRunsAsync(_connection);
        Assert.False(HasMessages);
        await AdvanceAsync(_connection, Tick);
        Assert.Equal(new Connection.Answered("q", new Answer.None(NoAnswer.Timeout)), await ExpectMsgAsync<Connection.Answered>());

        wire.Tell(new StanzaLink.Received(request.Result()));
        await StillRunsAsync(_connection);
        Assert.False(HasMessages);
    }

    [Fact]
    public async Task Request_must_fail_at_once_while_the_link_is_down()
    {
        Ask("q");
        Assert.Equal(new Connection.Answered("q", new Answer.None(NoAnswer.LinkLost)), await ExpectMsgAsync<Connection.Answered>());
    }

    [Fact]
    public async Task Lost_link_must_fail_all_pending_requests_at_once()
    {
        var wire = await OpenAsync();
        Ask("a");
        Ask("b");
        await StillRunsAsync(_connection);
        wire.Tell(new StanzaLink.Closed("cut", ForGood: false));
        Assert.Equal(new Connection.Answered("a", new Answer.None(NoAnswer.LinkLost)), await ExpectMsgAsync<Connection.Answered>());
        Assert.Equal(new Connection.Answered("b", new Answer.None(NoAnswer.LinkLost)), await ExpectMsgAsync<Connection.Answered>());
        await AdvanceAsync(_connection, Deadline);
        await StillRunsAsync(_connection);
        Assert.False(HasMessages);
    }

    [Fact]
    public async Task Request_beyond_the_limit_of_pending_requests_must_fail_as_overloaded()
    {
        var wire = await OpenAsync();
        foreach (var tag in new[] { "a", "b", "c", "d" })
        {
            Ask(tag);
            if (tag != "d")
            {
                await WrittenAsync();
                wire.Tell(StanzaLink.Written.Instance);
                await StillRunsAsync(_connection);
            }
        }

        Assert.Equal(new Connection.Answered("d", new Answer.None(NoAnswer.Overloaded)), await ExpectMsgAsync<Connection.Answered>());
    }

    [Fact]
    public async Task Stanzas_must_be_queued_for_the_write_window_with_more_room_for_responses_than_for_requests()
    {
        var wire = await OpenAsync();
        foreach (var id in new[] { "1", "2", "3", "4", "5", "lost" })
        {
            _connection.Tell(new Connection.Reply(Request(id).Result()));
        }

        Assert.Equal("1", (await WrittenAsync()).Id);
        Ask("q");
        Assert.Equal(new Connection.Answered("q", new Answer.None(NoAnswer.Overloaded)), await ExpectMsgAsync<Connection.Answered>());
        await StillRunsAsync(wire);
        Assert.False(_link.HasMessages);

        wire.Tell(StanzaLink.Written.Instance);
        Assert.Equal("2", (await WrittenAsync()).Id);
        wire.Tell(StanzaLink.Written.Instance);
        foreach (var id in new[] { "3", "4", "5" })
        {
            Assert.Equal(id, (await WrittenAsync()).Id);
            wire.Tell(StanzaLink.Written.Instance);
        }

        await StillRunsAsync(_connection);
        _connection.Tell(new Connection.Reply(Request("6").Result()));
        Assert.Equal("6", (await WrittenAsync()).Id);
    }

    [Fact]
    public async Task Subscriber_must_be_notified_of_the_current_link_and_of_each_change()
    {
        var wire = await OpenAsync();
        var late = CreateTestProbe("late");
        late.Send(_connection, new Connection.Subscribe());
        Assert.Equal(new Connection.Up("north", Ada), await late.ExpectMsgAsync<Connection.Up>());
        wire.Tell(new StanzaLink.Closed("cut", ForGood: false));
        Assert.Equal(new Connection.Lost("north", "cut", ForGood: false), await late.ExpectMsgAsync<Connection.Lost>() with { RetryIn = null });

        var later = CreateTestProbe("later");
        later.Send(_connection, new Connection.Subscribe());
        Assert.Equal(new Connection.Lost("north", "cut", ForGood: false), await later.ExpectMsgAsync<Connection.Lost>() with { RetryIn = null });
    }

    [Fact]
    public async Task Lost_link_must_be_replaced_within_the_limits_of_the_backoff()
    {
        foreach (var ceiling in new[] { 1, 2, 4, 4, 4 })
        {
            var wire = (await _link.ExpectMsgAsync<ScriptedLink.Started>()).Wire;
            wire.Tell(new StanzaLink.Closed("refused", ForGood: false));
            Watch(wire);
            await ExpectTerminatedAsync(wire);
            await AdvanceAsync(_connection, TimeSpan.FromSeconds(ceiling));
        }

        await OpenAsync();
    }

    [Fact]
    public async Task Link_that_crashes_must_be_replaced()
    {
        var wire = await OpenAsync();
        var subscriber = CreateTestProbe("subscriber");
        subscriber.Send(_connection, new Connection.Subscribe());
        await subscriber.ExpectMsgAsync<Connection.Up>();
        wire.Tell(Kill.Instance);
        Assert.False((await subscriber.ExpectMsgAsync<Connection.Lost>()).ForGood);
        await AdvanceAsync(_connection, TimeSpan.FromSeconds(1));
        await OpenAsync();
    }

    [Fact]
    public async Task Messages_of_a_replaced_link_must_be_ignored()
    {
        var old = await OpenAsync();
        old.Tell(new StanzaLink.Closed("cut", ForGood: false));
        Watch(old);
        await ExpectTerminatedAsync(old);
        await AdvanceAsync(_connection, TimeSpan.FromSeconds(1));
        await OpenAsync();
        _connection.Tell(new StanzaLink.Closed("late", ForGood: true), old);
        _connection.Tell(new StanzaLink.Received(Request("1")), old);
        await ExpectNoMessageAsync(_link, _connection);
        Ask("q");
        await WrittenAsync();
    }

    [Fact]
    public async Task Stopped_connection_must_fail_pending_requests()
    {
        await OpenAsync();
        Ask("q");
        await WrittenAsync();
        Sys.Stop(_connection);
        Assert.Equal(new Connection.Answered("q", new Answer.None(NoAnswer.LinkLost)), await ExpectMsgAsync<Connection.Answered>());
    }
}
