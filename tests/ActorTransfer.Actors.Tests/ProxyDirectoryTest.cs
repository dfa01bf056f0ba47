using ActorTransfer.Actors.Connections;
using ActorTransfer.Extensibility;
using ActorTransfer.Protocol.Bytestreams;
using ActorTransfer.Protocol.Discovery;
using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Protocol.Streams;
using Akka.Actor;
using Akka.TestKit;

namespace ActorTransfer.Actors.Tests;

/// <summary>Set-up and helpers of <see cref="ProxyDirectorySpec"/> and <see cref="ProxyDirectoryDelaySpec"/>.</summary>
public abstract class ProxyDirectoryTest : ActorTest
{
    private protected static readonly Jid Server = Jid.Parse("north.example");
    private protected static readonly Jid Other = Jid.Parse("other.example");
    private protected static readonly StreamHost OtherHost = new(Other, "203.0.113.8", 7777);
    private protected readonly TestProbe _connection;
    private protected readonly IActorRef _directory;

    protected ProxyDirectoryTest()
    {
        _connection = CreateTestProbe("connection");
        _directory = Directory("discovery { cache-ttl = 10m, refresh-after = 8m, demotion = 5m }");
    }

    private protected IActorRef Directory(string hocon) => Sys.ActorOf(ProxyDirectoryActor.Props(_connection.Ref, Server, Settings(hocon).Discovery));

    private protected void Get(params Jid[] extra) => _directory.Tell(new ProxyDirectory.GetProxies(Ada, [.. extra]), TestActor);

    private protected async Task<StreamHost[]> HostsAsync() => [.. (await ExpectMsgAsync<ProxyDirectory.Proxies>()).Hosts];

    private protected void Answer(Connection.Ask ask, Answer answer) => _connection.Send(_directory, new Connection.Answered(ask.Tag, answer));

    /// <summary>Responds as the server and its proxy.</summary>
    private protected async Task RespondAsync(Connection.Ask items, params StreamHost[] hosts)
    {
        Answer(items, new Answer.Result(new DiscoItems([new DiscoItem(Relay)]).ToXml()));
        Answer(
            await _connection.ExpectMsgAsync<Connection.Ask>(),
            new Answer.Result(new DiscoInfo([new DiscoIdentity("proxy", "bytestreams")], []).ToXml()));
        Answer(await _connection.ExpectMsgAsync<Connection.Ask>(), new Answer.Result(ProxyAddress.Answer(hosts.Length == 0 ? [RelayHost] : hosts)));
    }
}
