using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using ActorTransfer.Actors.Connections;
using ActorTransfer.Actors.Proxy;
using ActorTransfer.Actors.Settings;
using ActorTransfer.Extensibility;
using ActorTransfer.Protocol.Bytestreams;
using ActorTransfer.Protocol.FileTransfer;
using ActorTransfer.Protocol.Socks5;
using ActorTransfer.Protocol.Stanzas;
using Akka.Actor;
using Akka.TestKit;

namespace ActorTransfer.Actors.Tests.Proxying;

/// <summary>A proxy with real sockets, a probe as its connection, and virtual time.</summary>
public abstract class ProxyTest : ActorTest
{
    protected ProxyTest() => Link = CreateTestProbe("connection");

    protected static DestinationAddress Destination { get; } = DestinationAddress.Compute("s", Ada, Bo);

    /// <summary>The connection of the proxy's component.</summary>
    protected TestProbe Link { get; }

    protected IActorRef Proxy { get; private set; } = ActorRefs.Nobody;

    /// <summary>The actor system of the proxy.</summary>
    protected virtual ActorSystem Home => Sys;

    /// <summary>The first endpoint that the proxy listens on.</summary>
    protected IPEndPoint At { get; private set; } = new(IPAddress.None, 0);

    private protected static Iq Activate(string id, string sessionId = "s") => Iq.Set(id, Relay, new Activation(sessionId, Bo).ToXml(), Ada);

    protected static DestinationAddress Stream(string sessionId) => DestinationAddress.Compute(sessionId, Ada, Bo);

    protected Task StartAsync(string hocon = "", ProxyAccess? access = null) => StartAsync(hocon, access, Transports.Relaying.Relay.Run);

    private protected Task StartAsync(
        string hocon, ProxyAccess? access, ProxyServices.RelayRun relay, ImmutableArray<IPEndPoint>? listen = null,
        params ImmutableArray<DnsEndPoint> advertised) =>
        StartAsync(Settings($"proxy {{ {hocon} }}"), access, relay, listen, advertised);

    private protected async Task StartAsync(
        EngineSettings settings, ProxyAccess? access, ProxyServices.RelayRun relay, ImmutableArray<IPEndPoint>? listen, ImmutableArray<DnsEndPoint> advertised)
    {
        var services = new ProxyServices(settings, new VirtualTime((TestScheduler)Sys.Scheduler), relay);
        var definition = new BytestreamsProxy.Definition(
            Relay, listen ?? [new IPEndPoint(IPAddress.Loopback, 0)], advertised, access ?? ProxyAccess.Everybody);
        Proxy = Home.ActorOf(ProxyActor.Props(definition, Link.Ref, services));
        await Link.ExpectMsgAsync<Connection.Serve>();
        At = (await StatusAsync()).EndPoints.FirstOrDefault(At);
    }

    private protected async Task<BytestreamsProxy.Status> StatusAsync()
    {
        Proxy.Tell(new BytestreamsProxy.GetStatus(), TestActor);
        return await ExpectMsgAsync<BytestreamsProxy.Status>();
    }

    private protected async Task<BytestreamsProxy.Status> StatusAsync(int waiting, int active)
    {
        BytestreamsProxy.Status? status = null;
        await AwaitAssertAsync(
            async () =>
            {
                status = await StatusAsync();
                Assert.Equal((waiting, active), (status.Waiting, status.Active));
            },
            MaxWait,
            Tick);
        return status!;
    }

    private protected void Ask(Iq request) => Proxy.Tell(new Connection.Requested(request), Link.Ref);

    private protected async Task<Iq> ReplyAsync() => (await Link.ExpectMsgAsync<Connection.Reply>()).Answer;

    /// <summary>Sends a request and returns type and condition of the error.</summary>
    private protected async Task<(ErrorType? Type, string? Condition)> RefusedAsync(Iq request)
    {
        Ask(request);
        var answer = await ReplyAsync();
        Assert.Equal((request.Id, request.To, request.From), (answer.Id, answer.From, answer.To));
        return (answer.Error?.Type, answer.Error?.Condition);
    }

    protected async Task ActivatedAsync(string id = "a", string sessionId = "s")
    {
        Ask(Activate(id, sessionId));
        var answer = await ReplyAsync();
        Assert.Equal((IqType.Result, id), (answer.Type, answer.Id));
    }

    /// <summary>A client that was accepted.</summary>
    private protected async Task<Socks5Client> ConnectAsync(string sessionId = "s") => Own(await Socks5Client.ConnectAsync(At, Stream(sessionId)));

    /// <summary>A client that was refused with this reply.</summary>
    private protected async Task ExpectRefusedAsync(Socks5Reply code, string sessionId = "s")
    {
        using var client = await Socks5Client.RequestAsync(At, Stream(sessionId));
        Assert.Equal(code, await client.ReplyAsync());
    }

    /// <summary>Both clients of an activated stream.</summary>
    private protected async Task<(Socks5Client Requester, Socks5Client Target)> PairAsync(string sessionId = "s")
    {
        var requester = await ConnectAsync(sessionId);
        var target = await ConnectAsync(sessionId);
        await ActivatedAsync(sessionId, sessionId);
        return (requester, target);
    }

    /// <summary>Whether the endpoint accepts connections.</summary>
    protected static bool CanConnect(IPEndPoint at)
    {
        using var socket = new Socket(at.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Connect(at);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    /// <summary>Advances to just before the end of this span, checks that nothing happened, and advances a little beyond it.</summary>
    protected async Task PassAsync(TimeSpan span, Func<Task> nothingHappened)
    {
        await AdvanceAsync(Proxy, span - Tick);
        await StillRunsAsync(Proxy);
        await nothingHappened();
        await AdvanceAsync(Proxy, TimeSpan.FromMilliseconds(250));
        await StillRunsAsync(Proxy);
    }

    /// <summary>The time of the scheduler.</summary>
    private sealed class VirtualTime(TestScheduler scheduler) : TimeProvider
    {
        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override DateTimeOffset GetUtcNow() => scheduler.Now;

        public override long GetTimestamp() => scheduler.Now.Ticks;
    }
}
