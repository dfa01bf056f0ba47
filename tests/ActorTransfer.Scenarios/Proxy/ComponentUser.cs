using System.Net;
using System.Net.Sockets;
using System.Text;
using ActorTransfer.Actors.Connections;
using ActorTransfer.Hosting.Internal;
using ActorTransfer.Extensibility;
using ActorTransfer.Protocol.Bytestreams;
using ActorTransfer.Protocol.FileTransfer;
using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Protocol.StreamInitiation;
using ActorTransfer.Protocol.Xml;
using ActorTransfer.Scenarios.Prosody;
using ActorTransfer.Testing.Links;
using Akka.Actor;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ActorTransfer.Scenarios.Proxy;

/// <summary>A user at a component of the server that uses a proxy by single requests.</summary>
internal sealed class ComponentUser : IAsyncDisposable
{
    private static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(30);
    private static readonly Jid Target = Jid.Parse($"android@{ProsodyServer.Component}/hand");
    private static readonly Jid Proxy = Jid.Parse(ProsodyServer.Proxy);
    private readonly IHost _host;
    private readonly IActorRef _connection;

    private ComponentUser(IHost host, IActorRef connection) => (_host, _connection) = (host, connection);

    public static Jid Self { get; } = Jid.Parse($"iphone@{ProsodyServer.Component}/hand");

    public static async Task<ComponentUser> ConnectAsync(ProsodyServer server)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddActorTransfer(options => options
            .WithHocon("actor-transfer.connection { reconnect-first = 50ms, reconnect-most = 200ms }")
            .AddComponent(new ComponentAccount
            {
                Host = "127.0.0.1",
                Port = server.ComponentPort,
                Jid = Jid.Parse(ProsodyServer.Component),
                Secret = server.SecretText,
            }));
        var host = builder.Build();
        await host.StartAsync();
        var services = host.Services;
        await services.GetRequiredService<IFileTransfers>().ReadyAsync();
        var parts = await services.GetRequiredService<EngineInstance>().Lifetime.RunningAsync(CancellationToken.None).WaitAsync(MaxWait);
        return new ComponentUser(host, parts.Connections[ProsodyServer.Component]);
    }

    /// <summary>Requests the address of the proxy.</summary>
    public Task<Answer> AddressAsync() => RequestAsync(IqType.Get, ProxyAddress.Query());

    /// <summary>Repeats the request until the response is of this type: the server may first have to detect a new connection.</summary>
    public async Task<T> AddressAsync<T>()
        where T : Answer
    {
        using var limit = new CancellationTokenSource(MaxWait);
        while (true)
        {
            if (await AddressAsync() is T answer)
            {
                return answer;
            }

            limit.Token.ThrowIfCancellationRequested();
        }
    }

    /// <summary>Two activated connections to the proxy.</summary>
    public async Task<(Socket Requester, Socket Target)> PairAsync(IPEndPoint proxy)
    {
        var sessionId = SessionIds.Random();
        var destination = DestinationAddress.Compute(sessionId, Self, Target);
        var pair = (await ConnectAsync(proxy, destination), await ConnectAsync(proxy, destination));
        Assert.IsType<Answer.Result>(await RequestAsync(IqType.Set, new Activation(sessionId, Target).ToXml()));
        return pair;
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
    }

    /// <summary>Checks that bytes written to one connection arrive at the other.</summary>
    public static async Task ExpectRelayedAsync(Socket from, Socket to, int count)
    {
        var bytes = new byte[count];
        Random.Shared.NextBytes(bytes);
        var reading = to.ReadAsync(count);
        await from.WriteAsync(bytes);
        Assert.Equal(bytes, await reading.WaitAsync(MaxWait));
    }

    private async Task<Answer> RequestAsync(IqType type, XmlElement payload) =>
        (await _connection.Ask<Connection.Answered>(new Connection.Ask(type, Self, Proxy, payload, TimeSpan.FromSeconds(10), "tag"), MaxWait)).Answer;

    private static async Task<Socket> ConnectAsync(IPEndPoint proxy, DestinationAddress destination)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(proxy);
        await socket.WriteAsync([5, 1, 0]);
        Assert.Equal([5, 0], await socket.ReadAsync(2));
        await socket.WriteAsync([5, 1, 0, 3, 40, .. Encoding.ASCII.GetBytes(destination.Hex), 0, 0]);
        Assert.Equal(0, (await socket.ReadAsync(47))[1]);
        return socket;
    }
}
