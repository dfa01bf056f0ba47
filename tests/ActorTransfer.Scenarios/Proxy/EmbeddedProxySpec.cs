using System.Net;
using System.Net.Sockets;
using Akka.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ActorTransfer.Scenarios.Proxy;

/// <summary>The proxy embedded in a .NET application: <see cref="IProxies"/> and <see cref="ActorTransferOptions.AddProxy"/>.</summary>
public sealed class EmbeddedProxySpec
{
    private static readonly Jid Proxy = Jid.Parse("proxy.local.test");
    private static readonly ComponentAccount Address = new() { Jid = Proxy, Host = "127.0.0.1", Port = 5347, Secret = "x" };
    private static readonly IPEndPoint Free = new(IPAddress.Loopback, 0);

    [Fact]
    public async Task Proxy_must_return_its_status_reload_limits_and_drain()
    {
        using var host = await StartAsync(options => options.AddLocalProxy(new LocalDomain(Jid.Parse("local.test")), Proxy, Free));
        var proxies = host.Services.GetRequiredService<IProxies>();

        var status = await proxies.StatusAsync(Proxy);
        Assert.NotEqual(0, Assert.Single(status.EndPoints).Port);
        Assert.Equal((0, 0, 0L, false), (status.Waiting, status.Active, status.Bytes, status.Draining));
        await foreach (var link in proxies.WatchAsync(Proxy))
        {
            Assert.Equal(Proxy, Assert.IsType<AccountStatus.Online>(link).Self);
            break;
        }

        await proxies.ReloadAsync(Proxy, "actor-transfer.proxy.max-pairs = 3", ProxyAccess.Everybody);
        var fault = await Assert.ThrowsAsync<ConfigurationException>(
            () => proxies.ReloadAsync(Proxy, "actor-transfer.proxy.max-pairs = 0", ProxyAccess.Everybody));
        Assert.Contains("proxy.max-pairs", fault.Message);

        await proxies.DrainAsync(Proxy);
        Assert.True((await proxies.StatusAsync(Proxy)).Draining);
        await host.StopAsync();
    }

    [Fact]
    public async Task Unknown_proxy_name_must_be_reported()
    {
        using var host = await StartAsync(options => options.AddLocalProxy(new LocalDomain(Jid.Parse("local.test")), Proxy, Free));
        var proxies = host.Services.GetRequiredService<IProxies>();

        Assert.Contains("no proxy", (await Assert.ThrowsAsync<EngineException>(() => proxies.StatusAsync(Jid.Parse("other.local.test")))).Message);
        await host.StopAsync();
    }

    [Fact]
    public async Task Port_in_use_must_fail_every_call()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        using var host = await StartAsync(options => options.AddLocalProxy(new LocalDomain(Jid.Parse("local.test")), Proxy, (IPEndPoint)other.LocalEndpoint));
        var proxies = host.Services.GetRequiredService<IProxies>();

        var fault = await Assert.ThrowsAsync<EngineException>(() => proxies.StatusAsync(Proxy));
        Assert.Contains($"cannot listen on {other.LocalEndpoint}", fault.Message);
        await Assert.ThrowsAsync<EngineException>(() => proxies.DrainAsync(Proxy));
        await host.StopAsync();
    }

    [Fact]
    public void Proxy_definition_must_have_a_listen_address_public_addresses_and_a_unique_name()
    {
        Fails("at least one listen address", options => Add(options, []));
        Fails("wildcard address; give a public address", options => Add(options, [new IPEndPoint(IPAddress.IPv6Any, 7777)]));
        Fails("either Account or Link", options => options.AddProxy(new ProxyOptions { Listen = [Free] }));
        Fails("either Account or Link", options => options.AddProxy(new ProxyOptions { Account = Address, Link = new InProcessLink(Proxy), Listen = [Free] }));
        Fails("is a user", options => options.AddProxy(new ProxyOptions { Link = new InProcessLink(Jid.Parse("ada@local.test/x")), Listen = [Free] }));
        Fails("already is an account or proxy", options => Add(Add(options, [Free]), [Free]));
        Fails("already is an account or proxy", options => Add(options, [Free]).AddComponent(Address));
    }

    private static void Fails(string message, Action<ActorTransferOptions> add) =>
        Assert.Contains(message, Assert.Throws<ArgumentException>(() => add(new ActorTransferOptions())).Message, StringComparison.Ordinal);

    private static ActorTransferOptions Add(ActorTransferOptions options, IPEndPoint[] listen) =>
        options.AddProxy(new ProxyOptions { Account = Address, Listen = [.. listen], Access = ProxyAccess.Everybody });

    private static async Task<IHost> StartAsync(Action<ActorTransferOptions> configure)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddActorTransfer(configure);
        var host = builder.Build();
        await host.StartAsync();
        return host;
    }
}
