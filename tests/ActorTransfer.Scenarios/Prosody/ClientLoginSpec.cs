using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using ActorTransfer.Actors.Connections;

namespace ActorTransfer.Scenarios.Prosody;

/// <summary>Client accounts at Prosody.</summary>
public sealed class ClientLoginSpec : IDisposable
{
    private static readonly ProsodySetup Clear = new() { Clients = true };
    private static readonly ProsodySetup Secure = new() { Clients = true, Tls = true };

    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [ProsodyFact]
    public async Task File_must_be_transferred_between_two_local_clients_without_encryption()
    {
        await using var server = await ProsodyServer.StartAsync(Clear);
        await using var alice = await ClientHost.StartAsync(ClientHost.Address(server, "alice"));
        await using var bob = await ClientHost.StartAsync(ClientHost.Address(server, "bob"));

        await TransferAsync(alice, bob);
    }

    [ProsodyTheory]
    [InlineData(TlsMode.Required)]
    [InlineData(TlsMode.StartTls)]
    [InlineData(TlsMode.Direct)]
    public async Task File_must_be_transferred_between_two_clients_with_TLS(TlsMode mode)
    {
        await using var server = await ProsodyServer.StartAsync(Secure);
        await using var alice = await ClientHost.StartAsync(ClientHost.Address(server, "alice", mode));
        await using var bob = await ClientHost.StartAsync(ClientHost.Address(server, "bob", mode));

        await TransferAsync(alice, bob);
    }

    [ProsodyFact]
    public async Task Port_of_direct_TLS_must_be_detected_when_encryption_is_required()
    {
        await using var server = await ProsodyServer.StartAsync(Secure);
        await using var alice = await ClientHost.StartAsync(ClientHost.Address(server, "alice", TlsMode.Required) with { Port = server.DirectTlsPort });
    }

    /// <summary>Prosody 0.12 supports channel binding by the Finished message of TLS 1.2, and none in TLS 1.3.</summary>
    [ProsodyTheory]
    [InlineData("internal_hashed", "tlsv1_2", "SCRAM-SHA-1-PLUS")]
    [InlineData("internal_hashed", "tlsv1_3", "SCRAM-SHA-1")]
    [InlineData("internal_plain", "tlsv1_2", "SCRAM-SHA-256-PLUS")]
    [InlineData("internal_plain", "tlsv1_3", "SCRAM-SHA-256")]
    public async Task Strongest_mechanism_must_be_used(string authentication, string version, string mechanism)
    {
        await using var server = await ProsodyServer.StartAsync(Secure with { TlsVersion = version, Authentication = authentication });
        await using var alice = await ClientHost.StartAsync(ClientHost.Address(server, "alice"));
        await alice.LoggedAsync($"logged in by {mechanism},"); // the log event follows the login
        Assert.DoesNotContain(alice.Log, line => line.Contains(ProsodyServer.PasswordOf("alice"), StringComparison.Ordinal));
    }

    [ProsodyTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Wrong_password_must_end_the_wait_for_the_login(bool tls)
    {
        await using var server = await ProsodyServer.StartAsync(tls ? Secure : Clear);

        var refused = await Assert.ThrowsAsync<EngineException>(
            () => ClientHost.StartAsync(ClientHost.Address(server, "alice") with { Password = "open barley" }));

        Assert.True(refused.ForGood);
        Assert.Contains("not-authorized", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("barley", refused.Message, StringComparison.Ordinal);
    }

    [ProsodyFact]
    public async Task Password_must_not_be_sent_to_a_server_with_an_untrusted_certificate()
    {
        await using var server = await ProsodyServer.StartAsync(Secure);
        var address = ClientHost.Address(server, "alice", TlsMode.StartTls) with { Roots = null };

        var refused = await Assert.ThrowsAsync<EngineException>(() => ClientHost.StartAsync(address));
        Assert.Contains("not trusted", refused.Message, StringComparison.Ordinal);

        var other = await Assert.ThrowsAsync<EngineException>(() => ClientHost.StartAsync(address with { PinnedSha256 = new string('0', 64) }));
        Assert.Contains(server.Certificates!.Sha256, other.Message, StringComparison.Ordinal);

        await using var alice = await ClientHost.StartAsync(address with { PinnedSha256 = server.Certificates!.Sha256 });
    }

    /// <summary>RFC 5929 §4.1 defines no end-point binding for RSA-PSS; in TLS 1.2 the handshake binds.</summary>
    [ProsodyTheory]
    [InlineData("RsaPss", "tlsv1_2", "SCRAM-SHA-256-PLUS")]
    [InlineData("RsaPss", "tlsv1_3", "SCRAM-SHA-256")]
    [InlineData("SrvName", "tlsv1_3", "SCRAM-SHA-256")]
    public async Task Login_must_succeed_with_an_unusual_certificate(string kind, string version, string mechanism)
    {
        await using var server = await ProsodyServer.StartAsync(Secure with { Certificate = Enum.Parse<CertificateKind>(kind), TlsVersion = version });
        await using var alice = await ClientHost.StartAsync(ClientHost.Address(server, "alice"));
        await alice.LoggedAsync($"logged in by {mechanism},");
        await using var pinned = await ClientHost.StartAsync(
            ClientHost.Address(server, "bob") with { Roots = null, PinnedSha256 = server.Certificates!.Sha256 });
    }

    [ProsodyTheory]
    [InlineData(TlsMode.Required)]
    [InlineData(TlsMode.StartTls)]
    [InlineData(TlsMode.Direct)]
    public async Task Login_without_encryption_must_fail_unless_it_is_allowed(TlsMode mode)
    {
        await using var server = await ProsodyServer.StartAsync(Clear);
        await Assert.ThrowsAsync<EngineException>(() => ClientHost.StartAsync(ClientHost.Address(server, "alice", mode) with { Port = server.ClientPort }));
    }

    [ProsodyFact]
    public async Task Login_with_the_same_resource_must_end_the_other_connection_for_good()
    {
        await using var server = await ProsodyServer.StartAsync(Clear);
        await using var first = await ClientHost.StartAsync(ClientHost.Address(server, "alice"));
        await using var second = await ClientHost.StartAsync(ClientHost.Address(server, "alice"));

        var lost = await first.NewsAsync<Connection.Lost>();
        Assert.True(lost.ForGood);
        Assert.Null(lost.RetryIn);
        Assert.Contains("conflict", lost.Reason, StringComparison.Ordinal);

        Assert.IsType<AccountStatus.Online>(await first.Accounts.ReconnectAsync($"alice@{ProsodyServer.Host}"));
        await first.NewsAsync<Connection.Up>();
        await second.NewsAsync<Connection.Lost>();
        await first.Transfers.ReadyAsync();
        await Assert.ThrowsAsync<EngineException>(() => first.Accounts.ReconnectAsync("unknown"));
    }

    [ProsodyTheory]
    [InlineData(TlsMode.Required)]
    [InlineData(TlsMode.StartTls)]
    [InlineData(TlsMode.Off)]
    public async Task Redirect_to_another_host_must_be_followed(TlsMode mode)
    {
        await using var server = await ProsodyServer.StartAsync(mode == TlsMode.Off ? Clear : Secure);
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var referring = ReferAsync(listener, $"127.0.0.1:{server.ClientPort}");
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        await using var alice = await ClientHost.StartAsync(ClientHost.Address(server, "alice", mode) with { Port = port });
        await referring;
        Assert.False(alice.HasNews);
    }

    [ProsodyFact]
    public async Task Host_of_a_redirect_must_have_a_certificate_for_the_domain()
    {
        await using var server = await ProsodyServer.StartAsync(Secure);
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var referring = ReferAsync(listener, $"127.0.0.1:{server.ClientPort}");
        var address = ClientHost.Address(server, "alice", TlsMode.StartTls) with { Roots = null };
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        var refused = await Assert.ThrowsAsync<EngineException>(() => ClientHost.StartAsync(address with { Port = port }));
        await referring;
        Assert.Contains("not trusted", refused.Message, StringComparison.Ordinal);
    }

    [ProsodyFact]
    public async Task File_that_is_sent_before_the_login_must_wait_for_it()
    {
        await using var server = await ProsodyServer.StartAsync(Clear);
        await using var bob = await ClientHost.StartAsync(ClientHost.Address(server, "bob"));
        await using var alice = await ClientHost.StartAsync(ClientHost.Address(server, "alice"), waits: false);

        await TransferAsync(alice, bob);
    }

    private static async Task ReferAsync(TcpListener listener, string host)
    {
        using var socket = await listener.AcceptSocketAsync();
        await socket.ReceiveAsync(new byte[1000], SocketFlags.None);
        await socket.SendAsync(
            Encoding.UTF8.GetBytes("<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' version='1.0'><stream:error>"
                + $"<see-other-host xmlns='urn:ietf:params:xml:ns:xmpp-streams'>{host}</see-other-host></stream:error></stream:stream>"),
            SocketFlags.None);
    }

    [ProsodyFact]
    public async Task Resource_in_use_must_be_kept_by_its_owner_when_the_server_refuses_it()
    {
        await using var server = await ProsodyServer.StartAsync(Clear with { More = """conflict_resolve = "random" """ });
        await using var first = await ClientHost.StartAsync(ClientHost.Address(server, "alice"));
        await using var second = await ClientHost.StartAsync(ClientHost.Address(server, "alice"));
        Assert.False(first.HasNews);
    }

    [ProsodyFact]
    public async Task Offer_must_survive_lost_connections_of_both_sides()
    {
        await using var server = await ProsodyServer.StartAsync(Clear);
        await using var near = new ResettableRelay(server.ClientPort);
        await using var far = new ResettableRelay(server.ClientPort);
        await using var alice = await ClientHost.StartAsync(ClientHost.Address(server, "alice") with { Port = near.Port });
        await using var bob = await ClientHost.StartAsync(ClientHost.Address(server, "bob") with { Port = far.Port });

        await TransferAsync(alice, bob, whileOffered: async () =>
        {
            near.Cut();
            far.Cut();
            await alice.LoggedAsync("session resumed True");
            await bob.LoggedAsync("session resumed True");
        });
        Assert.False(alice.HasNews);
        Assert.False(bob.HasNews);
    }

    [ProsodyFact]
    public async Task Client_must_log_in_again_when_the_server_has_restarted()
    {
        await using var server = await ProsodyServer.StartAsync(Secure);
        await using var alice = await ClientHost.StartAsync(
            ClientHost.Address(server, "alice"), "actor-transfer.connection { reconnect-first = 100ms, reconnect-most = 500ms }");
        await using var bob = await ClientHost.StartAsync(
            ClientHost.Address(server, "bob"), "actor-transfer.connection { reconnect-first = 100ms, reconnect-most = 500ms }");

        await server.RestartAsync();

        foreach (var client in new[] { alice, bob })
        {
            Assert.False((await client.NewsAsync<Connection.Lost>()).ForGood);
            await client.NewsAsync<Connection.Up>();
        }

        await TransferAsync(alice, bob);
    }

    private async Task TransferAsync(ClientHost from, ClientHost to, Func<Task>? whileOffered = null)
    {
        var bytes = RandomNumberGenerator.GetBytes(1_000_003);
        var file = _folder.File("original.bin", bytes);
        var accepting = AcceptAsync(to, whileOffered);
        var sending = await from.Transfers.SendAsync(Jid.Parse($"bob@{ProsodyServer.Host}/engine"), new FileInfo(file));
        var receiving = await accepting;

        var hash = Convert.ToHexStringLower(SHA256.HashData(bytes));
        var left = await sending.Completion;
        var arrived = Assert.IsType<TransferOutcome.Completed>(await receiving.Completion);
        Assert.Equal(hash, Assert.IsType<TransferOutcome.Completed>(left).Sha256);
        Assert.Equal(hash, Convert.ToHexStringLower(SHA256.HashData(await File.ReadAllBytesAsync(arrived.Path!))));
    }

    private async Task<ITransfer> AcceptAsync(ClientHost host, Func<Task>? whileOffered)
    {
        await foreach (var offer in host.Transfers.IncomingAsync())
        {
            if (whileOffered is not null)
            {
                await whileOffered();
            }

            return await offer.AcceptAsync(_folder["in"]);
        }

        throw new InvalidOperationException("The offers ended.");
    }
}
