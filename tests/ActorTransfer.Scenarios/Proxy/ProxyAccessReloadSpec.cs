using System.Text;
using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Scenarios.Prosody;
using ActorTransfer.Testing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ActorTransfer.Scenarios.Proxy;

/// <summary>The access list of a proxy in the application's configuration, changed while the application runs.</summary>
public sealed class ProxyAccessReloadSpec : IDisposable
{
    private const string Others = "[ \"other.example\" ]";
    private const string Users = $"[ \"{ProsodyServer.Component}\" ]";

    private static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(30);

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>The access list of the one proxy, of all proxies, and none, which allows the users of the domain above the proxy's only.</summary>
    [ProsodyTheory]
    [InlineData($$""" "Allow": {{Users}} """, "", $$""" "Allow": {{Others}} """, "", "Proxies:Allow")]
    [InlineData("", $$""", "Proxy": { "Allow": {{Users}} }""", "", $$""", "Proxy": { "Allow": {{Others}} }""", "proxy.allow")]
    [InlineData($$""" "Allow": {{Users}} """, "", "", $$""", "Proxy": { "Allow": {{Others}} }""", "proxy.allow, Proxies:Allow")]
    public async Task Changed_access_list_must_be_applied_to_new_pairs_and_active_ones_stay(string own, string all, string laterOwn, string laterAll, string changed)
    {
        await using var server = await ProsodyServer.StartAsync(ProxyProcess.Setup);
        using var log = new LogLines();
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders().AddProvider(log);
        builder.Configuration.Sources.Clear(); // the reload of an earlier source may be seen before that of the file
        builder.Configuration.AddJsonFile(Write(server, own, all));
        builder.Services.AddActorTransfer(_ => { });
        using var host = builder.Build();
        await host.StartAsync();
        var proxies = host.Services.GetRequiredService<IProxies>();
        var proxy = Jid.Parse(ProsodyServer.Proxy);
        await foreach (var link in proxies.WatchAsync(proxy))
        {
            if (link is AccountStatus.Online)
            {
                break;
            }
        }

        await using var user = await ComponentUser.ConnectAsync(server);
        await user.AddressAsync<Answer.Result>();
        var (requester, target) = await user.PairAsync(Assert.Single((await proxies.StatusAsync(proxy)).EndPoints));

        Write(server, laterOwn, laterAll);
        ((IConfigurationRoot)builder.Configuration).Reload();
        await log.HasAsync($"Configuration reloaded: {changed}", MaxWait);

        Assert.Equal(ErrorConditions.Forbidden, (await user.AddressAsync<Answer.Error>()).Stanza.Condition);
        Assert.DoesNotContain(log.Lines, line => line.Contains("need a restart", StringComparison.Ordinal));
        await ComponentUser.ExpectRelayedAsync(requester, target, 1_000_000);
        requester.Dispose();
        target.Dispose();
        await host.StopAsync();
    }

    private string Write(ProsodyServer server, string own, string all) => _folder.File("appsettings.json", Encoding.UTF8.GetBytes(
        $$"""
        { "ActorTransfer": { "Proxies": [ { "Jid": "{{ProsodyServer.Proxy}}", "Host": "127.0.0.1", "Port": "{{server.ComponentPort}}",
          "Secret": "{{server.SecretText}}", "Listen": [ "127.0.0.1:0" ]{{(own.Length > 0 ? "," : "")}}{{own}} } ]{{all}} } }
        """));
}
