using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using ActorTransfer.Cli;
using ActorTransfer.Scenarios.Cli;

namespace ActorTransfer.Scenarios.Proxy;

/// <summary>Invalid arguments and files of <c>proxy</c> lead to one line with a remedy and to no network connection.</summary>
public sealed class ProxyOptionsSpec : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("'--component' is required", "--server", "127.0.0.1:1", "--secret-file", "s", "--listen", "127.0.0.1:0")]
    [InlineData("'--server' is required", "--component", "p.b", "--secret-file", "s", "--listen", "127.0.0.1:0")]
    [InlineData("'--secret-file' is required", "--component", "p.b", "--server", "127.0.0.1:1", "--listen", "127.0.0.1:0")]
    [InlineData("'--listen' is required", "--component", "p.b", "--server", "127.0.0.1:1", "--secret-file", "s")]
    [InlineData("'a@p.b' is not a valid domain (example: proxy.example.org", "--component", "a@p.b", "--server", "h:1", "--secret-file", "s", "--listen",
        "127.0.0.1:0")]
    [InlineData("'h' is not a valid address with a port", "--component", "p.b", "--server", "h", "--secret-file", "s", "--listen", "127.0.0.1:0")]
    [InlineData("'::1:7777' is not a valid address with a port (examples: 192.0.2.1:7777, [2001:db8::1]:7777", "--component", "p.b", "--server", "h:1",
        "--secret-file", "s", "--listen", "::1:7777")]
    [InlineData("'[::1]' is not a valid address with a port", "--component", "p.b", "--server", "h:1", "--secret-file", "s", "--listen", "[::1]")]
    [InlineData(
        "'h:65536' is not a valid address with a port", "--component", "p.b", "--server", "h:1", "--secret-file", "s", "--listen", "127.0.0.1:0", "h:65536")]
    [InlineData("'a@b/c' has a resource; write user@domain, a domain, or *", "--component", "p.b", "--server", "h:1", "--secret-file", "s", "--listen",
        "127.0.0.1:0", "--allow", "b", "a@b/c")]
    [InlineData("secret file cannot be read", "--component", "p.b", "--server", "h:1", "--secret-file", "/nowhere/at.all", "--listen", "127.0.0.1:0")]
    public async Task Invalid_arguments_must_be_reported_in_one_line_with_valid_values(string words, params string[] args)
    {
        (await CliRun.RunAsync(["proxy", .. args])).MustFail(ExitCode.Usage, words);

        var json = await CliRun.RunAsync(["proxy", .. args, "--json"]);
        using var failed = JsonDocument.Parse(Assert.Single(json.OutLines));
        Assert.Equal("failed", failed.RootElement.GetProperty("event").GetString());
        Assert.Contains(words, failed.RootElement.GetProperty("detail").GetString());
    }

    [Fact]
    public async Task Empty_secret_must_be_refused() =>
        (await RunAsync(_folder.File("empty", " \n"u8))).MustFail(ExitCode.Usage, "is empty; it should contain the component's secret");

    [Theory]
    [InlineData("need --cluster-listen", "--cluster-seed", "127.0.0.1:1")]
    [InlineData("--cluster-listen needs --cluster-seed", "--cluster-listen", "127.0.0.1:1")]
    [InlineData("--cluster-listen cannot be 0.0.0.0 or [::]", "--cluster-listen", "0.0.0.0:1", "--cluster-seed", "127.0.0.1:1")]
    [InlineData(
        "--cluster-tls and --cluster-ca need each other", "--cluster-listen", "127.0.0.1:1", "--cluster-seed", "127.0.0.1:1", "--cluster-tls", "/nowhere")]
    [InlineData(
        "--cluster-tls /nowhere: no certificate with a private key",
        "--cluster-listen", "127.0.0.1:1", "--cluster-seed", "127.0.0.1:1", "--cluster-tls", "/nowhere", "--cluster-ca", "/nowhere")]
    public async Task Options_of_a_cluster_must_fit_together(string words, params string[] args) =>
        (await RunAsync(Secret, args)).MustFail(ExitCode.Usage, words);

    [Theory]
    [InlineData("0.0.0.0:0")]
    [InlineData("[::]:0")]
    public async Task Wildcard_address_must_not_be_offered_to_clients(string listen) =>
        (await RunAsync(Secret, "--listen", listen)).MustFail(ExitCode.Usage, "set --public HOST:PORT");

    [Fact]
    public async Task Unresolvable_name_must_be_reported() =>
        (await RunAsync(Secret, "--listen", "nowhere.invalid:7777")).MustFail(ExitCode.Usage, "the name cannot be resolved");

    [Fact]
    public async Task Component_without_a_parent_domain_must_require_an_access_list() =>
        (await CliRun.RunAsync("proxy", "--component", "proxy", "--server", "127.0.0.1:1", "--secret-file", Secret, "--listen", "127.0.0.1:0"))
            .MustFail(ExitCode.Usage, "set --allow");

    [Theory]
    [InlineData("actor-transfer.proxy.max-pair = 3", "actor-transfer.proxy.max-pair: unknown key; the nearest is actor-transfer.proxy.max-pairs")]
    [InlineData("proxy.max-pairs = 3", "proxy: unknown key; all keys are below actor-transfer")]
    [InlineData("actor-transfer.proxy.max-pairs = 0", "actor-transfer.proxy.max-pairs: 0 must be at least 1")]
    [InlineData("actor-transfer.proxy { idle = soon, max-pairs = 0 }", "actor-transfer.proxy.idle")]
    [InlineData("actor-transfer {", "proxy.conf: line 1: '{' is not closed")]
    [InlineData("actor-transfer.proxy.allow = [\"a@b/c\"]", "proxy.conf: ")]
    public async Task Invalid_configuration_must_be_reported(string hocon, string words)
    {
        var run = await RunAsync(Secret, "--config", _folder.File("proxy.conf", Encoding.UTF8.GetBytes(hocon)));

        run.MustFail(ExitCode.Usage, "invalid configuration: ");
        Assert.Contains(words, run.Error);
        Assert.Contains("proxy.conf", run.Error);
    }

    [Fact]
    public async Task Missing_configuration_must_be_reported() =>
        (await RunAsync(Secret, "--config", _folder["nowhere.conf"])).MustFail(ExitCode.Usage, "Could not find file");

    [Fact]
    public async Task Port_in_use_must_be_reported_with_an_exit_code()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();

        (await RunAsync(Secret, "--listen", other.LocalEndpoint.ToString()!, "--config", _folder.File("few.conf", "actor-transfer.proxy.max-pairs = 10"u8)))
            .MustFail(ExitCode.CannotListen, $"The proxy p.localhost cannot listen on {other.LocalEndpoint}: ");
    }

    [Fact]
    public async Task Too_few_descriptors_must_be_reported_at_the_start()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();

        var run = await RunAsync(
            Secret, "--listen", other.LocalEndpoint.ToString()!, "--config", _folder.File("many.conf", "actor-transfer.proxy.max-pairs = 2000000000"u8));

        Assert.Contains("files may be open at a time", run.Error);
    }

    [Fact]
    public async Task Help_must_list_options_and_every_exit_code()
    {
        var run = await CliRun.RunAsync("proxy", "--help");

        Assert.Equal((ExitCode.Done, ""), (run.Code, run.Error));
        string[] options = ["--component", "--server", "--secret-file", "--listen", "--public", "--allow", "--config", "--json", "--verbose"];
        Assert.All(options, option => Assert.Contains(option + " ", run.Out + " "));
        Assert.All(Enum.GetValues<ExitCode>(), code => Assert.Matches(@$"(?m)^ +{(int)code}  \w", run.Out));
        Assert.Contains("SIGHUP", run.Out);
    }

    private string Secret => _folder.File("secret", "open sesame\n"u8);

    private static Task<CliRun> RunAsync(string secret, params string[] more) =>
        CliRun.RunAsync(["proxy", "--component", "p.localhost", "--server", "127.0.0.1:1", "--secret-file", secret, "--listen", "127.0.0.1:0", .. more]);
}
