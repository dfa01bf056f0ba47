using System.Net;
using System.Security.Cryptography;
using ActorTransfer.Testing;
using InProcessServer;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ActorTransfer.Scenarios.InProcess;

/// <summary>Whole transfers between engines inside a server that hands their stanzas in and takes them out.</summary>
public sealed class InProcessLinkSpec : IAsyncLifetime
{
    private const int Size = 300_000;

    private static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(30);
    private static readonly Jid Bob = Jid.Parse("bob@files.example.org/inbox");

    private readonly CancellationTokenSource _stop = new();
    private readonly TemporaryFolder _folder = new();
    private readonly ToyServer _server = new("example.org");
    private readonly InProcessLink _alice;
    private readonly InProcessLink _files;
    private readonly List<IHost> _hosts = [];
    private Task _routing = Task.CompletedTask;

    public InProcessLinkSpec()
    {
        _alice = _server.Connect("alice@example.org/desktop");
        _files = _server.Connect("files.example.org");
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        foreach (var host in _hosts)
        {
            await host.StopAsync();
            host.Dispose();
        }

        await _stop.CancelAsync();
        await _routing;
        _stop.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData(true, StreamMethod.Proxy)]
    [InlineData(false, StreamMethod.InBand)]
    public async Task File_must_arrive_through_links(bool withProxy, StreamMethod method)
    {
        var proxy = withProxy ? _server.Connect("proxy.example.org") : null;
        Route();
        var sender = await StartAsync(
            o => (proxy is null ? o : o.AddProxy(new ProxyOptions { Link = proxy, Listen = [new IPEndPoint(IPAddress.Loopback, 0)] })).AddLink(_alice));
        var receiver = await StartAsync(o => o.AddLink(_files));
        var (sent, received, bytes) = await TransferAsync(sender, receiver);
        var outcome = Assert.IsType<TransferOutcome.Completed>(await received.Completion.WaitAsync(MaxWait));
        Assert.Equal((method, Convert.ToHexStringLower(SHA256.HashData(bytes))), (outcome.Method, outcome.Sha256));
        Assert.IsType<TransferOutcome.Completed>(await sent.Completion.WaitAsync(MaxWait));
    }

    [Fact]
    public async Task Transfer_must_end_as_link_lost_when_the_link_is_closed_before_its_bytes_and_the_next_succeed_when_it_is_open_again()
    {
        Route();
        var sender = await StartAsync(o => o.AddLink(_alice));
        var receiver = await StartAsync(o => o.AddLink(_files));
        var sent = await SendAsync(sender);
        var offer = await NextAsync(receiver);
        _alice.Close("maintenance");
        _files.Close("maintenance");
        var failed = Assert.IsType<TransferOutcome.Failed>(await sent.Completion.WaitAsync(MaxWait));
        Assert.Equal((TransferState.Offer, TransferSide.Server, FailureReason.LinkLost), (failed.Phase, failed.Side, failed.Reason));
        var received = await offer.AcceptAsync();
        Assert.IsType<TransferOutcome.Failed>(await received.Completion.WaitAsync(MaxWait));

        _files.Open();
        _alice.Open();
        await Transfers(sender).ReadyAsync().WaitAsync(MaxWait);
        await Transfers(receiver).ReadyAsync().WaitAsync(MaxWait);
        (sent, received, _) = await TransferAsync(sender, receiver);
        Assert.IsType<TransferOutcome.Completed>(await received.Completion.WaitAsync(MaxWait));
        Assert.IsType<TransferOutcome.Completed>(await sent.Completion.WaitAsync(MaxWait));
    }

    [Fact]
    public async Task Transfers_must_end_as_overloaded_when_the_server_does_not_read_their_stanzas()
    {
        var sender = await StartAsync(o => o.AddLink(_alice), "connection { write-window = 2, max-queued-stanzas = 3 }");
        var sent = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => SendAsync(sender)));
        var first = await Task.WhenAny(sent.Select(transfer => transfer.Completion)).Unwrap().WaitAsync(MaxWait);
        var failed = Assert.IsType<TransferOutcome.Failed>(first);
        Assert.Equal((TransferSide.Local, FailureReason.Overloaded), (failed.Side, failed.Reason));

        var receiver = await StartAsync(o => o.AddLink(_files));
        Route();
        var received = await (await NextAsync(receiver)).AcceptAsync();
        Assert.IsType<TransferOutcome.Completed>(await received.Completion.WaitAsync(MaxWait));
    }

    private void Route() => _routing = _server.RunAsync(_stop.Token);

    private async Task<IHost> StartAsync(Action<ActorTransferOptions> configure, string hocon = "")
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddActorTransfer(o => configure(o
            .WithHocon($"actor-transfer {{ addresses.allow = [loopback], connection.reconnect-first = 10ms, {hocon} }}")
            .DownloadTo(_folder.Path)));
        var host = builder.Build();
        _hosts.Add(host);
        await host.StartAsync();
        await Transfers(host).ReadyAsync().WaitAsync(MaxWait);
        return host;
    }

    private static IFileTransfers Transfers(IHost host) => host.Services.GetRequiredService<IFileTransfers>();

    private static async Task<(ITransfer Sent, ITransfer Received, byte[] Bytes)> TransferAsync(IHost sender, IHost receiver)
    {
        var bytes = RandomNumberGenerator.GetBytes(Size);
        var sent = await SendAsync(sender, bytes);
        var next = NextAsync(receiver);
        Assert.True(await Task.WhenAny(next, sent.Completion) == next, sent.Completion.IsCompleted ? $"{await sent.Completion}" : "");
        var offer = await next;
        Assert.Equal(Bob, offer.To);
        return (sent, await offer.AcceptAsync(), bytes);
    }

    private static Task<ITransfer> SendAsync(IHost host, byte[]? bytes = null) =>
        Transfers(host).SendAsync(Bob, new MemoryStream(bytes ?? new byte[Size]), new FileDescription("a.bin", Size));

    private static async Task<IIncomingOffer> NextAsync(IHost host)
    {
        using var limit = new CancellationTokenSource(MaxWait);
        await foreach (var offer in Transfers(host).IncomingAsync(limit.Token))
        {
            return offer;
        }

        throw new InvalidOperationException("The offers ended.");
    }
}
