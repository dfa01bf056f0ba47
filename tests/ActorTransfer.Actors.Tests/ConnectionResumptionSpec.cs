using ActorTransfer.Actors.Connections;
using ActorTransfer.Protocol;
using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Protocol.StreamManagement;
using ActorTransfer.Protocol.Streams;
using ActorTransfer.Protocol.Xml;
using Akka.Actor;
using Akka.TestKit;

namespace ActorTransfer.Actors.Tests;

/// <summary>What a connection keeps while its session is resumed over another link, and what fails when it is not.</summary>
public sealed class ConnectionResumptionSpec : ActorTest
{
    private static readonly XmlElement Payload = new(Namespaces.StreamInitiation, "si");

    private readonly TestProbe _link;
    private readonly TestProbe _subscriber;
    private readonly IActorRef _connection;

    public ConnectionResumptionSpec()
    {
        _link = CreateTestProbe("link");
        _subscriber = CreateTestProbe("subscriber");
        var settings = Settings("connection { max-queued-stanzas = 3, write-window = 2, reconnect-first = 1s, reconnect-most = 1s, resume-within = 10s }");
        _connection = Sys.ActorOf(
            ConnectionActor.Props(new Connection.Definition("north", ScriptedLink.Props(_link.Ref), Engine.Info), settings.Connection), "connection");
        _subscriber.Send(_connection, new Connection.Subscribe());
    }

    private static ResumableSession Session { get; } = new(
        Ada, StreamManager.Begin(8, TimeSpan.FromSeconds(10)).State.Next(XmlElement.Parse("<enabled xmlns='urn:xmpp:sm:3' id='x' resume='true'/>")).State);

    [Fact]
    public async Task Pending_requests_must_continue_when_the_session_is_resumed()
    {
        var first = await UpAsync();
        Ask("q");
        var request = await WrittenAsync();
        await CloseAsync(first, new StanzaLink.Closed("cut", ForGood: false) { Resumable = Session, Taken = 1 });

        var second = await ReplacedAsync(Session);
        second.Tell(new StanzaLink.Opened(Ada, InProcess: false) { Resumed = true });
        second.Tell(new StanzaLink.Received(request.Result(Payload)));

        Assert.Equal(new Connection.Answered("q", new Answer.Result(Payload)), await ExpectMsgAsync<Connection.Answered>());
        await ExpectNoMessageAsync(_subscriber, _connection);
        await ExpectNoMessageAsync(_link, second);
    }

    [Fact]
    public async Task Stanzas_that_the_lost_link_did_not_accept_must_be_sent_first_over_the_next()
    {
        var first = await UpAsync();
        foreach (var id in new[] { "1", "2", "3" })
        {
            _connection.Tell(new Connection.Reply(Iq.Set(id, Ada, Payload, Bo).Result()));
        }

        await WrittenAsync();
        await WrittenAsync();
        await CloseAsync(first, new StanzaLink.Closed("cut", ForGood: false) { Resumable = Session, Taken = 1 });
        Ask("q");

        var second = await ReplacedAsync(Session);
        await ExpectNoMessageAsync(_link, _connection);
        second.Tell(new StanzaLink.Opened(Ada, InProcess: false) { Resumed = true });
        Assert.Equal("2", (await WrittenAsync()).Id);
        Assert.Equal("3", (await WrittenAsync()).Id);
        second.Tell(StanzaLink.Written.Instance);
        Assert.Equal(IqType.Set, (await WrittenAsync()).Type);
    }

    [Fact]
    public async Task Queue_must_be_limited_while_there_is_no_link()
    {
        var first = await UpAsync();
        await CloseAsync(first, new StanzaLink.Closed("cut", ForGood: false) { Resumable = Session });
        foreach (var tag in new[] { "a", "b", "c", "d" })
        {
            Ask(tag);
        }

        Assert.Equal(new Connection.Answered("d", new Answer.None(NoAnswer.Overloaded)), await ExpectMsgAsync<Connection.Answered>());
    }

    [Fact]
    public async Task Pending_requests_must_fail_when_the_server_cannot_resume_the_session()
    {
        var first = await UpAsync();
        Ask("q");
        await WrittenAsync();
        await CloseAsync(first, new StanzaLink.Closed("cut", ForGood: false) { Resumable = Session, Taken = 1 });
        var second = await ReplacedAsync(Session);
        var other = Jid.Parse("ada@north.example/other");
        second.Tell(new StanzaLink.Opened(other, InProcess: false));

        Assert.Equal(new Connection.Answered("q", new Answer.None(NoAnswer.LinkLost)), await ExpectMsgAsync<Connection.Answered>());
        Assert.False((await _subscriber.ExpectMsgAsync<Connection.Lost>()).ForGood);
        Assert.Equal(new Connection.Up("north", other), await _subscriber.ExpectMsgAsync<Connection.Up>());
    }

    [Fact]
    public async Task Pending_requests_must_fail_when_the_session_is_not_resumed_in_time()
    {
        var first = await UpAsync();
        Ask("q");
        await WrittenAsync();
        await CloseAsync(first, new StanzaLink.Closed("cut", ForGood: false) { Resumable = Session, Taken = 1 });
        var second = await ReplacedAsync(Session);
        await CloseAsync(second, new StanzaLink.Closed("refused", ForGood: false) { Resumable = Session });
        await AdvanceAsync(_connection, TimeSpan.FromSeconds(9) - Tick);
        await StillRunsAsync(_connection);
        Assert.False(HasMessages);

        await AdvanceAsync(_connection, Tick);
        Assert.Equal(new Connection.Answered("q", new Answer.None(NoAnswer.LinkLost)), await ExpectMsgAsync<Connection.Answered>());
        Assert.Contains("10", (await _subscriber.ExpectMsgAsync<Connection.Lost>()).Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Pending_requests_must_fail_at_once_when_the_session_cannot_be_resumed(bool forGood)
    {
        var first = await UpAsync();
        Ask("q");
        await WrittenAsync();
        await CloseAsync(first, new StanzaLink.Closed("conflict", forGood) { Resumable = forGood ? Session : null });
        Assert.Equal(new Connection.Answered("q", new Answer.None(NoAnswer.LinkLost)), await ExpectMsgAsync<Connection.Answered>());
        Assert.Equal(new Connection.Lost("north", "conflict", forGood), await _subscriber.ExpectMsgAsync<Connection.Lost>() with { RetryIn = null });
    }

    [Fact]
    public async Task Login_refused_during_a_resumption_must_fail_pending_requests_for_good()
    {
        var first = await UpAsync();
        Ask("q");
        await WrittenAsync();
        await CloseAsync(first, new StanzaLink.Closed("cut", ForGood: false) { Resumable = Session, Taken = 1 });
        var second = await ReplacedAsync(Session);
        await CloseAsync(second, new StanzaLink.Closed("wrong password", ForGood: true));
        Assert.Equal(new Connection.Answered("q", new Answer.None(NoAnswer.LinkLost)), await ExpectMsgAsync<Connection.Answered>());
        Assert.True((await _subscriber.ExpectMsgAsync<Connection.Lost>()).ForGood);
        await AdvanceAsync(_connection, TimeSpan.FromMinutes(1));
        await ExpectNoMessageAsync(_subscriber, _connection);
    }

    private void Ask(string tag) => _connection.Tell(new Connection.Ask(IqType.Set, null, Bo, Payload, TimeSpan.FromMinutes(5), tag), TestActor);

    private async Task<IActorRef> UpAsync()
    {
        var wire = (await _link.ExpectMsgAsync<ScriptedLink.Started>()).Wire;
        wire.Tell(new StanzaLink.Opened(Ada, InProcess: false));
        await _subscriber.ExpectMsgAsync<Connection.Up>();
        return wire;
    }

    /// <summary>Returns when the link has stopped and the connection has handled its end.</summary>
    private async Task CloseAsync(IActorRef wire, StanzaLink.Closed closed)
    {
        var watcher = CreateTestProbe();
        await watcher.WatchAsync(wire);
        wire.Tell(closed);
        await watcher.ExpectTerminatedAsync(wire);
        await StillRunsAsync(_connection);
    }

    /// <summary>The link that is started after the longest reconnect delay.</summary>
    private async Task<IActorRef> ReplacedAsync(ResumableSession? session)
    {
        await AdvanceAsync(_connection, TimeSpan.FromSeconds(1));
        var started = await _link.ExpectMsgAsync<ScriptedLink.Started>();
        Assert.Equal(session, started.Session);
        return started.Wire;
    }

    private async Task<Iq> WrittenAsync() => (await _link.ExpectMsgAsync<StanzaLink.Write>()).Stanza;
}
