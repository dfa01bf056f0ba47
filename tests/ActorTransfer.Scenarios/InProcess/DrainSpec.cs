using System.Net;
using System.Security.Cryptography;
using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ActorTransfer.Scenarios.InProcess;

/// <summary>The end of an engine: by the application's request, and with the application.</summary>
public sealed class DrainSpec : IDisposable
{
    private const int Size = 12_000_000;
    private static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Never = TimeSpan.FromMinutes(10);

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Drained_engine_must_refuse_new_transfers_and_complete_when_the_last_one_has()
    {
        await using var host = await LocalDomainHost.StartAsync();
        var content = new ScriptedContent();
        var accepting = host.AcceptNextAsync();
        var sent = await host.Transfers.SendAsync(LocalDomainHost.Receiver, content, new SendOptions("iphone"));
        var received = await accepting;
        await content.Opened.WaitAsync(MaxWait);

        var drained = host.Transfers.DrainAsync();
        var later = await SendAsync(host);
        Assert.Equal(FailureReason.Overloaded, Assert.IsType<TransferOutcome.Failed>(await later.Completion.WaitAsync(MaxWait)).Reason);
        var refusal = (await new RawInitiator(host).OfferAsync(1000)).Error;
        Assert.Equal((ErrorType.Wait, ErrorConditions.ResourceConstraint), (refusal?.Type, refusal?.Condition));
        Assert.False(drained.IsCompleted);

        content.Script.Send(new byte[content.Description.Size]);
        content.Script.Complete();
        Assert.True(await drained.WaitAsync(MaxWait));
        Assert.IsType<TransferOutcome.Completed>(await sent.Completion);
        Assert.IsType<TransferOutcome.Completed>(await received.Completion);
    }

    [Fact]
    public async Task Pending_offer_must_be_refused_with_the_reason_of_the_drain()
    {
        await using var host = await LocalDomainHost.StartAsync();
        var reading = NextAsync(host.Transfers);
        var answering = new RawInitiator(host).OfferAsync(1000);
        await reading;
        Assert.True(await host.Transfers.DrainAsync().WaitAsync(MaxWait));
        var answer = (await answering.WaitAsync(MaxWait)).Error;
        Assert.Equal((ErrorType.Wait, ErrorConditions.ResourceConstraint, "shutting down"), (answer?.Type, answer?.Condition, answer?.Text));
    }

    [Fact]
    public async Task Engine_must_accept_transfers_again_after_the_end_of_a_drain()
    {
        await using var host = await LocalDomainHost.StartAsync();
        var reading = NextAsync(host.Transfers);
        var sent = await SendAsync(host);
        var offer = await reading;
        var received = await offer.AcceptAsync();
        await received.PauseAsync();
        var drained = host.Transfers.DrainAsync(Never);
        await host.Transfers.EndDrainAsync();
        Assert.False(await drained.WaitAsync(MaxWait));
        var accepting = host.AcceptNextAsync();
        Assert.IsType<TransferOutcome.Completed>(await (await SendAsync(host)).Completion.WaitAsync(MaxWait));
        await accepting;
        await received.ResumeAsync();
        Assert.IsType<TransferOutcome.Completed>(await sent.Completion.WaitAsync(MaxWait));
    }

    /// <summary>By the end of the drain timeout; by the end of the host's own time; by the end of a drain that the application requested.</summary>
    [Theory]
    [InlineData("drain")]
    [InlineData("host")]
    [InlineData("request")]
    public async Task Transfer_that_does_not_end_in_time_must_be_cancelled_for_a_reason_and_be_resumed_after_the_restart(string limit)
    {
        var bytes = RandomNumberGenerator.GetBytes(Size);
        var original = Path.Combine(_folder.Path, "original.bin");
        await File.WriteAllBytesAsync(original, bytes);
        using (var first = await StartAsync(limit == "drain" ? Soon : Never, limit == "host" ? Soon : MaxWait, "rate-per-transfer = 3MB"))
        {
            var (sent, received) = await BeginAsync(first, original);
            await foreach (var progress in received.ProgressAsync())
            {
                if (progress.Bytes > Size / 3)
                {
                    break;
                }
            }

            if (limit == "request")
            {
                Assert.True(await first.Services.GetRequiredService<IFileTransfers>().DrainAsync(Soon).WaitAsync(MaxWait));
            }

            await StopAsync(first);
            Assert.Equal("shutting down", Assert.IsType<TransferOutcome.Cancelled>(await sent.Completion.WaitAsync(MaxWait)).Reason);
            Assert.IsNotType<TransferOutcome.Completed>(await received.Completion.WaitAsync(MaxWait));
        }

        using var second = await StartAsync(Never, MaxWait, "");
        var (again, rest) = await BeginAsync(second, original);
        var arrived = Assert.IsType<TransferOutcome.Completed>(await rest.Completion.WaitAsync(MaxWait));
        Assert.IsType<TransferOutcome.Completed>(await again.Completion.WaitAsync(MaxWait));
        Assert.InRange(arrived.Bytes, 1, Size * 5 / 6);
        Assert.Equal(bytes, await File.ReadAllBytesAsync(arrived.Path!));
        await StopAsync(second);
    }

    private async Task<IHost> StartAsync(TimeSpan drain, TimeSpan shutdown, string transfers)
    {
        var domain = new LocalDomain(Jid.Parse("local.test"));
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = shutdown);
        builder.Services.AddActorTransfer(options => options
            .WithHocon($"actor-transfer.transfers {{ {transfers} }}")
            .AddLocalUser(domain, LocalDomainHost.Sender)
            .AddLocalUser(domain, LocalDomainHost.Receiver)
            .AddLocalProxy(domain, Jid.Parse("proxy.local.test"), new IPEndPoint(IPAddress.Loopback, 0))
            .DownloadTo(_folder["inbox"])
            .DrainTimeout = drain);
        var host = builder.Build();
        await host.StartAsync();
        await host.Services.GetRequiredService<IFileTransfers>().ReadyAsync();
        return host;
    }

    /// <summary>The host reports that its time is over.</summary>
    private static async Task StopAsync(IHost host)
    {
        try
        {
            await host.StopAsync().WaitAsync(MaxWait);
        }
        catch (OperationCanceledException)
        {
        }
    }

    private static async Task<(ITransfer Sent, ITransfer Received)> BeginAsync(IHost host, string path)
    {
        var transfers = host.Services.GetRequiredService<IFileTransfers>();
        var reading = NextAsync(transfers);
        var sent = await transfers.SendAsync(LocalDomainHost.Receiver, new FileInfo(path), new SendOptions("iphone"));
        return (sent, await (await reading).AcceptAsync());
    }

    private static Task<ITransfer> SendAsync(LocalDomainHost host) => host.Transfers.SendAsync(
        LocalDomainHost.Receiver, new MemoryStream(new byte[1000]), new FileDescription("a.bin", 1000), new SendOptions("iphone"));

    private static async Task<IIncomingOffer> NextAsync(IFileTransfers transfers)
    {
        await foreach (var offer in transfers.IncomingAsync())
        {
            return offer;
        }

        throw new InvalidOperationException("The offers ended.");
    }
}
