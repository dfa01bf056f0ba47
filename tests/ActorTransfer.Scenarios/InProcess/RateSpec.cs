using System.Diagnostics;
using ActorTransfer.Actors.Settings;
using ActorTransfer.Actors.Transfers;
using ActorTransfer.Hosting.Internal;
using Akka.Actor;
using Akka.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace ActorTransfer.Scenarios.InProcess;

/// <summary>Rates of whole transfers. Sent and received bytes count together, so a transfer inside one engine counts twice.</summary>
public sealed class RateSpec
{
    private const int Size = 400_000;
    private static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(60);

    [Theory]
    [InlineData("rate-per-transfer = 400000B", StreamMethods.Proxy, 1, 0.7)]
    [InlineData("rate-per-transfer = 400000B", StreamMethods.InBand, 1, 0.7)]
    [InlineData("rate-per-peer = 400000B", StreamMethods.Proxy, 2, 1.6)]
    [InlineData("rate-total = 800000B", StreamMethods.Proxy, 2, 1.6)]
    public async Task Transfers_must_not_be_faster_than_their_rate(string rate, StreamMethods method, int transfers, double leastSeconds)
    {
        await using var host = await LocalDomainHost.StartAsync($"actor-transfer {{ chunk-size = 16KiB, transfers {{ {rate} }} }}");
        var start = Stopwatch.GetTimestamp();
        var pairs = new List<(ITransfer Sent, ITransfer Received)>();
        for (var number = 0; number < transfers; number++)
        {
            pairs.Add(await BeginAsync(host, method));
        }

        foreach (var (sent, received) in pairs)
        {
            Assert.IsType<TransferOutcome.Completed>(await sent.Completion.WaitAsync(MaxWait));
            Assert.IsType<TransferOutcome.Completed>(await received.Completion.WaitAsync(MaxWait));
        }

        Assert.True(Stopwatch.GetElapsedTime(start).TotalSeconds > leastSeconds, $"{Stopwatch.GetElapsedTime(start)}");
    }

    [Fact]
    public async Task Rate_must_change_while_a_transfer_waits_for_it()
    {
        await using var host = await LocalDomainHost.StartAsync("actor-transfer.transfers.rate-total = 1KiB");
        var (sent, received) = await BeginAsync(host, StreamMethods.All);
        await foreach (var progress in received.ProgressAsync())
        {
            if (progress.Bytes > 0)
            {
                break;
            }
        }

        Assert.False(sent.Completion.IsCompleted); // would take more than ten minutes
        (await host.Services.GetRequiredService<EngineInstance>().Lifetime.Parts).Transfers.Tell(
            new Transfer.Reload(EngineSettings.Read(ConfigurationFactory.Empty)));
        Assert.IsType<TransferOutcome.Completed>(await sent.Completion.WaitAsync(MaxWait));
        Assert.IsType<TransferOutcome.Completed>(await received.Completion.WaitAsync(MaxWait));
    }

    [Fact]
    public async Task First_rate_must_hold_for_a_transfer_that_began_without_one()
    {
        await using var host = await LocalDomainHost.StartAsync("actor-transfer.files.offer-md5-up-to = 0");
        var accepting = host.AcceptNextAsync();
        var content = new ScriptedContent();
        var sent = await host.Transfers.SendAsync(LocalDomainHost.Receiver, content, new SendOptions("iphone"));
        var received = await accepting;
        await content.Opened.WaitAsync(MaxWait);
        var transfers = (await host.Services.GetRequiredService<EngineInstance>().Lifetime.Parts).Transfers;
        transfers.Tell(new Transfer.Reload(EngineSettings.Read(ConfigurationFactory.ParseString("actor-transfer.transfers.rate-total = 1KiB"))));
        content.Script.Send(new byte[content.Description.Size]);
        content.Script.Complete();

        await using var other = await LocalDomainHost.StartAsync(); // without a rate, the same size takes so long
        var otherReceived = other.AcceptNextAsync();
        var size = (int)content.Description.Size;
        await other.Transfers.SendAsync(
            LocalDomainHost.Receiver, new MemoryStream(new byte[size]), new FileDescription("b.bin", size), new SendOptions("iphone"));
        Assert.IsType<TransferOutcome.Completed>(await (await otherReceived).Completion.WaitAsync(MaxWait));
        Assert.False(sent.Completion.IsCompleted || received.Completion.IsCompleted); // would take a day
        Assert.IsType<TransferOutcome.Cancelled>(await sent.CancelAsync().WaitAsync(MaxWait));
    }

    private static async Task<(ITransfer Sent, ITransfer Received)> BeginAsync(LocalDomainHost host, StreamMethods method)
    {
        var accepting = host.AcceptNextAsync();
        var sent = await host.Transfers.SendAsync(
            LocalDomainHost.Receiver, new MemoryStream(new byte[Size]), new FileDescription("a.bin", Size), new SendOptions("iphone") { Methods = method });
        return (sent, await accepting);
    }
}
