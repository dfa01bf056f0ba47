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

/// <summary><c>actor-transfer proxy</c> as a process of its own, joined to a Prosody: signals, and what happens when a server goes and comes.</summary>
public sealed class ProxyServiceSpec : IDisposable
{
    private const string Everybody = "actor-transfer { proxy.allow = [\"*\"], connection { reconnect-first = 50ms, reconnect-most = 200ms } }";
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [ProsodyTheory]
    [InlineData(CliProcess.Interrupt)]
    [InlineData(CliProcess.Terminate)]
    public async Task A_signal_must_refuse_new_pairs_and_let_running_ones_finish(int signal)
    {
        await using var server = await ProsodyServer.StartAsync(OurProxy.Setup);
        var (proxy, address) = await OurProxy.ReadyAsync(server, "--allow", ProsodyServer.Component);
        await using var process = proxy;
        await using var user = await ComponentUser.JoinAsync(server);
        var (requester, target) = await user.PairAsync(address);
        await ComponentUser.MustReachAsync(requester, target, 1000);

        proxy.Signal(signal);

        Assert.Equal(1, (await proxy.EventAsync("draining")).GetProperty("pairs").GetInt32());
        Assert.Equal(("wait", "resource-constraint"), Condition(await user.AddressAsync<Answer.Error>()));
        await ComponentUser.MustReachAsync(requester, target, 1_000_000);
        await ComponentUser.MustReachAsync(target, requester, 1_000_000);
        requester.Shutdown(SocketShutdown.Send);
        Assert.Empty(await target.ReadToEndAsync());
        await ComponentUser.MustReachAsync(target, requester, 1000);
        target.Dispose();
        Assert.Empty(await requester.ReadToEndAsync());
        requester.Dispose();
        await proxy.EventAsync("stopped");
        Assert.Equal((int)ExitCode.Done, await proxy.EndAsync());
    }

    [ProsodyTheory]
    [InlineData("direct")]
    [InlineData("required")]
    public async Task The_proxy_must_join_where_TLS_ends_before_the_server(string tls)
    {
        await using var server = await ProsodyServer.StartAsync(OurProxy.Setup);
        var certificates = TestCertificates.Make(_folder);
        await using var front = new CuttableRelay(server.ComponentPort, certificates);
        await using var proxy = OurProxy.Start(
            ["--component", ProsodyServer.Proxy, "--secret-file", server.SecretFile, "--server", $"localhost:{front.Port}"],
            "--allow", "*", "--tls", tls, "--ca-file", certificates.Authority);
        await proxy.EventAsync("ready");
        proxy.Signal(CliProcess.Terminate);
        Assert.Equal((int)ExitCode.Done, await proxy.EndAsync());
    }

    [ProsodyFact]
    public async Task A_server_whose_certificate_is_not_trusted_must_not_be_joined()
    {
        await using var server = await ProsodyServer.StartAsync(OurProxy.Setup);
        await using var front = new CuttableRelay(server.ComponentPort, TestCertificates.Make(_folder));
        (await CliRun.RunAsync(
            "proxy", "--listen", "127.0.0.1:0", "--tls", "direct", "--config", _folder.File("few.conf", "actor-transfer.proxy.max-pairs = 10"u8),
            "--component", ProsodyServer.Proxy, "--secret-file", server.SecretFile, "--server", $"localhost:{front.Port}"))
            .MustFail(ExitCode.CertificateNotTrusted, "certificate is not trusted");
    }

    [ProsodyFact]
    public async Task A_second_signal_must_end_at_once()
    {
        await using var server = await ProsodyServer.StartAsync(OurProxy.Setup);
        var (proxy, address) = await OurProxy.ReadyAsync(server, "--allow", "*");
        await using var process = proxy;
        await using var user = await ComponentUser.JoinAsync(server);
        var (requester, target) = await user.PairAsync(address);
        proxy.Signal(CliProcess.Terminate);
        await proxy.EventAsync("draining");

        proxy.Signal(CliProcess.Terminate);

        Assert.NotEqual(0, await proxy.EndAsync());
        requester.Dispose();
        target.Dispose();
    }

    [ProsodyFact]
    public async Task A_hang_up_must_put_another_list_of_users_in_force_and_a_bad_file_must_change_nothing()
    {
        await using var server = await ProsodyServer.StartAsync(OurProxy.Setup);
        var file = Config("actor-transfer.proxy.allow = [\"someone@localhost\"]");
        var (proxy, _) = await OurProxy.ReadyAsync(server, "--config", file);
        await using var process = proxy;
        await using var user = await ComponentUser.JoinAsync(server);
        Assert.Equal(("auth", "forbidden"), Condition(await user.AddressAsync<Answer.Error>()));

        Config($"actor-transfer.proxy.allow = [{ProsodyServer.Component}]");
        proxy.Signal(CliProcess.HangUp);
        Assert.Equal(ProsodyServer.Component, (await proxy.EventAsync("reloaded")).GetProperty("allow")[0].GetString());
        Assert.IsType<Answer.Result>(await user.AddressAsync());

        Config("actor-transfer.proxy { allow = [\"someone@localhost\"], max-pairs = none }");
        proxy.Signal(CliProcess.HangUp);
        await proxy.ComplaintAsync("the configuration is unchanged");
        await proxy.ComplaintAsync("proxy.max-pairs");
        Assert.IsType<Answer.Result>(await user.AddressAsync());

        File.Delete(file);
        proxy.Signal(CliProcess.HangUp);
        await proxy.ComplaintAsync("Could not find file");
        Assert.IsType<Answer.Result>(await user.AddressAsync());
    }

    [ProsodyFact]
    public async Task A_hang_up_must_put_other_limits_and_rates_in_force_for_running_pairs_too()
    {
        await using var server = await ProsodyServer.StartAsync(OurProxy.Setup);
        var file = Config("actor-transfer.proxy.rate-total = 1KiB");
        var (proxy, address) = await OurProxy.ReadyAsync(server, "--config", file, "--allow", "*");
        await using var process = proxy;
        await using var user = await ComponentUser.JoinAsync(server);
        var (requester, target) = await user.PairAsync(address);

        Config("actor-transfer.proxy { rate-total = 1GiB, max-pairs = 1 }");
        proxy.Signal(CliProcess.HangUp);
        await proxy.EventAsync("reloaded");

        await ComponentUser.MustReachAsync(requester, target, 1_000_000);
        Assert.Equal(("wait", "resource-constraint"), Condition(await user.AddressAsync<Answer.Error>()));
        requester.Dispose();
        target.Dispose();
        await proxy.ComplaintAsync("bytes"); // the audit line

        Config("actor-transfer.proxy.max-pairs = 2000000000");
        proxy.Signal(CliProcess.HangUp);
        await proxy.ComplaintAsync("files may be open at a time");
    }

    [ProsodyFact]
    public async Task Users_of_the_command_line_must_win_over_those_of_the_file()
    {
        await using var server = await ProsodyServer.StartAsync(OurProxy.Setup);
        var file = Config("actor-transfer.proxy.allow = [\"someone@localhost\"]");
        await using var proxy = OurProxy.Start(server.Options(ProsodyServer.Proxy), "--config", file, "--allow", ProsodyServer.Component);
        await using var user = await ComponentUser.JoinAsync(server);
        Assert.Equal(ProsodyServer.Component, Assert.Single((await proxy.EventAsync("ready")).GetProperty("allow").EnumerateArray()).GetString());
        Assert.IsType<Answer.Result>(await user.AddressAsync());

        proxy.Signal(CliProcess.HangUp);
        Assert.Equal(ProsodyServer.Component, Assert.Single((await proxy.EventAsync("reloaded")).GetProperty("allow").EnumerateArray()).GetString());
        Assert.IsType<Answer.Result>(await user.AddressAsync());
    }

    [ProsodyFact]
    public async Task A_server_that_goes_and_comes_back_must_find_the_proxy_again_and_pairs_must_run_meanwhile()
    {
        await using var server = await ProsodyServer.StartAsync(OurProxy.Setup);
        var (proxy, address) = await OurProxy.ReadyAsync(server, "--config", Config(Everybody));
        await using var process = proxy;
        await using var user = await ComponentUser.JoinAsync(server);
        var (requester, target) = await user.PairAsync(address);

        await server.CrashAsync();

        Assert.Equal("lost", (await proxy.EventAsync("connection")).Text("state"));
        await ComponentUser.MustReachAsync(requester, target, 1_000_000);
        await server.RestartAsync();
        await proxy.EventAsync("connection", link => link.Text("state") == "up");
        await user.AddressAsync<Answer.Result>();
        var (another, end) = await user.PairAsync(address);
        await ComponentUser.MustReachAsync(another, end, 1000);
        await ComponentUser.MustReachAsync(target, requester, 1_000_000);
        Array.ForEach([requester, target, another, end], socket => socket.Dispose());
    }

    [ProsodyFact]
    public async Task A_proxy_that_has_no_descriptors_left_must_relay_on_and_accept_again_when_it_has()
    {
        const int Limit = 400;
        await using var server = await ProsodyServer.StartAsync(OurProxy.Setup);
        await using var proxy = PeerProcess.Ours(
            ["prlimit", $"--nofile={Limit}:{Limit}"], null, ["proxy", .. server.Options(ProsodyServer.Proxy), "--listen", "127.0.0.1:0", "--allow", "*"]);
        var address = OurProxy.AddressOf(await proxy.EventAsync("ready"));
        await using var user = await ComponentUser.JoinAsync(server);
        var (requester, target) = await user.PairAsync(address);

        Socket[] crowd = [.. Enumerable.Range(0, Limit).Select(_ => new Socket(SocketType.Stream, ProtocolType.Tcp))];
        await Task.WhenAll(crowd.Select(socket => socket.ConnectAsync(address)));
        await proxy.ComplaintAsync("is out of file descriptors");
        await ComponentUser.MustReachAsync(requester, target, 1_000_000);
        await ComponentUser.MustReachAsync(target, requester, 1_000_000);
        Array.ForEach(crowd, socket => socket.Dispose());

        var (another, end) = await user.PairAsync(address);
        await ComponentUser.MustReachAsync(another, end, 1_000_000);
        await ComponentUser.MustReachAsync(target, requester, 1_000_000);
        Array.ForEach([requester, target, another, end], socket => socket.Dispose());
    }

    [ProsodyFact]
    public async Task A_server_that_is_not_there_yet_must_be_waited_for()
    {
        await using var server = await ProsodyServer.StartAsync(OurProxy.Setup);
        await server.CrashAsync();
        await using var proxy = OurProxy.Start(server.Options(ProsodyServer.Proxy), "--config", Config(Everybody));
        Assert.Contains("cannot connect", (await proxy.EventAsync("connection")).Text("why"));

        await server.RestartAsync();

        await proxy.EventAsync("ready");
        proxy.Signal(CliProcess.Terminate);
        Assert.Equal((int)ExitCode.Done, await proxy.EndAsync());
    }

    [ProsodyFact]
    public async Task A_refusal_that_is_final_must_end_it_with_a_word_and_a_code()
    {
        await using var server = await ProsodyServer.StartAsync(OurProxy.Setup);
        string[] options = ["proxy", "--listen", "127.0.0.1:0", "--config", Config("actor-transfer.proxy.max-pairs = 10")];

        (await CliRun.RunAsync([.. options, .. server.Options(ProsodyServer.Proxy, server.WrongSecretFile)]))
            .MustFail(ExitCode.ServerRefused, "refused the secret");
        (await CliRun.RunAsync([.. options, .. server.Options("unknown.localhost")]))
            .MustFail(ExitCode.ServerRefused, "unknown.localhost");
        var json = await CliRun.RunAsync([.. options, .. server.Options(ProsodyServer.Proxy, server.WrongSecretFile), "--json"]);
        using var failed = JsonDocument.Parse(Assert.Single(json.OutLines));
        Assert.Equal(("failed", "server", "server-refused"), (failed.RootElement.Text("event"), failed.RootElement.Text("side"), failed.RootElement.Text("reason")));
    }

    [ProsodyFact]
    public async Task Lines_for_people_must_say_when_it_is_ready_and_when_it_ends()
    {
        await using var server = await ProsodyServer.StartAsync(OurProxy.Setup);
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
