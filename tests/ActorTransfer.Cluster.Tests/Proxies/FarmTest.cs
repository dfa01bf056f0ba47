using System.Net;
using System.Net.Sockets;
using System.Text;
using ActorTransfer.Actors;
using ActorTransfer.Actors.Connections;
using ActorTransfer.Cluster.Tests.Links;
using ActorTransfer.Extensibility;
using ActorTransfer.Hosting.Internal;
using ActorTransfer.Protocol.Bytestreams;
using ActorTransfer.Protocol.ProxyService;
using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Protocol.StreamInitiation;
using ActorTransfer.Protocol.Xml;
using ActorTransfer.Testing;
using ActorTransfer.Testing.Links;
using Akka.Actor;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ActorTransfer.Cluster.Tests.Proxies;

/// <summary>Three proxies with one JID in an in-process domain, and a user that sends single requests to them. The first node has the link.</summary>
public abstract class FarmTest(string hocon) : IAsyncLifetime
{
    protected static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(20);

    private readonly List<Socket> _sockets = [];
    private IHost _users = null!;
    private IActorRef _connection = ActorRefs.Nobody;

    protected static Jid Proxy { get; } = Jid.Parse("proxy.local.test");

    protected static Jid User { get; } = Jid.Parse("ada@local.test/desk");

    protected static Jid Target { get; } = Jid.Parse("bo@local.test/phone");

    private protected LocalDomain Domain { get; } = new(Jid.Parse("local.test"));

    private protected List<ClusterHost> Nodes { get; } = [];

    protected TemporaryFolder Folder { get; } = new();

    /// <summary>The engine of the users.</summary>
    private protected IFileTransfers Transfers => _users.Services.GetRequiredService<IFileTransfers>();

    public async Task InitializeAsync()
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddActorTransfer(options => options
            .WithHocon("actor-transfer { stream-host.enabled = off, addresses.allow = [loopback] }")
            .AddLocalUser(Domain, User)
            .AddLocalUser(Domain, Target)
            .DownloadTo(Folder.Folder("in")));
        _users = builder.Build();
        await _users.StartAsync();
        await Transfers.ReadyAsync();
        var parts = await _users.Services.GetRequiredService<EngineInstance>().Lifetime.RunningAsync(CancellationToken.None).WaitAsync(MaxWait);
        _connection = parts.Connections[User.Local!];
        for (var number = 1; number <= 3; number++)
        {
            await StartNodeAsync();
        }

        await Nodes[0].HasNodesAsync(3);
        foreach (var node in Nodes)
        {
            await ProxyOf(node).WatchAsync(Proxy).FirstAsync(status => status is AccountStatus.Online).AsTask().WaitAsync(MaxWait);
        }
    }

    public async Task DisposeAsync()
    {
        _sockets.ForEach(socket => socket.Dispose());
        await ClusterHost.DisposeAsync(Nodes);
        await _users.StopAsync();
        _users.Dispose();
        Folder.Dispose();
    }

    private protected async Task StartNodeAsync() => Nodes.Add(await ClusterHost.StartAsync(
        options =>
        {
            options.Engine.WithHocon(hocon);
            options.Share(new ProxyDefinition(
                new BytestreamsProxy.Definition(Proxy, [new IPEndPoint(IPAddress.Loopback, 0)], [], ProxyAccess.Only([Jid.Parse("local.test")])),
                new LinkDefinition.InProcess(LocalLinkActor.Props(Domain, Proxy))));
        },
        Nodes.FirstOrDefault()));

    private protected static IProxies ProxyOf(ClusterHost node) => node.Services.GetRequiredService<IProxies>();

    /// <summary>Streamhost of a node.</summary>
    private protected async Task<StreamHost> HostOfAsync(int node)
    {
        var at = (await ProxyOf(Nodes[node]).StatusAsync(Proxy)).EndPoints[0];
        return new StreamHost(Proxy.WithResource($"127.0.0.1-{at.Port}"), "127.0.0.1", at.Port);
    }

    private protected async Task<IReadOnlyList<StreamHost>> AddressesAsync() =>
        ProxyAddress.Read(Assert.IsType<Answer.Result>(await RequestAsync(IqType.Get, Proxy, ProxyAddress.Query())).Payload);

    /// <summary>Condition of the error to a request for the address, when the hub has the reports of the nodes.</summary>
    private protected async Task<string> AddressRefusedAsync()
    {
        var refused = await UntilAsync(() => RequestAsync(IqType.Get, Proxy, ProxyAddress.Query()), answer => answer is not Answer.Result);
        return Assert.IsType<Answer.Error>(refused).Stanza.Condition;
    }

    /// <summary>Two connections to a proxy that were accepted.</summary>
    private protected async Task<FarmPair> ConnectAsync(StreamHost proxy)
    {
        var sessionId = SessionIds.Random();
        var destination = DestinationAddress.Compute(sessionId, User, Target);
        return new FarmPair(sessionId, await ConnectAsync(proxy, destination), await ConnectAsync(proxy, destination));
    }

    private protected Task<Answer> ActivateAsync(FarmPair pair, Jid proxy) =>
        RequestAsync(IqType.Set, proxy, new Activation(pair.SessionId, Target).ToXml());

    private protected async Task<FarmPair> ActivatedAsync(int node)
    {
        var host = await HostOfAsync(node);
        var pair = await ConnectAsync(host);
        Assert.IsType<Answer.Result>(await ActivateAsync(pair, host.Jid));
        return pair;
    }

    /// <summary>Condition of the error.</summary>
    private protected async Task<string> RefusedAsync(FarmPair pair, Jid proxy) =>
        Assert.IsType<Answer.Error>(await ActivateAsync(pair, proxy)).Stanza.Condition;

    /// <summary>Repeats until the response satisfies the condition.</summary>
    private protected static async Task<T> UntilAsync<T>(Func<Task<T>> request, Func<T, bool> isExpected)
    {
        using var limit = new CancellationTokenSource(MaxWait);
        while (true)
        {
            if (await request() is var answer && isExpected(answer))
            {
                return answer;
            }

            limit.Token.ThrowIfCancellationRequested();
        }
    }

    private protected async Task<Answer> RequestAsync(IqType type, Jid to, XmlElement payload) =>
        (await _connection.Ask<Connection.Answered>(new Connection.Ask(type, User, to, payload, TimeSpan.FromSeconds(10), "tag"), MaxWait)).Answer;

    private async Task<Socket> ConnectAsync(StreamHost proxy, DestinationAddress destination)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        _sockets.Add(socket);
        await socket.ConnectAsync(proxy.Host, proxy.Port);
        await socket.WriteAsync([5, 1, 0]);
        Assert.Equal([5, 0], await socket.ReadAsync(2));
        await socket.WriteAsync([5, 1, 0, 3, 40, .. Encoding.ASCII.GetBytes(destination.Hex), 0, 0]);
        Assert.Equal(0, (await socket.ReadAsync(47))[1]);
        return socket;
    }
}
