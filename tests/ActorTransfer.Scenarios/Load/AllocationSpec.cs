using ActorTransfer.Actors.Connections;
using ActorTransfer.Hosting.Internal;
using ActorTransfer.Protocol;
using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Protocol.Xml;
using ActorTransfer.Scenarios.InProcess;
using Akka.Actor;
using Microsoft.Extensions.DependencyInjection;
using Xunit.Abstractions;

namespace ActorTransfer.Scenarios.Load;

/// <summary>
/// Allocations that must not grow unnoticed: unlike times, they hardly vary between machines and runs. The bounds are a fifth above what was measured.
/// </summary>
public sealed class AllocationSpec(ITestOutputHelper output)
{
    private const int WarmUps = 30;
    private const int Measured = 100;
    private static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(30);

    /// <summary>Both ends and the proxy; the receiver writes a file.</summary>
    [Fact]
    public async Task Transfer_of_a_kibibyte_must_stay_within_its_budget()
    {
        await using var host = await LocalDomainHost.StartAsync("actor-transfer.addresses.allow = [loopback]");
        var content = new byte[1024];
        await AssertAllocatesAsync(maxKiB: 170, async number =>
        {
            var accepting = host.AcceptNextAsync();
            var file = new FileDescription($"{number}.bin", content.Length);
            var sent = await host.Transfers.SendAsync(LocalDomainHost.Receiver, new MemoryStream(content), file, new SendOptions("iphone"));
            var received = await (await accepting.WaitAsync(MaxWait)).Completion.WaitAsync(MaxWait);
            Assert.IsType<TransferOutcome.Completed>(received);
            Assert.IsType<TransferOutcome.Completed>(await sent.Completion.WaitAsync(MaxWait));
        });
    }

    /// <summary>From one connection to another of the in-process domain and back, without a wire.</summary>
    [Fact]
    public async Task Request_and_its_response_must_stay_within_their_budget()
    {
        await using var host = await LocalDomainHost.StartAsync();
        var connection = (await host.Services.GetRequiredService<EngineInstance>().Lifetime.RunningAsync(CancellationToken.None)).Connections["iphone"];
        var ping = new XmlElement(Namespaces.Ping, "ping");
        await AssertAllocatesAsync(maxKiB: 3, async number =>
        {
            var ask = new Connection.Ask(IqType.Get, null, LocalDomainHost.Receiver, ping, MaxWait, number);
            Assert.IsType<Answer.Result>((await connection.Ask<Connection.Answered>(ask, MaxWait)).Answer);
        });
    }

    private async Task AssertAllocatesAsync(double maxKiB, Func<int, Task> run)
    {
        var each = await Allocations.KiBEachAsync(WarmUps, Measured, run);
        output.WriteLine($"{each:0.0} KiB each");
        Assert.True(each <= maxKiB, $"{each:0.0} KiB each; at most {maxKiB} are allowed.");
    }
}
