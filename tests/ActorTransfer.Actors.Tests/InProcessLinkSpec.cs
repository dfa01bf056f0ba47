using ActorTransfer.Actors.Connections;
using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Protocol.Xml;
using Akka.Actor;
using Akka.TestKit;

namespace ActorTransfer.Actors.Tests;

/// <summary>The link between an engine and a server of the same process, with a probe in the place of the connection.</summary>
public sealed class InProcessLinkSpec : ActorTest
{
    private const int Window = 4;
    private const string Request = "<iq type='get' id='1' from='ada@north.example/desk' to='x@files.example/y'><q xmlns='u:q'/></iq>";

    private static readonly Jid Domain = Jid.Parse("files.example");

    private readonly InProcessLink _link = new(Domain);
    private readonly TestProbe _connection;

    public InProcessLinkSpec() => _connection = CreateTestProbe();

    [Theory]
    [InlineData("")]
    [InlineData(" xmlns='jabber:client'")]
    [InlineData(" xmlns='jabber:server'")]
    [InlineData(" xmlns='jabber:component:accept'")]
    public async Task Stanzas_must_reach_the_connection_in_order(string ns)
    {
        await OpenAsync();
        Assert.True(await _link.DeliverAsync($"<iq{ns} type='set' id='a' from='ada@north.example/desk' to='x@files.example/y'><q xmlns='u:q'/></iq>"));
        Assert.True(await _link.DeliverAsync($"<message{ns} from='ada@north.example/desk'><body>&lt;hi&gt;</body></message>\n"));
        Assert.True(await _link.DeliverAsync($"<presence{ns} from='ada@north.example/desk' to='files.example'/>"));
        Assert.True(await _link.DeliverAsync($"<iq{ns} type='result' id='b' from='north.example'/>"));
        var request = (await _connection.ExpectMsgAsync<StanzaLink.Received>()).Stanza;
        Assert.Equal((IqType.Set, "a", Ada, Jid.Parse("x@files.example/y"), new XmlElement("u:q", "q")),
            (request.Type, request.Id, request.From, request.To, request.Payload));
        Assert.Equal("<hi>", (await _connection.ExpectMsgAsync<StanzaLink.Messaged>()).Message.Children[0].Text);
        await _connection.ExpectMsgAsync<StanzaLink.Present>();
        var result = (await _connection.ExpectMsgAsync<StanzaLink.Received>()).Stanza;
        Assert.Equal((IqType.Result, Domain), (result.Type, result.To));
    }

    [Theory]
    [InlineData("")]
    [InlineData("hello")]
    [InlineData("<iq")]
    [InlineData("<iq type='get' id='1' from='a@b/c'>")]
    [InlineData("<iq type='get' id='1' from='a@b/c'></presence>")]
    [InlineData("<presence from='a@b/c'/><presence from='a@b/c'/>")]
    [InlineData("<presence from='a@b/c'/><presence from='a@b/c'>")]
    [InlineData("<presence from='a@b/c'/>text")]
    [InlineData("<presence from='a@b/c'/></stream:stream>")]
    [InlineData("</stream:stream>")]
    [InlineData("<!DOCTYPE a><presence from='a@b/c'/>")]
    [InlineData("<presence from='a@b/c'>&xxe;</presence>")]
    [InlineData("<presence from='a@b/c'>\0</presence>")]
    [InlineData("<presence/>")]
    [InlineData("<presence from='@'/>")]
    [InlineData("<presence from='a@b/c' to='x@elsewhere.example'/>")]
    [InlineData("<presence from='a@b/c' to='@'/>")]
    [InlineData("<open from='a@b/c'/>")]
    [InlineData("<iq from='a@b/c' type='get' id='1'/>")]
    [InlineData("<iq from='a@b/c' type='set'><q xmlns='u:q'/></iq>")]
    [InlineData("<iq xmlns='u:other' from='a@b/c' type='result' id='1'/>")]
    public async Task Malformed_stanza_must_fail_the_call_only(string stanza)
    {
        await OpenAsync();
        await Assert.ThrowsAsync<FormatException>(async () => await _link.DeliverAsync(stanza));
        Assert.True(await _link.DeliverAsync(Request));
        Assert.Equal("1", (await _connection.ExpectMsgAsync<StanzaLink.Received>()).Stanza.Id);
    }

    [Fact]
    public Task Stanza_with_half_a_character_must_fail_the_call_only() =>
        Malformed_stanza_must_fail_the_call_only($"<presence from='a@b/c'>{(char)0xD800}</presence>");

    [Theory]
    [InlineData("max-stanza-size = 10000B", 10_000, 1)]
    [InlineData("max-depth = 8", 0, 8)]
    public async Task Stanza_above_a_limit_must_fail_the_call_only(string limit, int text, int depth)
    {
        await OpenAsync(limit);
        var nested = string.Concat(Enumerable.Repeat("<a>", depth)) + new string('x', text) + string.Concat(Enumerable.Repeat("</a>", depth));
        await Assert.ThrowsAsync<FormatException>(async () => await _link.DeliverAsync($"<message from='a@b/c'>{nested}</message>"));
        Assert.True(await _link.DeliverAsync(Request));
        Assert.Equal("1", (await _connection.ExpectMsgAsync<StanzaLink.Received>()).Stanza.Id);
    }

    [Fact]
    public async Task Server_must_wait_while_the_connection_does_not_handle_its_stanzas()
    {
        var released = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Sys.ActorOf(Props.Create(() => new StalledConnection(_link, released.Task)));
        await EventuallyAsync(() => _link.IsOpen, "the link did not open");
        var calls = Enumerable.Range(0, 5 * Window).Select(_ => _link.DeliverAsync(Request).AsTask()).ToArray();
        await EventuallyAsync(() => calls.Count(call => call.IsCompleted) > Window, "no stanza was taken");
        Assert.InRange(calls.Count(call => call.IsCompleted), Window + 1, 2 * Window); // what was taken at a time, and what waits
        released.SetResult();
        await Task.WhenAll(calls).WaitAsync(MaxWait);
    }

    [Fact]
    public async Task Engine_must_wait_while_the_server_does_not_read_its_stanzas()
    {
        var actor = await OpenAsync();
        var stanzas = Enumerable.Range(0, Window).Select(number => Iq.Get($"{number}", Ada, new XmlElement("u:q", "q"), Domain)).ToArray();
        foreach (var stanza in stanzas)
        {
            actor.Tell(new StanzaLink.Write(stanza));
        }

        actor.Tell(new Identify(null), _connection);
        await _connection.ExpectMsgAsync<ActorIdentity>(); // and not StanzaLink.Written
        await using var read = _link.ReadAllAsync().GetAsyncEnumerator();
        foreach (var stanza in stanzas)
        {
            Assert.True(await read.MoveNextAsync());
            Assert.Equal(stanza.ToXml(), XmlElement.Parse(read.Current));
            await _connection.ExpectMsgAsync<StanzaLink.Written>();
        }
    }

    [Fact]
    public async Task Closed_link_must_take_no_stanza_and_drop_what_was_not_read()
    {
        var actor = await OpenAsync();
        actor.Tell(new StanzaLink.Write(Iq.Get("old", Ada, new XmlElement("u:q", "q"), Domain)));
        actor.Tell(new Identify(null), _connection);
        await _connection.ExpectMsgAsync<ActorIdentity>();
        _link.Close("maintenance");
        var closed = await _connection.ExpectMsgAsync<StanzaLink.Closed>();
        Assert.Equal(("maintenance", false), (closed.Reason, closed.ForGood));
        Assert.False(_link.IsOpen);
        Assert.False(await _link.DeliverAsync(Request));

        var next = await ReplaceAsync(actor);
        next.Tell(new StanzaLink.Start());
        next.Tell(new Identify(null), _connection);
        await _connection.ExpectMsgAsync<ActorIdentity>(); // and not StanzaLink.Opened
        _link.Open();
        await _connection.ExpectMsgAsync<StanzaLink.Opened>();
        next.Tell(new StanzaLink.Write(Iq.Get("new", Ada, new XmlElement("u:q", "q"), Domain)));
        await using var read = _link.ReadAllAsync().GetAsyncEnumerator();
        Assert.True(await read.MoveNextAsync());
        Assert.Equal("new", XmlElement.Parse(read.Current)["id"]);
    }

    [Fact]
    public async Task Link_that_is_opened_at_once_after_it_was_closed_must_wait_for_its_next_connection()
    {
        var actor = await OpenAsync();
        _link.Close("maintenance");
        _link.Open();
        await _connection.ExpectMsgAsync<StanzaLink.Closed>();
        actor.Tell(new Identify(null), _connection);
        await _connection.ExpectMsgAsync<ActorIdentity>(); // and not StanzaLink.Opened
        Assert.False(_link.IsOpen);
        (await ReplaceAsync(actor)).Tell(new StanzaLink.Start());
        await _connection.ExpectMsgAsync<StanzaLink.Opened>();
    }

    [Fact]
    public async Task Reader_must_continue_with_the_stanzas_of_the_next_connection()
    {
        await using var read = _link.ReadAllAsync().GetAsyncEnumerator();
        var first = read.MoveNextAsync();
        var actor = await OpenAsync();
        actor.Tell(new StanzaLink.Write(Iq.Get("1", Ada, new XmlElement("u:q", "q"), Domain)));
        Assert.True(await first);
        await _connection.ExpectMsgAsync<StanzaLink.Written>();
        var second = read.MoveNextAsync();
        var next = await ReplaceAsync(actor);
        next.Tell(new StanzaLink.Start());
        await _connection.ExpectMsgAsync<StanzaLink.Opened>();
        next.Tell(new StanzaLink.Write(Iq.Get("2", Ada, new XmlElement("u:q", "q"), Domain)));
        Assert.True(await second);
        Assert.Equal("2", XmlElement.Parse(read.Current)["id"]);
    }

    [Fact]
    public async Task Link_must_serve_one_connection_only()
    {
        await OpenAsync();
        var other = CreateTestProbe("other-connection");
        var second = other.ChildActorOf(InProcessLinkActor.Props(_link, Settings().Connection));
        second.Tell(new StanzaLink.Start());
        Assert.True((await other.ExpectMsgAsync<StanzaLink.Closed>()).ForGood);
    }

    /// <summary>A connection starts the next link while the previous one stops.</summary>
    [Fact]
    public async Task Link_must_serve_the_next_actor_of_its_connection_before_the_previous_one_has_stopped()
    {
        await OpenAsync();
        var next = _connection.ChildActorOf(InProcessLinkActor.Props(_link, Settings().Connection));
        next.Tell(new StanzaLink.Start());
        await _connection.ExpectMsgAsync<StanzaLink.Opened>();
    }

    [Fact]
    public async Task Reader_must_end_when_it_is_cancelled()
    {
        using var stop = new CancellationTokenSource();
        await using var read = _link.ReadAllAsync(stop.Token).GetAsyncEnumerator(stop.Token);
        var next = read.MoveNextAsync();
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await next);
    }

    [Fact]
    public void Address_must_be_a_domain_or_a_full_JID() => Assert.Throws<ArgumentException>(() => new InProcessLink(Ada.Bare));

    [Fact]
    public async Task Link_that_no_engine_uses_must_take_no_stanza() => Assert.False(await _link.DeliverAsync("not even XML"));

    private async Task<IActorRef> OpenAsync(string limit = "")
    {
        var actor = _connection.ChildActorOf(LinkProps(_link, limit));
        actor.Tell(new StanzaLink.Start());
        Assert.Equal(Domain, (await _connection.ExpectMsgAsync<StanzaLink.Opened>()).Self);
        return actor;
    }

    /// <summary>Stops a link as its connection does, and makes the next one.</summary>
    private async Task<IActorRef> ReplaceAsync(IActorRef actor)
    {
        Watch(actor);
        Sys.Stop(actor);
        await ExpectTerminatedAsync(actor);
        return _connection.ChildActorOf(LinkProps(_link));
    }

    private static Props LinkProps(InProcessLink link, string limit = "") =>
        InProcessLinkActor.Props(link, Settings($"connection {{ write-window = {Window}, {limit} }}").Connection);

    /// <summary>Opens its link and handles no stanza before it is released.</summary>
    private sealed class StalledConnection : ReceiveActor
    {
        public StalledConnection(InProcessLink link, Task released)
        {
            Context.ActorOf(LinkProps(link)).Tell(new StanzaLink.Start());
            ReceiveAsync<StanzaLink.Received>(_ => released);
            ReceiveAny(_ => { });
        }
    }
}
