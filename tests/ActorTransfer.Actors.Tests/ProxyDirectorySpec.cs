using ActorTransfer.Actors.Connections;
using ActorTransfer.Protocol.Addressing;
using ActorTransfer.Protocol.Bytestreams;
using ActorTransfer.Protocol.Conversations;
using ActorTransfer.Protocol.Discovery;
using Akka.Actor;
using Akka.TestKit;

namespace ActorTransfer.Actors.Tests;

public sealed class ProxyDirectorySpec : ActorTest
{
    private readonly TestProbe _connection;
    private readonly IActorRef _directory;

    public ProxyDirectorySpec()
    {
        _connection = CreateTestProbe("connection");
        _directory = Sys.ActorOf(ProxyDirectoryActor.Props(_connection.Ref, Jid.Parse("north.example"), Settings("discovery.cache-ttl = 10m").Discovery));
    }

    [Fact]
    public async Task Directory_must_look_once_for_all_who_ask_meanwhile()
    {
        var other = CreateTestProbe("other");
        Get();
        var ask = await _connection.ExpectMsgAsync<Connection.Ask>();
        Assert.Equal((Ada, TimeSpan.FromSeconds(5)), (ask.From, ask.Deadline));
        other.Send(_directory, new ProxyDirectory.GetProxies(Bo));
        await StillRunsAsync(_directory);
        Assert.False(_connection.HasMessages);

        await FindAsync(ask);
        Assert.Equal(RelayHost, Assert.Single((await ExpectMsgAsync<ProxyDirectory.Proxies>()).Hosts));
        Assert.Equal(RelayHost, Assert.Single((await other.ExpectMsgAsync<ProxyDirectory.Proxies>()).Hosts));
    }

    [Fact]
    public async Task Directory_must_remember_until_the_time_to_live_is_over()
    {
        Get();
        await FindAsync(await _connection.ExpectMsgAsync<Connection.Ask>());
        await ExpectMsgAsync<ProxyDirectory.Proxies>();

        Advance(TimeSpan.FromMinutes(10) - Tick);
        Get();
        Assert.Single((await ExpectMsgAsync<ProxyDirectory.Proxies>()).Hosts);
        Assert.False(_connection.HasMessages);

        Advance(Tick);
        Get();
        await FindAsync(await _connection.ExpectMsgAsync<Connection.Ask>());
        Assert.Single((await ExpectMsgAsync<ProxyDirectory.Proxies>()).Hosts);
    }

    [Fact]
    public async Task Directory_must_not_remember_that_there_was_nothing()
    {
        for (var look = 0; look < 2; look++)
        {
            Get();
            var ask = await _connection.ExpectMsgAsync<Connection.Ask>();
            Answer(ask, new Answer.None(NoAnswer.Timeout));
            Assert.Empty((await ExpectMsgAsync<ProxyDirectory.Proxies>()).Hosts);
        }
    }

    private void Get() => _directory.Tell(new ProxyDirectory.GetProxies(Ada), TestActor);

    private void Answer(Connection.Ask ask, Answer answer) => _connection.Send(_directory, new Connection.Answered(ask.Tag, answer));

    /// <summary>Plays the server and its proxy.</summary>
    private async Task FindAsync(Connection.Ask items)
    {
        Answer(items, new Answer.Result(new DiscoItems([new DiscoItem(Relay)]).ToXml()));
        Answer(
            await _connection.ExpectMsgAsync<Connection.Ask>(),
            new Answer.Result(new DiscoInfo([new DiscoIdentity("proxy", "bytestreams")], []).ToXml()));
        Answer(await _connection.ExpectMsgAsync<Connection.Ask>(), new Answer.Result(ProxyAddress.Answer([RelayHost])));
    }
}
