using System.Net;
using ActorTransfer.Cli;
using ActorTransfer.Scenarios.Interop;
using ActorTransfer.Scenarios.Proxy;

namespace ActorTransfer.Scenarios.Cli;

/// <summary>The option <c>--page</c>.</summary>
public sealed class PageSpec
{
    [Theory]
    [InlineData("0.0.0.0:8080")]
    [InlineData("[::]:8080")]
    [InlineData("192.0.2.1:8080")]
    public async Task Page_must_be_served_on_loopback_only(string at) =>
        (await CliRun.RunAsync([.. Proxy, "--page", at])).MustFail(ExitCode.Usage, "is not a loopback address");

    [Theory]
    [InlineData("here")]
    [InlineData("127.0.0.1")]
    [InlineData("example.org:8080")]
    [InlineData("70000")]
    public async Task Page_needs_an_address_with_a_port(string at) =>
        (await CliRun.RunAsync([.. Proxy, "--page", at])).MustFail(ExitCode.Usage, "is not a valid address for the page");

    [Fact]
    public async Task Proxy_must_serve_its_page_until_it_ends()
    {
        using var server = new ComponentServer();
        using var folder = new TestFolder();
        using var proxy = new CliProcess(
            "proxy", "--component", ComponentServer.Proxy, "--server", $"{server.EndPoint}", "--secret-file", folder.File("secret", "sesame"u8),
            "--listen", "127.0.0.1:0", "--allow", "local.test", "--page", "0");
        await server.AcceptAsync();
        const string before = "Live page at ";
        var line = await proxy.LineAsync(line => line.Contains(before, StringComparison.Ordinal));
        using var http = new HttpClient();
        var page = await http.GetStringAsync(line[(line.IndexOf(before, StringComparison.Ordinal) + before.Length)..]);
        Assert.Contains("<title>Transfers</title>", page, StringComparison.Ordinal);
        proxy.Signal(CliProcess.Terminate);
        Assert.Equal((int)ExitCode.Done, (await proxy.EndAsync()).Code);
        Assert.Empty(proxy.Leftovers);
    }

    private static string[] Proxy =>
        ["proxy", "--component", "proxy.example.org", "--server", "127.0.0.1:1", "--secret-file", "none", "--listen", "127.0.0.1:0"];
}
