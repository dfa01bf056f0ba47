using System.Diagnostics;
using ActorTransfer.Actors;
using ActorTransfer.Hosting.Internal;
using ActorTransfer.Scenarios.InProcess;
using Microsoft.Extensions.DependencyInjection;
using Xunit.Abstractions;

namespace ActorTransfer.Scenarios.Load;

/// <summary>What an account costs that is connected and has nothing to do: an application may have thousands.</summary>
public sealed class IdleAccountSpec(ITestOutputHelper output)
{
    private const int Count = 1000;
    private const int MaxKiB = 21;

    [Fact]
    public async Task Idle_account_must_stay_within_its_budget()
    {
        await using var host = await LocalDomainHost.StartAsync();
        var accounts = (Accounts)host.Services.GetRequiredService<IAccounts>();
        await OpenAsync(accounts, host, 0, 100);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var start = Stopwatch.GetTimestamp();
        await OpenAsync(accounts, host, 100, Count);
        await host.Transfers.ReadyAsync();
        var took = Stopwatch.GetElapsedTime(start);
        var each = (GC.GetTotalMemory(forceFullCollection: true) - before) / 1024.0 / Count;
        var cpu = Process.GetCurrentProcess().TotalProcessorTime;
        start = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(100, Count).Select(number => accounts.RemoveAsync($"user{number}")));
        output.WriteLine($"{each:0.0} KiB each; {Count} opened in {took.TotalMilliseconds:0} ms, closed in {Stopwatch.GetElapsedTime(start).TotalMilliseconds:0} ms "
            + $"({(Process.GetCurrentProcess().TotalProcessorTime - cpu).TotalMilliseconds:0} ms of CPU)");
        Assert.True(each <= MaxKiB, $"{each:0.0} KiB each; at most {MaxKiB} are allowed.");
    }

    private static Task OpenAsync(Accounts accounts, LocalDomainHost host, int first, int count) =>
        Task.WhenAll(Enumerable.Range(first, count).Select(number =>
        {
            var link = new LinkDefinition.InProcess(LocalLinkActor.Props(host.Domain, Jid.Parse($"user{number}@local.test/x")));
            return accounts.AddAsync(new AccountDefinition($"user{number}", link, host.Domain.Name), "user", default);
        }));
}
