using ActorTransfer.Cli;
using ActorTransfer.Scenarios.Cli;
using ActorTransfer.Testing.Dns;

namespace ActorTransfer.Scenarios.Prosody;

/// <summary>Client accounts that are configured with their domain only and find its server by DNS.</summary>
public sealed class ServerLookUpSpec : IDisposable
{
    private const string Domain = "example.test";
    private const string StartTlsService = "_xmpp-client._tcp." + Domain;
    private const string DirectTlsService = "_xmpps-client._tcp." + Domain;
    private static readonly ProsodySetup WithTls = new() { Clients = true, Tls = true, MoreHosts = [Domain] };

    private readonly DnsResponder _dns = new();
    private readonly TestFolder _folder = new();

    public void Dispose()
    {
        _dns.Dispose();
        _folder.Dispose();
    }

    [ProsodyTheory]
    [InlineData(TlsMode.Required)]
    [InlineData(TlsMode.StartTls)]
    [InlineData(TlsMode.Direct)]
    public async Task Account_must_find_its_server_by_the_records_of_its_domain(TlsMode mode)
    {
        await using var server = await ProsodyServer.StartAsync(WithTls);
        _dns.Has(StartTlsService, (20, 0, server.ClientPort, "localhost")).Has(DirectTlsService, (10, 0, server.DirectTlsPort, "localhost"));
        await using var alice = await ClientHost.StartAsync(Address(server, mode) with { PinnedSha256 = server.Certificates!.Sha256 }, NameServer);
        await alice.LoggedAsync(
            mode == TlsMode.StartTls ? $"connects to localhost:{server.ClientPort};" : $"connects to localhost:{server.DirectTlsPort} by direct TLS");
    }

    [ProsodyFact]
    public async Task Server_that_moves_must_be_found_at_its_new_address()
    {
        await using var first = await ProsodyServer.StartAsync(WithTls);
        await using var second = await ProsodyServer.StartAsync(WithTls);
        _dns.Has(StartTlsService, ttl: 0, (0, 0, first.ClientPort, "localhost"));
        await using var alice = await ClientHost.StartAsync(
            Address(first, TlsMode.StartTls) with { Tls = TlsMode.StartTls, Roots = null, PinnedSha256 = first.Certificates!.Sha256 }, NameServer);
        _dns.Has(StartTlsService, ttl: 0, (0, 0, second.ClientPort, "localhost"));
        await first.CrashAsync();
        await alice.LoggedAsync($"connects to localhost:{second.ClientPort};");
    }

    /// <summary>Forged DNS records must not determine the name that the certificate is checked against.</summary>
    [ProsodyFact]
    public async Task Certificate_for_the_target_of_a_record_must_not_be_accepted_for_the_domain()
    {
        await using var server = await ProsodyServer.StartAsync(WithTls);
        _dns.Has(StartTlsService, (0, 0, server.ClientPort, "localhost"));
        var refused = await Assert.ThrowsAsync<EngineException>(() => ClientHost.StartAsync(Address(server, TlsMode.StartTls), NameServer));
        Assert.Contains(Domain, refused.Message, StringComparison.Ordinal);
        await using var asTheHost = await ClientHost.StartAsync(ClientHost.Address(server, "alice", TlsMode.StartTls));
    }

    [ProsodyFact]
    public async Task Diagnose_must_report_the_DNS_records_and_log_in_there()
    {
        await using var server = await ProsodyServer.StartAsync(WithTls);
        _dns.Has(StartTlsService, (20, 5, server.ClientPort, "localhost")).Has(DirectTlsService, (10, 0, 1, "localhost"));
        var run = await CliRun.RunAsync(
            "diagnose", "--account", $"alice@{Domain}", "--password-file", server.PasswordFile("alice"), "--name-server", _dns.EndPoint.ToString(),
            "--pin-certificate", server.Certificates!.Sha256);
        Assert.Contains(
            $"ok       servers of {Domain}: localhost:1 by direct TLS (priority 10, weight 0), localhost:{server.ClientPort} (priority 20, weight 5) (",
            run.Out, StringComparison.Ordinal);
        Assert.Contains($"ok       login: as alice@{Domain}/", run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Diagnose_must_fail_for_a_domain_whose_records_exclude_the_service()
    {
        _dns.Has(StartTlsService, (0, 0, 0, ".")).Has(DirectTlsService, (0, 0, 0, "."));
        var password = _folder.File("password", "x"u8);
        var run = await CliRun.RunAsync("diagnose", "--account", $"alice@{Domain}", "--password-file", password, "--name-server", _dns.EndPoint.ToString());
        Assert.Contains($"failed   servers of {Domain}: {Domain} has no XMPP service for clients", run.Out, StringComparison.Ordinal);
        run.MustFail(ExitCode.ServerUnreachable, "no XMPP service for clients");

        var receive = await CliRun.RunAsync(
            "receive", "--into", _folder["in"], "--account", $"alice@{Domain}", "--password-file", password, "--name-server", _dns.EndPoint.ToString(),
            "--json");
        Assert.Contains(
            "\"phase\":\"login\",\"side\":\"server\",\"reason\":\"service-unavailable\"", Assert.Single(receive.OutLines), StringComparison.Ordinal);
    }

    private string NameServer => $"actor-transfer.connection {{ name-servers = [\"{_dns.EndPoint}\"], reconnect-first = 10ms }}";

    private static ClientAccount Address(ProsodyServer server, TlsMode mode) => ClientHost.Address(server, "alice", mode) with
    {
        Jid = Jid.Parse($"alice@{Domain}/engine"),
        Host = null,
        Port = null,
    };
}
