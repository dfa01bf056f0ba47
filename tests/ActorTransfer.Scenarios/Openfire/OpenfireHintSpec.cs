using System.Net;
using ActorTransfer.Scenarios.Cli;
using ActorTransfer.Scenarios.Interop;
using ActorTransfer.Scenarios.Prosody;
using Microsoft.Extensions.DependencyInjection;

namespace ActorTransfer.Scenarios.Openfire;

/// <summary>The hint of a diagnosis about a proxy that may hash a JID without a node as Openfire does.</summary>
public sealed class OpenfireHintSpec
{
    private const string Component = "files.local.test";

    [Theory]
    [InlineData(Component, null, "this side sends as files.local.test, which has no node. Openfire's proxy", "send as user@files.local.test/resource")]
    [InlineData("iphone", Component, "files.local.test has no node. Openfire's proxy", "send to user@files.local.test/resource")]
    public async Task Diagnosis_must_hint_at_a_JID_without_a_node_when_a_proxy_refuses_its_hash(string account, string? to, string hint, string advice)
    {
        var step = await ConnectStepAsync(new OpenfireProxy { Knows = _ => false }, account, to);
        Assert.Equal(DiagnosticResult.Failed, step.Result);
        Assert.Contains("refused the connection", step.Detail, StringComparison.Ordinal);
        Assert.Contains(hint, step.Detail, StringComparison.Ordinal);
        Assert.Contains(advice, step.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Diagnosis_must_not_hint_when_both_JIDs_have_all_parts()
    {
        var step = await ConnectStepAsync(new OpenfireProxy { Knows = _ => false }, "iphone", "files@local.test/in");
        Assert.Equal(DiagnosticResult.Failed, step.Result);
        Assert.DoesNotContain("Hint", step.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Diagnosis_must_not_hint_when_a_proxy_accepts_the_hash_with_nulls()
    {
        // The first request uses the hash over the unchanged JID.
        var proxy = new OpenfireProxy();
        string? first = null;
        proxy.Knows = hash => hash != (Interlocked.CompareExchange(ref first, hash, null) ?? hash);
        var step = await ConnectStepAsync(proxy, Component, null);
        Assert.Equal(DiagnosticResult.Ok, step.Result);
        Assert.NotNull(first);
    }

    /// <summary>A proxy that cannot be reached has not refused a hash.</summary>
    [Fact]
    public async Task Diagnosis_must_not_hint_when_a_proxy_cannot_be_reached()
    {
        var proxy = new OpenfireProxy();
        proxy.StopListening();
        var step = await ConnectStepAsync(proxy, Component, null);
        Assert.Equal(DiagnosticResult.Failed, step.Result);
        Assert.DoesNotContain("Hint", step.Detail, StringComparison.Ordinal);
    }

    [ProsodyFact]
    public async Task Command_line_must_print_the_hint_for_a_receiver_that_is_a_component()
    {
        await using var server = await ProsodyServer.StartAsync(new ProsodySetup { Clients = true, ProxyAddress = ProsodySetup.UnusedAddress });
        await using var proxy = new OpenfireProxy(new IPEndPoint(IPAddress.Parse(ProsodySetup.UnusedAddress), server.ProxyPort)) { Knows = _ => false };
        await using var component = await EmbeddedHost.ComponentAsync(server);
        string[] args =
        [
            "diagnose", "--to", ProsodyServer.Component, "--account", "alice@localhost/out", "--password-file", server.PasswordFile("alice"),
            "--host", "127.0.0.1", "--port", $"{server.ClientPort}", "--tls", "off", "--allow-addresses", "loopback",
        ];

        var run = await CliRun.RunAsync(args);

        Assert.Contains($"Hint: {ProsodyServer.Component} has no node. Openfire's proxy may refuse such addresses", run.Out, StringComparison.Ordinal);
        Assert.Contains($"peer {ProsodyServer.Component}", run.Out, StringComparison.Ordinal);
    }

    private static async Task<DiagnosticStep> ConnectStepAsync(OpenfireProxy proxy, string account, string? to)
    {
        await using var host = await OpenfireHost.StartAsync(proxy, Jid.Parse(Component));
        var diagnostics = host.Users.Services.GetRequiredService<IDiagnostics>();
        await foreach (var step in diagnostics.RunAsync(account, to is null ? null : Jid.Parse(to)))
        {
            if (step.What == $"proxy {OpenfireService.Address}: connect")
            {
                return step;
            }
        }

        throw new InvalidOperationException("The proxy was not tried.");
    }
}
