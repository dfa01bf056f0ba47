using System.Net;
using System.Net.Sockets;
using System.Text;
using ActorTransfer.Cli;
using ActorTransfer.Cli.Exports;
using ActorTransfer.Scenarios.Cli;
using ActorTransfer.Scenarios.InProcess;
using ActorTransfer.Scenarios.Interop;
using ActorTransfer.Scenarios.Proxy;

namespace ActorTransfer.Scenarios.Watching;

/// <summary><c>--metrics</c> and <c>--otlp</c>.</summary>
[Collection(ActivityRecorder.Collection)]
public sealed class ExportsSpec : IDisposable
{
    private readonly TestFolder _folder = new();
    private readonly HttpClient _http = new();

    public void Dispose()
    {
        _http.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Proxy_must_serve_its_metrics_to_Prometheus()
    {
        using var server = new ComponentServer();
        var port = Scrape.FreePort();
        await using var proxy = PeerProcess.Ours(password: null, [.. ProxyOf(server.EndPoint), "--metrics", $"{port}"]);
        await server.AcceptAsync();
        server.SetUp(ProxyProcess.AddressOf(await proxy.EventAsync("ready")), 1);
        server.Ping(2);
        var text = await _http.GetStringAsync(new Uri($"http://127.0.0.1:{port}/metrics"));
        Assert.Matches(@"(?m)^actortransfer_proxy_setups_total(\{\})? 1( \d+)?$", text);
        Assert.Contains($"actortransfer_connections_up{{actortransfer_account=\"{ComponentServer.Proxy}\"}} 1", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Address_in_use_must_end_the_command_with_an_explanation()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        using var server = new ComponentServer();
        using var proxy = new CliProcess([.. ProxyOf(server.EndPoint), "--metrics", $"{other.LocalEndpoint}"]);
        var (code, _, error) = await proxy.EndAsync();
        Assert.Equal((int)ExitCode.CannotListen, code);
        Assert.Contains($"--metrics {other.LocalEndpoint}: cannot listen there: ", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--metrics", "somewhere", "'somewhere' is not a valid address to serve metrics at (examples: 9464, 127.0.0.1:9464, 0.0.0.0:9464)")]
    [InlineData("--otlp", "127.0.0.1:4317", "'127.0.0.1:4317' is not a valid address of a collector (example: http://127.0.0.1:4317)")]
    public async Task Unusable_address_must_be_a_usage_error(string option, string value, string message)
    {
        using var proxy = new CliProcess([.. ProxyOf(new IPEndPoint(IPAddress.Loopback, 1)), option, value]);
        var (code, _, error) = await proxy.EndAsync();
        Assert.Equal((int)ExitCode.Usage, code);
        Assert.Contains(message, error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Collector_must_get_metrics_and_traces()
    {
        using var collector = new HttpListener();
        var port = Scrape.FreePort();
        collector.Prefixes.Add($"http://127.0.0.1:{port}/");
        collector.Start();
        var collecting = CollectAsync(collector);
        using (var exporters = new Exporters(new ExportRequest(new Uri($"http://127.0.0.1:{port}"), null)))
        {
            await exporters.StartAsync(CancellationToken.None);
            await using var host = await LocalDomainHost.StartAsync("actor-transfer { target.enabled = off, initiator.offer-again = off }");
            await (await host.Transfers.SendAsync(
                LocalDomainHost.Receiver, new MemoryStream(), new FileDescription("a", 0), new SendOptions("iphone"))).Completion;
        }

        collector.Stop();
        var collected = await collecting;
        Assert.Contains(collected, sent => sent.Path == "/v1/metrics" && sent.Body.Contains("actortransfer.transfers.ended", StringComparison.Ordinal));
        Assert.Contains(collected, sent => sent.Path == "/v1/traces" && sent.Body.Contains("send file", StringComparison.Ordinal));
    }

    private static async Task<List<(string Path, string Body)>> CollectAsync(HttpListener collector)
    {
        List<(string Path, string Body)> collected = [];
        try
        {
            while (true)
            {
                var context = await collector.GetContextAsync();
                using var body = new StreamReader(context.Request.InputStream, Encoding.Latin1);
                collected.Add((context.Request.Url!.AbsolutePath, await body.ReadToEndAsync()));
                context.Response.Close();
            }
        }
        catch (Exception failure) when (failure is HttpListenerException or ObjectDisposedException)
        {
            return collected;
        }
    }

    private string[] ProxyOf(IPEndPoint server) =>
    [
        "proxy", "--component", ComponentServer.Proxy, "--server", $"{server}", "--secret-file", _folder.File("secret", "sesame"u8),
        "--listen", "127.0.0.1:0", "--allow", "local.test",
    ];
}
