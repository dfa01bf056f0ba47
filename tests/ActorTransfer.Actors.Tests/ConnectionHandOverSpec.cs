using System.Collections.Immutable;
using ActorTransfer.Actors.Connections;
using ActorTransfer.Protocol;
using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Protocol.StreamManagement;
using ActorTransfer.Protocol.Streams;
using ActorTransfer.Protocol.Xml;
using Akka.Actor;
using Akka.TestKit;

namespace ActorTransfer.Actors.Tests;

/// <summary>A connection whose account moves: what it leaves, and what the next one makes of it.</summary>
public sealed class ConnectionHandOverSpec : ActorTest
{
    private static readonly StreamPosition s_position = new("s1", Received: 7, Sent: 5);
    private static readonly XmlElement s_offer = new(Namespaces.StreamInitiation, "si");
    private static readonly XmlElement s_message = XmlElement.Parse("<message xmlns='jabber:client' from='bo@south.example/Phone'><body>1</body></message>");
    private static readonly XmlElement s_presence = XmlElement.Parse("<presence xmlns='jabber:client' from='bo@south.example/Phone'/>");

    private readonly TestProbe _link;
    private readonly TestProbe _handler;
    private bool _moves = true;
    private IActorRef _connection = ActorRefs.Nobody;

    public ConnectionHandOverSpec() => (_link, _handler) = (CreateTestProbe("link"), CreateTestProbe("handler"));

    private static ResumableSession Session { get; } = new(Ada, StreamManager.At(s_position, 8));

    [Fact]
    public async Task Session_and_returned_stanzas_must_be_left()
    {
        var wire = await OpenAsync(await StartAsync());
        _connection.Tell(new Connection.Return(Offer("1"), StanzaError.ResourceConstraint));
        _connection.Tell(new Connection.ReturnMessage(s_message));
        _connection.Tell(new Connection.Close { HandsOver = true }, TestActor);
        Assert.True((await _link.ExpectMsgAsync<StanzaLink.End>()).KeepsSession);
        _connection.Tell(new Connection.Return(Offer("2"), StanzaError.ServiceUnavailable)); // was on its way
        await StillRunsAsync(_connection);
        Watch(_connection);
        wire.Tell(new StanzaLink.Kept(Session));
        var left = await ExpectMsgAsync<Connection.HandedOver>();
        Assert.Equal(("north", Ada, s_position), (left.Name, left.HandOver.Self, left.HandOver.Position));
        Assert.Equal([$"{Offer("1").ToXml()}", $"{s_message}", $"{Offer("2").ToXml()}"], left.HandOver.Stanzas.Select(stanza => stanza.ToString()));
        await ExpectTerminatedAsync(_connection);
        await _link.ExpectNoMsgAsync(TimeSpan.Zero);
    }

    /// <summary>The peer waits for a response.</summary>
    [Fact]
    public async Task Returned_requests_must_be_refused_when_the_account_does_not_move()
    {
        await OpenAsync(await StartAsync());
        _connection.Tell(new Connection.Return(Offer("1"), StanzaError.ResourceConstraint));
        await ExpectNoMessageAsync(_link, _connection);
        _connection.Tell(new Connection.Close());
        var refusal = (await _link.ExpectMsgAsync<StanzaLink.Write>()).Stanza;
        Assert.Equal(("1", ErrorConditions.ResourceConstraint), (refusal.Id, refusal.Error?.Condition));

        _moves = false;
        await OpenAsync(await StartAsync());
        _connection.Tell(new Connection.Return(Offer("2"), StanzaError.ServiceUnavailable));
        refusal = (await _link.ExpectMsgAsync<StanzaLink.Write>()).Stanza;
        Assert.Equal(("2", ErrorConditions.ServiceUnavailable), (refusal.Id, refusal.Error?.Condition));
    }

    /// <summary>The server has closed the stream, or the link has crashed: what was returned can still be handled.</summary>
    [Fact]
    public async Task Returned_stanzas_must_be_left_without_a_session()
    {
        var wire = await OpenAsync(await StartAsync());
        _connection.Tell(new Connection.Return(Offer("1"), StanzaError.ResourceConstraint));
        _connection.Tell(new Connection.Close { HandsOver = true }, TestActor);
        await _link.ExpectMsgAsync<StanzaLink.End>();
        Sys.Stop(wire);
        var left = (await ExpectMsgAsync<Connection.HandedOver>()).HandOver;
        Assert.Equal((null, null), (left.Self, left.Position));
        Assert.Equal(Offer("1").ToXml(), Assert.Single(left.Stanzas));
    }

    [Fact]
    public async Task Next_connection_must_resume_the_session_and_handle_what_was_left()
    {
        var start = await StartAsync(s_presence, Offer("1").ToXml(), s_message);
        Assert.Equal((Ada, s_position, true), (start.Session?.Self, start.Session?.Manager.Position, start.Session?.IsTakenOver));
        await OpenAsync(start, isResumed: true);
        await _handler.ExpectMsgAsync<Connection.Up>();
        Assert.Equal(s_presence, (await _handler.ExpectMsgAsync<Connection.Present>()).Presence);
        Assert.Equal("1", (await _handler.ExpectMsgAsync<Connection.Requested>()).Request.Id);
        Assert.Equal(s_message, (await _handler.ExpectMsgAsync<Connection.MessageArrived>()).Message);
    }

    /// <summary>It gets the presence of contacts from the server.</summary>
    [Fact]
    public async Task Connection_with_a_new_session_must_handle_only_requests_and_messages()
    {
        await OpenAsync(await StartAsync(s_presence, Offer("1").ToXml()), isResumed: false);
        await _handler.ExpectMsgAsync<Connection.Up>();
        Assert.Equal("1", (await _handler.ExpectMsgAsync<Connection.Requested>()).Request.Id);
        await ExpectNoMessageAsync(_handler, _connection);
    }

    [Fact]
    public async Task Session_must_be_resumed_after_a_failed_attempt_and_be_left_again_before_that()
    {
        var start = await StartAsync(s_presence);
        start.Wire.Tell(new StanzaLink.Closed("refused", ForGood: false) { Resumable = start.Session });
        await _handler.ExpectMsgAsync<Connection.Lost>();
        await AdvanceAsync(_connection, TimeSpan.FromSeconds(1));
        start = await _link.ExpectMsgAsync<ScriptedLink.Started>();
        Assert.Equal(s_position, start.Session?.Manager.Position);
        _connection.Tell(new Connection.Close { HandsOver = true }, TestActor);
        var left = (await ExpectMsgAsync<Connection.HandedOver>()).HandOver;
        Assert.Equal((Ada, s_position), (left.Self, left.Position));
        Assert.Equal(s_presence, Assert.Single(left.Stanzas));
    }

    private static Iq Offer(string id) => Iq.Set(id, Ada, s_offer, Bo);

    private async Task<ScriptedLink.Started> StartAsync(params ImmutableArray<XmlElement> left)
    {
        var definition = new Connection.Definition("north", ScriptedLink.Props(_link.Ref), Engine.Info)
        {
            Moves = () => _moves,
            TakesOver = !left.IsEmpty,
        };
        _connection = Sys.ActorOf(ConnectionActor.Props(definition, Settings("connection { reconnect-first = 1s, reconnect-most = 1s }").Connection));
        _handler.Send(_connection, new Connection.Serve(s_offer.Namespace, _handler.Ref));
        _handler.Send(_connection, new Connection.ServeMessages());
        _handler.Send(_connection, new Connection.ServePresence());
        _handler.Send(_connection, new Connection.Subscribe());
        if (!left.IsEmpty)
        {
            await StillRunsAsync(_connection);
            Assert.False(_link.HasMessages);
            _connection.Tell(new Connection.TakeOver(new SessionHandOver(Ada, s_position, left)));
        }

        return await _link.ExpectMsgAsync<ScriptedLink.Started>();
    }

    private async Task<IActorRef> OpenAsync(ScriptedLink.Started start, bool isResumed = false)
    {
        start.Wire.Tell(new StanzaLink.Opened(Ada, InProcess: false) { Resumed = isResumed });
        await StillRunsAsync(start.Wire);
        await StillRunsAsync(_connection);
        return start.Wire;
    }
}
