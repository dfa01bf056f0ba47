using System.Net;
using ActorTransfer.Scenarios.Interop;
using ActorTransfer.Scenarios.Proxy;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Xunit.Abstractions;

namespace ActorTransfer.Scenarios.Load;

/// <summary>
/// What a proxy spends on a set-up and on a stanza, in counts, which hardly vary between machines and runs. The bounds are a sixth above what was measured.
/// </summary>
public sealed class SetUpCostSpec(ITestOutputHelper output) : IDisposable
{
    private const int WarmUps = 200;
    private const int Measured = 500;

    /// <summary>Calls for sockets. Those of threads that wait for each other vary with the load of the machine.</summary>
    private static readonly HashSet<string> Counted =
    [
        "accept4", "close", "connect", "epoll_ctl", "fcntl", "getpeername", "getsockname", "getsockopt", "ioctl", "pipe2", "recvfrom", "recvmsg",
        "sendmsg", "sendto", "setsockopt", "shutdown", "splice",
    ];

    private readonly ComponentServer _server = new();

    public void Dispose() => _server.Dispose();

    [Fact]
    public async Task Set_up_and_stanza_must_stay_within_their_budgets_of_allocations()
    {
        using var host = await StartAsync();
        var proxies = host.Services.GetRequiredService<IProxies>();
        await _server.AcceptAsync();
        var proxy = (await proxies.StatusAsync(Jid.Parse(ComponentServer.Proxy))).EndPoints[0];
        await ServedAsync(proxies);
        Assert.InRange(await AllocatedAsync("set-up", number => _server.SetUp(proxy, number)), 1, 22);
        Assert.InRange(await AllocatedAsync("stanza", _server.Ping), 1, 8);
        await host.StopAsync();
    }

    [StraceFact]
    public async Task Set_up_must_stay_within_its_budget_of_system_calls()
    {
        using var folder = new TestFolder();
        await using var proxy = PeerProcess.Ours(
            password: null, "proxy", "--component", ComponentServer.Proxy, "--server", $"{_server.EndPoint}", "--secret-file",
            folder.File("secret", "sesame"u8), "--listen", "127.0.0.1:0", "--allow", "local.test");
        await _server.AcceptAsync();
        var address = ProxyProcess.AddressOf(await proxy.EventAsync("ready"));
        Repeat(0, WarmUps, number => _server.SetUp(address, number));
        var calls = await SystemCalls.CountAsync(proxy.Id, () => Repeat(WarmUps, Measured, number => _server.SetUp(address, number)));
        output.WriteLine(string.Join(", ", calls.Select(call => $"{call.Key} {(double)call.Value / Measured:0.0}")));
        var each = (double)calls.Where(call => Counted.Contains(call.Key)).Sum(call => call.Value) / Measured;
        Assert.InRange(each, 10, 33);
    }

    private static void Repeat(int first, int count, Action<int> action)
    {
        for (var number = first; number < first + count; number++)
        {
            action(number);
        }
    }

    private async Task<double> AllocatedAsync(string what, Action<int> action)
    {
        var each = await Allocations.KiBEachAsync(WarmUps, Measured, number =>
        {
            action(number);
            return Task.CompletedTask;
        });
        output.WriteLine($"{what}: {each:0.0} KiB");
        return each;
    }

    private static async Task ServedAsync(IProxies proxies)
    {
        await foreach (var link in proxies.WatchAsync(Jid.Parse(ComponentServer.Proxy)))
        {
            if (link is AccountStatus.Online)
            {
                return;
            }
        }
    }

    private async Task<IHost> StartAsync()
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        var component = new ComponentAccount
        {
            Host = "127.0.0.1",
            Port = _server.EndPoint.Port,
            Jid = Jid.Parse(ComponentServer.Proxy),
            Secret = ComponentServer.Secret,
        };
        builder.Services.AddActorTransfer(options => options
            .WithHocon("actor-transfer.proxy.audit = off")
            .AddProxy(new ProxyOptions { Account = component, Listen = [new IPEndPoint(IPAddress.Loopback, 0)], Access = ProxyAccess.Everybody }));
        var host = builder.Build();
        await host.StartAsync();
        return host;
    }
}
