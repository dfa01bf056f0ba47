using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using ActorTransfer.Cli;
using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Scenarios.Cli;
using ActorTransfer.Scenarios.Interop;
using ActorTransfer.Scenarios.Prosody;
using ActorTransfer.Testing.Links;

namespace ActorTransfer.Scenarios.Proxy;

/// <summary><c>actor-transfer proxy</c> as a process, connected to a Prosody: signals and restarts of the server.</summary>
public sealed class ProxyServiceSpec : IDisposable
{
    private const string AllowAll = "actor-transfer { proxy.allow = [\"*\"], connection { reconnect-first = 50ms, reconnect-most = 200ms } }";
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [ProsodyTheory]
    [InlineData(CliProcess.Interrupt)]
    [InlineData(CliProcess.Terminate)]
    public async Task Signal_must_refuse_new_pairs_and_let_active_ones_finish(int signal)
    {
        await using var server = await ProsodyServer.StartAsync(ProxyProcess.Setup);
        var (proxy, address) = await ProxyProcess.ReadyAsync(server, "--allow", ProsodyServer.Component);
        await using var process = proxy;
        await using var user = await ComponentUser.ConnectAsync(server);
        var (requester, target) = await user.PairAsync(address);
        await ComponentUser.ExpectRelayedAsync(requester, target, 1000);

        proxy.Signal(signal);

        Assert.Equal(1, (await proxy.EventAsync("draining")).GetProperty("pairs").GetInt32());
        Assert.Equal(("wait", "resource-constraint"), Condition(await user.AddressAsync<Answer.Error>()));
        await ComponentUser.ExpectRelayedAsync(requester, target, 1_000_000);
        await ComponentUser.ExpectRelayedAsync(target, requester, 1_000_000);
        requester.Shutdown(SocketShutdown.Send);
        Assert.Empty(await target.ReadToEndAsync());
        await ComponentUser.ExpectRelayedAsync(target, requester, 1000);
        target.Dispose();
        Assert.Empty(await requester.ReadToEndAsync());
        requester.Dispose();
        await proxy.EventAsync("stopped");
        Assert.Equal((int)ExitCode.Done, await proxy.EndAsync());
    }

    [ProsodyTheory]
    [InlineData("direct")]
    [InlineData("required")]
    public async Task Proxy_must_connect_through_a_TLS_terminator(string tls)
    {
        await using var server = await ProsodyServer.StartAsync(ProxyProcess.Setup);
        var certificates = TestCertificates.Make(_folder);
        await using var front = new ResettableRelay(server.ComponentPort, certificates);
        await using var proxy = ProxyProcess.Start(
            ["--component", ProsodyServer.Proxy, "--secret-file", server.SecretFile, "--server", $"localhost:{front.Port}"],
            "--allow", "*", "--tls", tls, "--ca-file", certificates.Authority);
        await proxy.EventAsync("ready");
        proxy.Signal(CliProcess.Terminate);
        Assert.Equal((int)ExitCode.Done, await proxy.EndAsync());
    }

    [ProsodyFact]
    public async Task Proxy_must_not_connect_to_a_server_with_an_untrusted_certificate()
    {
        await using var server = await ProsodyServer.StartAsync(ProxyProcess.Setup);
        await using var front = new ResettableRelay(server.ComponentPort, TestCertificates.Make(_folder));
        (await CliRun.RunAsync(
            "proxy", "--listen", "127.0.0.1:0", "--tls", "direct", "--config", _folder.File("few.conf", "actor-transfer.proxy.max-pairs = 10"u8),
            "--component", ProsodyServer.Proxy, "--secret-file", server.SecretFile, "--server", $"localhost:{front.Port}"))
            .MustFail(ExitCode.CertificateNotTrusted, "certificate is not trusted");
    }

    [ProsodyFact]
    public async Task Second_signal_must_end_the_proxy_at_once()
    {
        await using var server = await ProsodyServer.StartAsync(ProxyProcess.Setup);
        var (proxy, address) = await ProxyProcess.ReadyAsync(server, "--allow", "*");
        await using var process = proxy;
        await using var user = await ComponentUser.ConnectAsync(server);
        var (requester, target) = await user.PairAsync(address);
        proxy.Signal(CliProcess.Terminate);
        await proxy.EventAsync("draining");

        proxy.Signal(CliProcess.Terminate);

        Assert.NotEqual(0, await proxy.EndAsync());
        requester.Dispose();
        target.Dispose();
    }

    [ProsodyFact]
    public async Task Reload_must_apply_another_access_list_and_an_invalid_file_must_change_nothing()
    {
        await using var server = await ProsodyServer.StartAsync(ProxyProcess.Setup);
        var file = Config("actor-transfer.proxy.allow = [\"someone@localhost\"]");
        var (proxy, _) = await ProxyProcess.ReadyAsync(server, "--config", file);
        await using var process = proxy;
        await using var user = await ComponentUser.ConnectAsync(server);
        Assert.Equal(("auth", "forbidden"), Condition(await user.AddressAsync<Answer.Error>()));

        Config($"actor-transfer.proxy.allow = [{ProsodyServer.Component}]");
        proxy.Signal(CliProcess.HangUp);
        Assert.Equal(ProsodyServer.Component, (await proxy.EventAsync("reloaded")).GetProperty("allow")[0].GetString());
        Assert.IsType<Answer.Result>(await user.AddressAsync());

        Config("actor-transfer.proxy { allow = [\"someone@localhost\"], max-pairs = none }");
        proxy.Signal(CliProcess.HangUp);
        await proxy.ErrorLineAsync("the configuration is unchanged");
        await proxy.ErrorLineAsync("proxy.max-pairs");
        Assert.IsType<Answer.Result>(await user.AddressAsync());

        File.Delete(file);
        proxy.Signal(CliProcess.HangUp);
        await proxy.ErrorLineAsync("Could not find file");
        Assert.IsType<Answer.Result>(await user.AddressAsync());
    }

    [ProsodyFact]
    public async Task Reload_must_apply_other_limits_and_rates_to_active_pairs_too()
    {
        await using var server = await ProsodyServer.StartAsync(ProxyProcess.Setup);
        var file = Config("actor-transfer.proxy.rate-total = 1KiB");
        var (proxy, address) = await ProxyProcess.ReadyAsync(server, "--config", file, "--allow", "*");
        await using var process = proxy;
        await using var user = await ComponentUser.ConnectAsync(server);
        var (requester, target) = await user.PairAsync(address);

        Config("actor-transfer.proxy { rate-total = 1GiB, max-pairs = 1 }");
        proxy.Signal(CliProcess.HangUp);
        await proxy.EventAsync("reloaded");

        await ComponentUser.ExpectRelayedAsync(requester, target, 1_000_000);
        Assert.Equal(("wait", "resource-constraint"), Condition(await user.AddressAsync<Answer.Error>()));
        requester.Dispose();
        target.Dispose();
        await proxy.ErrorLineAsync("bytes"); // the log line of the pair

        Config("actor-transfer.proxy.max-pairs = 2000000000");
        proxy.Signal(CliProcess.HangUp);
        await proxy.ErrorLineAsync("files may be open at a time");
    }

    [ProsodyFact]
    public async Task Users_of_the_command_line_must_override_those_of_the_file()
    {
        await using var server = await ProsodyServer.StartAsync(ProxyProcess.Setup);
        var file = Config("actor-transfer.proxy.allow = [\"someone@localhost\"]");
        await using var proxy = ProxyProcess.Start(server.Options(ProsodyServer.Proxy), "--config", file, "--allow", ProsodyServer.Component);
        await using var user = await ComponentUser.ConnectAsync(server);
        Assert.Equal(ProsodyServer.Component, Assert.Single((await proxy.EventAsync("ready")).GetProperty("allow").EnumerateArray()).GetString());
        Assert.IsType<Answer.Result>(await user.AddressAsync());

        proxy.Signal(CliProcess.HangUp);
        Assert.Equal(ProsodyServer.Component, Assert.Single((await proxy.EventAsync("reloaded")).GetProperty("allow").EnumerateArray()).GetString());
        Assert.IsType<Answer.Result>(await user.AddressAsync());
    }

    [ProsodyFact]
    public async Task Proxy_must_reconnect_after_a_restart_of_the_server_and_keep_its_active_pairs()
    {
        await using var server = await ProsodyServer.StartAsync(ProxyProcess.Setup);
        var (proxy, address) = await ProxyProcess.ReadyAsync(server, "--config", Config(AllowAll));
        await using var process = proxy;
        await using var user = await ComponentUser.ConnectAsync(server);
        var (requester, target) = await user.PairAsync(address);

        await server.CrashAsync();

        Assert.Equal("lost", (await proxy.EventAsync("connection")).Text("state"));
        await ComponentUser.ExpectRelayedAsync(requester, target, 1_000_000);
        await server.RestartAsync();
        await proxy.EventAsync("connection", link => link.Text("state") == "up");
        await user.AddressAsync<Answer.Result>();
        var (another, end) = await user.PairAsync(address);
        await ComponentUser.ExpectRelayedAsync(another, end, 1000);
        await ComponentUser.ExpectRelayedAsync(target, requester, 1_000_000);
        Array.ForEach([requester, target, another, end], socket => socket.Dispose());
    }

    [ProsodyFact]
    public async Task Proxy_out_of_file_descriptors_must_keep_relaying_and_accept_again_later()
    {
        const int Limit = 400;
        await using var server = await ProsodyServer.StartAsync(ProxyProcess.Setup);
        await using var proxy = PeerProcess.Ours(
            ["prlimit", $"--nofile={Limit}:{Limit}"], null, ["proxy", .. server.Options(ProsodyServer.Proxy), "--listen", "127.0.0.1:0", "--allow", "*"]);
        var address = ProxyProcess.AddressOf(await proxy.EventAsync("ready"));
        await using var user = await ComponentUser.ConnectAsync(server);
        var (requester, target) = await user.PairAsync(address);

        Socket[] clients = [.. Enumerable.Range(0, Limit).Select(_ => new Socket(SocketType.Stream, ProtocolType.Tcp))];
        await Task.WhenAll(clients.Select(socket => socket.ConnectAsync(address)));
        await proxy.ErrorLineAsync("is out of file descriptors");
        await ComponentUser.ExpectRelayedAsync(requester, target, 1_000_000);
        await ComponentUser.ExpectRelayedAsync(target, requester, 1_000_000);
        Array.ForEach(clients, socket => socket.Dispose());

        var (another, end) = await user.PairAsync(address);
        await ComponentUser.ExpectRelayedAsync(another, end, 1_000_000);
        await ComponentUser.ExpectRelayedAsync(target, requester, 1_000_000);
        Array.ForEach([requester, target, another, end], socket => socket.Dispose());
    }

    [ProsodyFact]
    public async Task Proxy_must_wait_for_a_server_that_is_not_running_yet()
    {
        await using var server = await ProsodyServer.StartAsync(ProxyProcess.Setup);
        await server.CrashAsync();
        await using var proxy = ProxyProcess.Start(server.Options(ProsodyServer.Proxy), "--config", Config(AllowAll));
        Assert.Contains("cannot connect", (await proxy.EventAsync("connection")).Text("reason"));

        await server.RestartAsync();

        await proxy.EventAsync("ready");
        proxy.Signal(CliProcess.Terminate);
        Assert.Equal((int)ExitCode.Done, await proxy.EndAsync());
    }

    [ProsodyFact]
    public async Task Final_refusal_must_end_the_proxy_with_a_message_and_an_exit_code()
    {
        await using var server = await ProsodyServer.StartAsync(ProxyProcess.Setup);
        string[] options = ["proxy", "--listen", "127.0.0.1:0", "--config", Config("actor-transfer.proxy.max-pairs = 10")];

        (await CliRun.RunAsync([.. options, .. server.Options(ProsodyServer.Proxy, server.WrongSecretFile)]))
            .MustFail(ExitCode.ServerRefused, "refused the secret");
        (await CliRun.RunAsync([.. options, .. server.Options("unknown.localhost")]))
            .MustFail(ExitCode.ServerRefused, "unknown.localhost");
        var json = await CliRun.RunAsync([.. options, .. server.Options(ProsodyServer.Proxy, server.WrongSecretFile), "--json"]);
        using var failed = JsonDocument.Parse(Assert.Single(json.OutLines));
        Assert.Equal(
            ("failed", "server", "server-refused"), (failed.RootElement.Text("event"), failed.RootElement.Text("side"), failed.RootElement.Text("reason")));
    }

    [ProsodyFact]
    public async Task Text_lines_must_report_readiness_and_end()
    {
        await using var server = await ProsodyServer.StartAsync(ProxyProcess.Setup);
        using var proxy = new CliProcess(["proxy", .. server.Options(ProsodyServer.Proxy), "--listen", "127.0.0.1:0", "--public", "proxy.example.org:0"]);

        var ready = await proxy.LineAsync(line => line.Contains("Ready"));
        proxy.Signal(CliProcess.Terminate);
        var (code, output, _) = await proxy.EndAsync();

        Assert.Matches(
            @"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ Ready as proxy\.localhost, listening on 127\.0\.0\.1:(\d+); public: proxy\.example\.org:\1; "
            + @"allowed: localhost and its users \(the default; change it with --allow\)$",
            ready);
        Assert.Equal((int)ExitCode.Done, code);
        Assert.EndsWith("Stopped\n", output);
    }

    private string Config(string hocon) => _folder.File("proxy.conf", Encoding.UTF8.GetBytes(hocon));

    private static (string Type, string Condition) Condition(Answer.Error error) => (error.Stanza.Type.ToString().ToLowerInvariant(), error.Stanza.Condition);
}
