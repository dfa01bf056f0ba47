using ActorTransfer.Actors.Connections;
using ActorTransfer.Protocol;
using ActorTransfer.Protocol.Discovery;
using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Protocol.Xml;
using Akka.Actor;
using Akka.TestKit;

namespace ActorTransfer.Actors.Tests;

public sealed class ContactsActorSpec : ActorTest
{
    private static readonly DiscoInfo Files = new([new DiscoIdentity("client", "pc")], [Namespaces.FileTransferProfile]);

    private static readonly DiscoInfo Jingle = new([], [Namespaces.Jingle, Namespaces.JingleFileTransfer, Namespaces.JingleIbb]);

    private readonly TestProbe _connection;
    private readonly IActorRef _contacts;

    public ContactsActorSpec()
    {
        _connection = CreateTestProbe("connection");
        _contacts = Sys.ActorOf(ContactsActor.Props(_connection.Ref, Settings().Discovery));
        _connection.ExpectMsg<Connection.ServePresence>();
        _connection.ExpectMsg<Connection.Subscribe>();
    }

    [Fact]
    public async Task Resource_must_be_found_and_software_with_the_same_hash_asked_once()
    {
        Up();
        Present("a", Caps.Verification(Files));
        Find();
        var ask = await _connection.ExpectMsgAsync<Connection.Ask>();
        Assert.Equal((Bo.Bare.WithResource("a"), IqType.Get), (ask.To, ask.Type));
        Answer(ask, new Answer.Result(Files.ToXml()));
        Assert.Equal(Bo.Bare.WithResource("a"), (await ExpectMsgAsync<Contacts.Found>()).Resource);

        Present("b", Caps.Verification(Files));
        Find();
        Assert.Equal(Bo.Bare.WithResource("b"), (await ExpectMsgAsync<Contacts.Found>()).Resource);
        await ExpectNoMessageAsync(_connection, _contacts);
    }

    /// <summary>The server does not tell the next process again, if that resumes the session.</summary>
    [Fact]
    public async Task Presence_that_is_left_must_let_the_next_actor_find_the_resource()
    {
        Up();
        Present("a", Caps.Verification(Files));
        Watch(_contacts);
        _contacts.Tell(new Contacts.Leave("north"), TestActor);
        var left = await ExpectMsgAsync<Contacts.Left>();
        await ExpectTerminatedAsync(_contacts);

        var next = Sys.ActorOf(ContactsActor.Props(_connection.Ref, Settings().Discovery));
        next.Tell(new Connection.Up("north", Ada), _connection.Ref);
        next.Tell(new Connection.Present(Assert.Single(left.Presences)), _connection.Ref);
        next.Tell(new Contacts.FindResource(Bo.Bare, Signalling.Auto), TestActor);
        var ask = await _connection.FishForMessageAsync<Connection.Ask>(_ => true);
        Assert.Equal(Bo.Bare.WithResource("a"), ask.To);
        next.Tell(new Connection.Answered(ask.Tag, new Answer.Result(Files.ToXml())), _connection.Ref);
        Assert.Equal(Bo.Bare.WithResource("a"), (await ExpectMsgAsync<Contacts.Found>()).Resource);
        next.Tell(new Contacts.GetInfo(Ada, Bo.Bare.WithResource("a")), TestActor);
        Assert.IsType<Answer.Result>((await ExpectMsgAsync<Contacts.Info>()).Answer); // the hash was left, too
    }

    [Fact]
    public async Task Response_that_does_not_match_its_hash_must_not_be_remembered()
    {
        Up();
        Present("a", "forged");
        Find();
        Answer(await _connection.ExpectMsgAsync<Connection.Ask>(), new Answer.Result(Files.ToXml()));
        await ExpectMsgAsync<Contacts.Found>();

        Find();
        Assert.Equal(Bo.Bare.WithResource("a"), (await _connection.ExpectMsgAsync<Connection.Ask>()).To);
    }

    [Fact]
    public async Task Contact_that_is_not_online_must_be_awaited_for_a_while_after_the_login_and_not_later()
    {
        Up();
        Find();
        Subscribed(await _connection.ExpectMsgAsync<Connection.Ask>());
        await AdvanceAsync(_contacts, TimeSpan.FromSeconds(3) - Tick);
        await NothingAsync();
        await AdvanceAsync(_contacts, Tick);
        Assert.Equal(FailureReason.PeerOffline, (await ExpectMsgAsync<Contacts.NotFound>()).Reason);

        Find();
        Subscribed(await _connection.ExpectMsgAsync<Connection.Ask>());
        await AdvanceAsync(_contacts, Tick);
        Assert.Equal(FailureReason.PeerOffline, (await ExpectMsgAsync<Contacts.NotFound>()).Reason);
    }

    [Fact]
    public async Task Presence_that_arrives_during_the_wait_must_be_used_by_all_that_wait()
    {
        Up();
        Find();
        Subscribed(await _connection.ExpectMsgAsync<Connection.Ask>());
        var other = CreateTestProbe();
        other.Send(_contacts, new Contacts.FindResource(Bo.Bare, Signalling.Auto));
        Present("a");
        Answer(await _connection.ExpectMsgAsync<Connection.Ask>(), new Answer.Result(Files.ToXml()));
        await ExpectMsgAsync<Contacts.Found>();
        await other.ExpectMsgAsync<Contacts.Found>();
    }

    [Fact]
    public async Task Loss_of_the_connection_must_end_searches_and_forget_who_is_online()
    {
        Find();
        Assert.Equal(FailureReason.LinkLost, (await ExpectMsgAsync<Contacts.NotFound>()).Reason);

        Up();
        Present("a");
        Find();
        await _connection.ExpectMsgAsync<Connection.Ask>();
        _connection.Send(_contacts, new Connection.Lost("north", "why", ForGood: false));
        Assert.Equal(FailureReason.LinkLost, (await ExpectMsgAsync<Contacts.NotFound>()).Reason);

        Up();
        Find();
        Assert.Null((await _connection.ExpectMsgAsync<Connection.Ask>()).To);
    }

    [Fact]
    public async Task Searches_for_different_signallings_must_have_their_own_results()
    {
        Up();
        Present("files");
        Present("jingle");
        _contacts.Tell(new Contacts.FindResource(Bo.Bare, Signalling.Jingle), TestActor);
        var other = CreateTestProbe();
        other.Send(_contacts, new Contacts.FindResource(Bo.Bare, Signalling.StreamInitiation));
        for (var i = 0; i < 4; i++)
        {
            var ask = await _connection.ExpectMsgAsync<Connection.Ask>();
            Answer(ask, new Answer.Result((ask.To!.Resource == "files" ? Files : Jingle).ToXml()));
        }

        Assert.Equal("jingle", (await ExpectMsgAsync<Contacts.Found>()).Resource.Resource);
        Assert.Equal("files", (await other.ExpectMsgAsync<Contacts.Found>()).Resource.Resource);
    }

    [Fact]
    public async Task Peer_must_be_asked_what_it_supports()
    {
        GetInfo();
        var ask = await _connection.ExpectMsgAsync<Connection.Ask>();
        Assert.Equal((Ada, Bo, IqType.Get, DiscoInfo.Query()), (ask.From, ask.To, ask.Type, ask.Payload));
        Answer(ask, new Answer.Result(Files.ToXml()));
        Assert.Equal((Bo, new Answer.Result(Files.ToXml())), await InfoAsync());
    }

    [Fact]
    public async Task Peer_with_known_capabilities_must_not_be_asked()
    {
        Up();
        Present("a", Caps.Verification(Files));
        GetInfo("a");
        Answer(await _connection.ExpectMsgAsync<Connection.Ask>(), new Answer.Result(Files.ToXml()));
        await ExpectMsgAsync<Contacts.Info>();

        Present("b", Caps.Verification(Files));
        GetInfo("b");
        Assert.Equal((Bo.Bare.WithResource("b"), new Answer.Result(Files.ToXml())), await InfoAsync());
        await ExpectNoMessageAsync(_connection, _contacts);
    }

    private void GetInfo(string? resource = null) =>
        _contacts.Tell(new Contacts.GetInfo(Ada, resource is null ? Bo : Bo.Bare.WithResource(resource)), TestActor);

    private async Task<(Jid, Answer)> InfoAsync()
    {
        var info = await ExpectMsgAsync<Contacts.Info>();
        return (info.Peer, info.Answer);
    }

    private void Up() => _connection.Send(_contacts, new Connection.Up("north", Ada));

    private void Find() => _contacts.Tell(new Contacts.FindResource(Bo.Bare, Signalling.Auto), TestActor);

    private void Present(string resource, string? hash = null)
    {
        var caps = hash is null ? "" : $"<c xmlns='http://jabber.org/protocol/caps' hash='sha-1' node='n' ver='{hash}'/>";
        _connection.Send(_contacts, new Connection.Present(
            XmlElement.Parse($"<presence xmlns='jabber:client' from='{Bo.Bare}/{resource}'>{caps}</presence>")));
    }

    private void Subscribed(Connection.Ask roster)
    {
        Assert.Equal((null, Namespaces.Roster), (roster.To, roster.Payload.Namespace));
        Answer(roster, new Answer.Result(XmlElement.Parse(
            $"<query xmlns='jabber:iq:roster'><item jid='{Bo.Bare}' subscription='both'/></query>")));
    }

    private void Answer(Connection.Ask ask, Answer answer) => _connection.Send(_contacts, new Connection.Answered(ask.Tag, answer));

    private async Task NothingAsync()
    {
        await StillRunsAsync(_contacts);
        Assert.False(HasMessages);
    }
}
