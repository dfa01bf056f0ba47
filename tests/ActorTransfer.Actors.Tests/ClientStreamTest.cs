using ActorTransfer.Actors.Connections;
using ActorTransfer.Protocol.Streams;
using ActorTransfer.Transports.Resolution;
using Akka.Actor;
using Akka.TestKit;

namespace ActorTransfer.Actors.Tests;

/// <summary>Set-up and helpers of <see cref="ClientStreamSpec"/> and <see cref="ClientLoginSpec"/>.</summary>
public abstract class ClientStreamTest : ActorTest
{
    private protected readonly ScriptedServer _server;
    private protected readonly TestProbe _parent;
    private protected IActorRef _link = ActorRefs.Nobody;
    private int _links;

    protected ClientStreamTest()
    {
        _server = Own(new ScriptedServer());
        _parent = CreateTestProbe("parent");
    }

    private protected void Start(TlsMode mode = TlsMode.Off, ResumableSession? resume = null) =>
        Start(new ClientAccount { Jid = Ada, Host = "127.0.0.1", Port = _server.Port, Tls = mode, Password = "open sesame" }, resume);

    private protected void Start(ClientAccount address, ResumableSession? resume = null)
    {
        var terms = new ClientTerms(address.Jid, address.Password)
        {
            AllowPlaintext = address.Tls == TlsMode.Off,
            Management = new ManagementTerms(16, TimeSpan.FromSeconds(60)),
        };
        _link = _parent.ChildActorOf(
            XmppStreamActor.Props(address, terms, Settings().Connection, new DnsServerResolver([], TimeSpan.FromSeconds(5))), $"link-{++_links}");
        _link.Tell(new StanzaLink.Start(resume));
    }

    private protected async Task PassAsync(int seconds)
    {
        await AdvanceAsync(_link, TimeSpan.FromSeconds(seconds));
        await StillRunsAsync(_link);
    }
}
