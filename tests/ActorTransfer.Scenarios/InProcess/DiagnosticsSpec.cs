using ActorTransfer.Extensibility;
using Microsoft.Extensions.DependencyInjection;

namespace ActorTransfer.Scenarios.InProcess;

/// <summary>A diagnosis of the in-process domain.</summary>
public sealed class DiagnosticsSpec
{
    private static readonly Jid Peer = LocalDomainHost.Receiver;

    [Fact]
    public async Task Diagnosis_must_test_every_method_and_report_which_one_would_be_used()
    {
        var chunks = Chunk.Outstanding;
        var steps = await DiagnoseAsync(LocalDomainHost.Direct, Peer);
        Assert.Equal(
            [
                "login", "services of local.test", "service proxy.local.test", "proxy proxy.local.test: address", "proxy proxy.local.test: connect",
                "proxy proxy.local.test: pair", "proxy proxy.local.test: activate", "proxy proxy.local.test: relay",
                "proxy proxy.local.test: echo", "direct address", $"peer {Peer}", "conclusion",
            ],
            steps.Where(step => !step.Detail.Contains("not offered", StringComparison.Ordinal)).Select(step => step.What));
        Assert.All(steps, step => Assert.True(step.Result is DiagnosticResult.Ok or DiagnosticResult.Info, $"{step}"));
        var conclusion = steps[^1];
        Assert.Contains("direct (the peer connects to 127.0.0.1 port", conclusion.Detail, StringComparison.Ordinal);
        Assert.Contains("then the proxy proxy.local.test", conclusion.Detail, StringComparison.Ordinal);
        Assert.Contains("then in-band", conclusion.Detail, StringComparison.Ordinal);
        Assert.Contains("would offer files by Jingle (the peer advertises it) and try", conclusion.Detail, StringComparison.Ordinal);
        Assert.Contains("supports stream initiation, file transfer", steps[^2].Detail, StringComparison.Ordinal);
        Assert.EndsWith("Jingle file transfer, Jingle SOCKS5 bytestreams, Jingle in-band bytestreams", steps[^2].Detail, StringComparison.Ordinal);
        Assert.Equal(chunks, Chunk.Outstanding);
    }

    [Theory]
    [InlineData("", "direct: this side does not listen")]
    [InlineData("actor-transfer.stream-host { enabled = on, bind = \"127.0.0.1\" }", "direct: no own address may be offered")]
    [InlineData(
        "actor-transfer { addresses.allow = [loopback], stream-host { enabled = on, bind = \"127.0.0.1\", offer-to = [other.test] } }",
        "direct: own addresses are not offered to")]
    public async Task Diagnosis_must_report_why_there_is_no_direct_method(string hocon, string why)
    {
        var conclusion = (await DiagnoseAsync(hocon, Peer))[^1];
        Assert.Equal(DiagnosticResult.Ok, conclusion.Result);
        Assert.Contains(why, conclusion.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Diagnosis_must_report_a_signalling_that_is_configured()
    {
        var conclusion = (await DiagnoseAsync("actor-transfer.initiator.signalling = si", Peer))[^1];
        Assert.Contains("would offer files by stream initiation (initiator.signalling) and try", conclusion.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Diagnosis_must_report_a_missing_proxy_and_continue()
    {
        var steps = await DiagnoseAsync("actor-transfer.discovery.proxies = [gone.local.test]", null);
        Assert.Equal(DiagnosticResult.Failed, Assert.Single(steps, step => step.What == "proxy gone.local.test: address").Result);
        Assert.Equal(DiagnosticResult.Ok, Assert.Single(steps, step => step.What == "proxy proxy.local.test: echo").Result);
        Assert.Contains("proxy gone.local.test: cancel/service-unavailable", steps[^1].Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Diagnosis_must_report_that_the_server_lists_no_proxy()
    {
        var conclusion = (await DiagnoseAsync("", Peer, withProxy: false))[^1];
        Assert.Equal(DiagnosticResult.Warning, conclusion.Result);
        Assert.Contains("proxy: the server lists none and none is configured", conclusion.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Diagnosis_must_fail_for_an_unknown_peer()
    {
        var steps = await DiagnoseAsync("", Jid.Parse("unknown@local.test/nowhere"));
        Assert.Equal(DiagnosticResult.Failed, Assert.Single(steps, step => step.What.StartsWith("peer ", StringComparison.Ordinal)).Result);
        Assert.Equal(DiagnosticResult.Failed, steps[^1].Result);
    }

    [Fact]
    public async Task Diagnosis_must_refuse_an_unknown_account()
    {
        await using var host = await LocalDomainHost.StartAsync();
        var diagnostics = host.Services.GetRequiredService<IDiagnostics>();
        await Assert.ThrowsAsync<ArgumentException>(async () => await diagnostics.RunAsync("unknown").GetAsyncEnumerator().MoveNextAsync());
    }

    private static async Task<List<DiagnosticStep>> DiagnoseAsync(string hocon, Jid? to, bool withProxy = true)
    {
        await using var host = await LocalDomainHost.StartAsync("actor-transfer.initiator.signalling = auto\n" + hocon, withProxy: withProxy);
        var steps = new List<DiagnosticStep>();
        await foreach (var step in host.Services.GetRequiredService<IDiagnostics>().RunAsync("iphone", to).WithCancellation(CancellationToken.None))
        {
            steps.Add(step);
        }

        return steps;
    }
}
