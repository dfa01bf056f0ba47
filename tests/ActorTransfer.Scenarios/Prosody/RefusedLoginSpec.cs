using System.Net;
using ActorTransfer.Actors.Connections;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ActorTransfer.Scenarios.Prosody;

/// <summary>A server that refuses the password until it is corrected there. By default the engine retries after five minutes.</summary>
public sealed class RefusedLoginSpec
{
    private const string Account = $"alice@{ProsodyServer.Host}";
    private static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(60);

    /// <summary>By SCRAM and by PLAIN, before the first login and after one.</summary>
    [ProsodyTheory]
    [InlineData(true, false)]
    [InlineData(false, false)]
    [InlineData(false, true)]
    public async Task Account_with_a_refused_password_must_report_it_and_log_in_by_ReconnectAsync(bool tls, bool wasUp)
    {
        await using var server = await ProsodyServer.StartAsync(new ProsodySetup { Clients = true, Tls = tls });
        if (!wasUp)
        {
            server.ChangePassword("alice", "another one");
        }

        await using var alice = await ClientHost.StartAsync(
            ClientHost.Address(server, "alice"), "actor-transfer.connection { reconnect-first = 50ms, reconnect-most = 200ms }", waits: wasUp);
        if (wasUp)
        {
            server.ChangePassword("alice", "another one");
            await server.RestartAsync();
        }

        await using var statuses = alice.Accounts.WatchAsync(Account).GetAsyncEnumerator();
        MustBeRefused(await NextAsync(statuses, status => status is AccountStatus.Offline { ForGood: true, Fault: LinkFault.LoginRefused }));
        await alice.LoggedAsync($"Connection {Account} lost: login of {Account} failed: the server refused the user name or the password");
        var fault = await Assert.ThrowsAsync<EngineException>(() => alice.Transfers.ReadyAsync());
        Assert.Contains("not-authorized", fault.Message, StringComparison.Ordinal);
        MustBeRefused(await alice.Accounts.ReconnectAsync(Account).WaitAsync(MaxWait));

        server.ChangePassword("alice", ProsodyServer.PasswordOf("alice"));
        var online = Assert.IsType<AccountStatus.Online>(await alice.Accounts.ReconnectAsync(Account).WaitAsync(MaxWait));

        Assert.Equal(Jid.Parse($"{Account}/engine"), online.Self);
        await NextAsync(statuses, status => status == online);
        await alice.Transfers.ReadyAsync(keepTrying: false);
    }

    [ProsodyFact]
    public async Task Proxy_with_a_refused_secret_must_report_it_and_log_in_by_ReconnectAsync()
    {
        await using var server = await ProsodyServer.StartAsync(withProxy: false);
        await server.ChangeSecretAsync("another one");
        var jid = Jid.Parse(ProsodyServer.Component);
        var log = new LogLines();
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders().AddProvider(log);
        builder.Services.AddActorTransfer(options => options.AddProxy(new ProxyOptions
        {
            Account = new ComponentAccount { Host = "127.0.0.1", Port = server.ComponentPort, Jid = jid, Secret = server.SecretText },
            Listen = [new IPEndPoint(IPAddress.Loopback, 0)],
            Access = ProxyAccess.Everybody,
        }));
        using var host = builder.Build();
        await host.StartAsync();
        var proxies = host.Services.GetRequiredService<IProxies>();
        await using var statuses = proxies.WatchAsync(jid).GetAsyncEnumerator();

        MustBeRefused(await NextAsync(statuses, status => status is AccountStatus.Offline { ForGood: true }));
        await log.HasAsync("not-authorized", MaxWait);
        MustBeRefused(await proxies.ReconnectAsync(jid).WaitAsync(MaxWait));

        await server.ChangeSecretAsync(server.SecretText);
        Assert.Equal(new AccountStatus.Online(jid), await proxies.ReconnectAsync(jid).WaitAsync(MaxWait));

        await NextAsync(statuses, status => status is AccountStatus.Online);
        Assert.False((await proxies.StatusAsync(jid)).Draining);
        await host.StopAsync();
    }

    private static void MustBeRefused(AccountStatus status)
    {
        var offline = Assert.IsType<AccountStatus.Offline>(status);
        Assert.Equal((true, LinkFault.LoginRefused), (offline.ForGood, offline.Fault));
        Assert.Contains("not-authorized", offline.Reason, StringComparison.Ordinal);
        Assert.True(offline.RetryIn > TimeSpan.FromMinutes(4), $"tried again in {offline.RetryIn}");
    }

    private static async Task<AccountStatus> NextAsync(IAsyncEnumerator<AccountStatus> statuses, Func<AccountStatus, bool> isWanted)
    {
        while (await statuses.MoveNextAsync().AsTask().WaitAsync(MaxWait))
        {
            if (isWanted(statuses.Current))
            {
                return statuses.Current;
            }
        }

        throw new InvalidOperationException("The statuses ended.");
    }
}
