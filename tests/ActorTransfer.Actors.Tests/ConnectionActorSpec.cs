using ActorTransfer.Actors.Connections;
using ActorTransfer.Protocol;
using ActorTransfer.Protocol.Bytestreams;
using ActorTransfer.Protocol.Discovery;
using ActorTransfer.Protocol.Ibb;
using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Protocol.Xml;
using Akka.Actor;
using Akka.TestKit;

namespace ActorTransfer.Actors.Tests;

public sealed class ConnectionActorSpec : ActorTest
{
    private static readonly XmlElement Payload = new(Namespaces.StreamInitiation, "si");
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(5);

    private readonly TestProbe _link;
    private readonly IActorRef _connection;

    public ConnectionActorSpec()
    {
        _link = CreateTestProbe("link");
        var settings = Settings(
            """
            connection {
              max-pending-requests = 3, max-queued-stanzas = 2, write-window = 1
              reconnect-first = 1s, reconnect-most = 4s, reconnect-refused-first = 60s, reconnect-refused-most = 120s
            }
            """);
        var definition = new Connection.Definition("north", ScriptedLink.Props(_link.Ref), Engine.Info);
        _connection = Sys.ActorOf(ConnectionActor.Props(definition, settings.Connection), "connection");
    }

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
    public async Task Message_without_an_addressee_must_be_for_this_account()
    {
        var wire = await OpenAsync();
        _connection.Tell(new Connection.ServeInBand(new SessionKey(Ada, Bo, Outgoing: false, "s")), TestActor);
        wire.Tell(Message($"<message xmlns='jabber:client' from='{Bo}'><data xmlns='{Namespaces.Ibb}' sid='s'/></message>"));
        Assert.Equal((Bo, Ada), await ExpectMsgAsync<Connection.Messaged>() is var messaged ? (messaged.From, messaged.To) : default);
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
    public async Task Request_without_a_handler_must_get_service_unavailable()
    {
        var wire = await OpenAsync();
        wire.Tell(new StanzaLink.Received(Request("1")));
        Assert.Equal(Request("1").Fail(StanzaError.ServiceUnavailable), await WrittenAsync());
    }

    [Fact]
    public async Task Connection_must_respond_to_disco_and_ping_itself()
    {
        var wire = await OpenAsync();
        wire.Tell(new StanzaLink.Received(Iq.Get("1", Ada, DiscoInfo.Query(), Bo)));
        Assert.Equal(Engine.Info.ToXml(), (await WrittenAsync()).Payload);
        wire.Tell(StanzaLink.Written.Instance);
        wire.Tell(new StanzaLink.Received(Iq.Get("2", Ada, new XmlElement(Namespaces.Ping, "ping"), Bo)));
        var pong = await WrittenAsync();
        Assert.Equal(("2", IqType.Result, Bo), (pong.Id, pong.Type, pong.To));
    }

    [Fact]
    public async Task Disco_must_refuse_a_set_and_respond_for_the_node_of_its_capabilities()
    {
        var wire = await OpenAsync();
        wire.Tell(new StanzaLink.Received(Iq.Set("1", Ada, DiscoItems.Query(), Bo)));
        Assert.Equal(Iq.Set("1", Ada, DiscoItems.Query(), Bo).Fail(StanzaError.NotAllowed), await WrittenAsync());
        wire.Tell(StanzaLink.Written.Instance);
        var node = $"{Caps.Node}#{Caps.Verification(Engine.Info)}";
        wire.Tell(new StanzaLink.Received(Iq.Get("2", Ada, DiscoInfo.Query(node), Bo)));
        Assert.Equal((Engine.Info with { Node = node }).ToXml(), (await WrittenAsync()).Payload);
        wire.Tell(StanzaLink.Written.Instance);
        wire.Tell(new StanzaLink.Received(Iq.Get("3", Ada, DiscoInfo.Query("other"), Bo)));
        Assert.Equal(ErrorConditions.ItemNotFound, (await WrittenAsync()).Error?.Condition);
    }

    [Fact]
    public async Task Messages_must_go_to_the_in_band_bytestream_of_the_first_child_that_has_one()
    {
        var wire = await OpenAsync();
        var handler = CreateTestProbe("handler");
        _connection.Tell(new Connection.ServeInBand(new SessionKey(Ada, Bo, Outgoing: false, "s")), handler.Ref);
        wire.Tell(Message(
            "<message xmlns='jabber:client' from='bo@south.example/Phone' type='error'><data xmlns='http://jabber.org/protocol/ibb' sid='s'/></message>"));
        wire.Tell(Message("<message xmlns='jabber:client'><data xmlns='http://jabber.org/protocol/ibb' sid='s'/></message>"));
        wire.Tell(Message("<message xmlns='jabber:client' from='bo@south.example/Phone'><body>hi</body></message>"));
        wire.Tell(Message(
            "<message xmlns='jabber:client' from='bo@south.example/Phone' to='ada@north.example/desk'>"
            + "<body/><data xmlns='http://jabber.org/protocol/ibb' sid='s' seq='0'/></message>"));
        var messaged = await handler.ExpectMsgAsync<Connection.Messaged>();
        Assert.Equal((Bo, Ada, "0"), (messaged.From, messaged.To, messaged.Payload["seq"]));
        await ExpectNoMessageAsync(handler, _connection);
    }

    [Fact]
    public async Task Request_must_go_to_its_handler_until_that_stops()
    {
        var wire = await OpenAsync();
        var handler = CreateTestProbe("handler");
        _connection.Tell(new Connection.Serve(Namespaces.StreamInitiation, handler.Ref));
        wire.Tell(new StanzaLink.Received(Request("1")));
        Assert.Equal(new Connection.Requested(Request("1")), await handler.ExpectMsgAsync<Connection.Requested>());
        Assert.Equal(_connection, handler.LastSender);

        Watch(handler.Ref);
        Sys.Stop(handler.Ref);
        await ExpectTerminatedAsync(handler.Ref);
        await StillRunsAsync(_connection);
        wire.Tell(new StanzaLink.Received(Request("2")));
        Assert.Equal(Request("2").Fail(StanzaError.ServiceUnavailable), await WrittenAsync());
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

    /// <summary>RFC 6120 §8.2.3: also for an actor that had stopped before it handled the request.</summary>
    [Theory]
    [InlineData(Namespaces.Ibb, ErrorConditions.ItemNotFound)]
    [InlineData(Namespaces.Bytestreams, ErrorConditions.ItemNotFound)]
    [InlineData(Namespaces.StreamInitiation, ErrorConditions.ServiceUnavailable)]
    public async Task Request_to_a_stopped_handler_must_get_exactly_one_error(string served, string condition)
    {
        var wire = await OpenAsync();
        var ended = CreateTestProbe();
        var handler = Sys.ActorOf(Props.Create(() => new Forwarder(ended.Ref)));
        _connection.Tell(new Connection.Serve(served, handler));
        Watch(ended.Ref);
        Sys.Stop(ended.Ref);
        await ExpectTerminatedAsync(ended.Ref);

        wire.Tell(new StanzaLink.Received(Iq.Set("r1", Ada, new XmlElement(served, "x"), Bo)));
        var response = await WrittenAsync();
        Assert.Equal(("r1", condition), (response.Id, response.Error?.Condition));
        await ExpectNoMessageAsync(_link, _connection);
    }

    [Fact]
    public async Task Block_must_go_to_its_in_band_bytestream_and_after_its_end_to_the_handler_of_the_namespace()
    {
        var wire = await OpenAsync();
        var handler = CreateTestProbe("handler");
        var stream = CreateTestProbe("stream");
        _connection.Tell(new Connection.Serve(Namespaces.Ibb, handler.Ref));
        _connection.Tell(new Connection.ServeInBand(new SessionKey(Ada, Bo, Outgoing: false, "s")), stream.Ref);
        wire.Tell(Block("d0"));
        Assert.Equal("d0", (await stream.ExpectMsgAsync<Connection.Requested>()).Request.Id);
        Assert.Equal(_connection, stream.LastSender);

        Watch(stream.Ref);
        Sys.Stop(stream.Ref);
        await ExpectTerminatedAsync(stream.Ref);
        await StillRunsAsync(_connection);
        wire.Tell(Block("d1"));
        Assert.Equal("d1", (await handler.ExpectMsgAsync<Connection.Requested>()).Request.Id);
        await ExpectNoMessageAsync(_link, _connection);
    }

    [Fact]
    public async Task Block_behind_a_request_to_open_must_wait_for_its_response()
    {
        var wire = await OpenAsync();
        var handler = CreateTestProbe("handler");
        _connection.Tell(new Connection.Serve(Namespaces.Ibb, handler.Ref));
        wire.Tell(Received("o1", new IbbOpen("s", 4096).ToXml()));
        wire.Tell(Block("d0"));
        var open = (await handler.ExpectMsgAsync<Connection.Requested>()).Request;
        await StillRunsAsync(wire);
        await ExpectNoMessageAsync(handler, _connection);

        _connection.Tell(new Connection.Reply(open.Fail(StanzaError.NotAcceptable)));
        Assert.Equal(open.Fail(StanzaError.NotAcceptable), await WrittenAsync());
        wire.Tell(StanzaLink.Written.Instance);
        var response = await WrittenAsync();
        Assert.Equal(("d0", ErrorConditions.ItemNotFound), (response.Id, response.Error?.Condition));
    }

    private static StanzaLink.Received Block(string id) => Received(id, IbbData.ToXml("s", 0, "AAAA"));

    private static StanzaLink.Received Received(string id, XmlElement payload) => new(Iq.Set(id, Ada, payload, Bo));

    private static StanzaLink.Messaged Message(string xml) => new(XmlElement.Parse(xml));

    private static Iq Request(string id) => Iq.Set(id, Ada, Payload, Bo);

    private void Ask(string tag) => _connection.Tell(new Connection.Ask(IqType.Set, null, Bo, Payload, Deadline, tag), TestActor);

    /// <summary>Opens the link that was started last.</summary>
    private async Task<IActorRef> OpenAsync()
    {
        var wire = (await _link.ExpectMsgAsync<ScriptedLink.Started>()).Wire;
        wire.Tell(new StanzaLink.Opened(Ada, InProcess: true));
        await StillRunsAsync(wire);
        await StillRunsAsync(_connection);
        return wire;
    }

    private async Task<Iq> WrittenAsync() => (await _link.ExpectMsgAsync<StanzaLink.Write>()).Stanza;

    private sealed class Forwarder : ReceiveActor
    {
        public Forwarder(IActorRef to) => ReceiveAny(to.Forward);
    }
}
