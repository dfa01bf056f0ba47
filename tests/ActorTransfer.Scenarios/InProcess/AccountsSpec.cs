using ActorTransfer.Actors;
using ActorTransfer.Hosting.Internal;
using Akka.Actor;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace ActorTransfer.Scenarios.InProcess;

/// <summary>Accounts that are added and removed while the application runs (<see cref="IAccounts"/>).</summary>
public sealed class AccountsSpec
{
    private static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(60);
    private static readonly Jid Eve = Jid.Parse("eve@local.test/desk");

    [Fact]
    public async Task Added_account_must_send_and_be_watched_monitored_and_checked()
    {
        await using var host = await LocalDomainHost.StartAsync(services: (services, _) => services.AddHealthChecks().AddActorTransfer());
        var monitor = host.Services.GetRequiredService<ITransferMonitor>();
        Assert.Equal(2, (await monitor.SnapshotAsync()).Accounts.Length);
        Assert.Equal("eve", await AddAsync(host));
        await host.Transfers.ReadyAsync().WaitAsync(MaxWait);
        await foreach (var status in Accounts(host).WatchAsync("eve"))
        {
            Assert.Equal(Eve, Assert.IsType<AccountStatus.Online>(status).Self);
            break;
        }

        var accepting = host.AcceptNextAsync();
        var sent = await host.Transfers.SendAsync(LocalDomainHost.Receiver, new MemoryStream([1, 2]), new FileDescription("a.bin", 2), new SendOptions("eve"));
        var received = await accepting.WaitAsync(MaxWait);
        Assert.Equal(Eve, received.Peer);
        Assert.IsType<TransferOutcome.Completed>(await sent.Completion.WaitAsync(MaxWait));
        Assert.Equal(["android", "eve", "iphone"], (await monitor.SnapshotAsync()).Accounts.Select(account => account.Name));

        await Accounts(host).RemoveAsync("eve").WaitAsync(MaxWait);
        Assert.Equal(["android", "iphone"], (await monitor.SnapshotAsync()).Accounts.Select(account => account.Name));
        var health = await host.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync();
        Assert.All(health.Entries.Values, entry => Assert.Equal((HealthStatus.Healthy, 0), (entry.Status, entry.Data.Count)));
        Assert.True(host.Domain.TryAttach(Eve, ActorRefs.Nobody)); // the server has no session of it
    }

    [Fact]
    public async Task Name_in_use_must_be_an_error_until_the_account_is_removed()
    {
        await using var host = await LocalDomainHost.StartAsync();
        await AddAsync(host);
        var refused = await Assert.ThrowsAsync<ArgumentException>(() => AddAsync(host));
        Assert.Contains("There already is", refused.Message, StringComparison.Ordinal);
        await Accounts(host).RemoveAsync("eve").WaitAsync(MaxWait);
        await AddAsync(host);
        await host.Transfers.ReadyAsync().WaitAsync(MaxWait);
        var unknown = await Assert.ThrowsAsync<EngineException>(() => Accounts(host).RemoveAsync("nobody"));
        Assert.Contains("There is no account named nobody", unknown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Removal_must_end_the_watch_of_the_account()
    {
        await using var host = await LocalDomainHost.StartAsync();
        await AddAsync(host);
        List<AccountStatus> statuses = [];
        await foreach (var status in Accounts(host).WatchAsync("eve"))
        {
            statuses.Add(status);
            await Accounts(host).RemoveAsync("eve").WaitAsync(MaxWait);
        }

        Assert.IsType<AccountStatus.Online>(Assert.Single(statuses));
        await Assert.ThrowsAsync<EngineException>(() => Accounts(host).ReconnectAsync("eve"));
    }

    [Fact]
    public async Task Link_of_the_application_must_be_closed_when_its_account_is_removed()
    {
        await using var host = await LocalDomainHost.StartAsync();
        var link = new InProcessLink(Eve);
        Assert.Equal("eve@local.test", await Accounts(host).AddAsync(link));
        await host.Transfers.ReadyAsync().WaitAsync(MaxWait);
        Assert.True(link.IsOpen);
        await Accounts(host).RemoveAsync("eve@local.test").WaitAsync(MaxWait);
        Assert.False(link.IsOpen);
    }

    [Fact]
    public async Task Removed_account_must_let_its_transfers_end_and_cancel_the_rest_and_keep_those_of_others()
    {
        await using var host = await LocalDomainHost.StartAsync();
        await AddAsync(host);
        var (eves, _) = await BeginAsync(host, "eve");
        var (others, second) = await BeginAsync(host, "iphone");

        var removed = Accounts(host).RemoveAsync("eve", TimeSpan.FromMilliseconds(300));
        await host.Services.GetRequiredService<EngineInstance>().Lifetime.AskAsync<Engine.Parts>(parts => parts.Engine, new Engine.GetParts(), default);
        var later = await host.Transfers.SendAsync(LocalDomainHost.Receiver, new ScriptedContent(), new SendOptions("eve"));
        Assert.Equal(FailureReason.LinkLost, Assert.IsType<TransferOutcome.Failed>(await later.Completion.WaitAsync(MaxWait)).Reason);
        await removed.WaitAsync(MaxWait);
        var cancelled = Assert.IsType<TransferOutcome.Cancelled>(await eves.Completion.WaitAsync(MaxWait));
        Assert.Equal("the account is being closed", cancelled.Reason);

        second.Script.Send(new byte[second.Description.Size]);
        second.Script.Complete();
        Assert.IsType<TransferOutcome.Completed>(await others.Completion.WaitAsync(MaxWait));
    }

    private static async Task<(ITransfer Transfer, ScriptedContent Content)> BeginAsync(LocalDomainHost host, string account)
    {
        var content = new ScriptedContent();
        var accepting = host.AcceptNextAsync();
        var sent = await host.Transfers.SendAsync(LocalDomainHost.Receiver, content, new SendOptions(account));
        await accepting.WaitAsync(MaxWait);
        await content.Opened.WaitAsync(MaxWait);
        return (sent, content);
    }

    private static IAccounts Accounts(LocalDomainHost host) => host.Services.GetRequiredService<IAccounts>();

    /// <summary>Clients, components and links are defined as in the options; here it is a user of the in-process domain.</summary>
    private static Task<string> AddAsync(LocalDomainHost host) => ((Accounts)Accounts(host)).AddAsync(
        new AccountDefinition("eve", new LinkDefinition.InProcess(LocalLinkActor.Props(host.Domain, Eve)), host.Domain.Name), "user", default);
}
