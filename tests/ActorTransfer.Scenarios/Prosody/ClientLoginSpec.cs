using System.Security.Cryptography;
using ActorTransfer.Actors.Connections.Client;
using ActorTransfer.Hosting;
using ActorTransfer.Protocol.Addressing;
using ActorTransfer.Protocol.Conversations;
using ActorTransfer.Scenarios.Cli;

namespace ActorTransfer.Scenarios.Prosody;

/// <summary>Client accounts at a server that others wrote.</summary>
public sealed class ClientLoginSpec : IDisposable
{
    private static readonly ProsodySetup Secure = new() { Clients = true, Tls = true };

    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [ProsodyFact]
    public async Task A_file_must_travel_between_two_clients_that_log_in_without_encryption_on_this_machine()
    {
        await using var server = await ProsodyServer.StartAsync(new ProsodySetup { Clients = true });
        await using var alice = await ClientHost.StartAsync(ClientHost.Address(server, "alice"));
        await using var bob = await ClientHost.StartAsync(ClientHost.Address(server, "bob"));

        await TransferAsync(alice, bob);
    }

    [ProsodyTheory]
    [InlineData(TlsMode.Required)]
    [InlineData(TlsMode.StartTls)]
    [InlineData(TlsMode.Direct)]
    public async Task A_file_must_travel_between_two_clients_that_log_in_under_TLS(TlsMode mode)
    {
        await using var server = await ProsodyServer.StartAsync(Secure);
        await using var alice = await ClientHost.StartAsync(ClientHost.Address(server, "alice", mode));
        await using var bob = await ClientHost.StartAsync(ClientHost.Address(server, "bob", mode));

        await TransferAsync(alice, bob);
    }

    [ProsodyFact]
    public async Task A_port_of_direct_TLS_must_be_found_out_when_only_encryption_is_asked_for()
    {
        await using var server = await ProsodyServer.StartAsync(Secure);
        await using var alice = await ClientHost.StartAsync(ClientHost.Address(server, "alice", TlsMode.Required) with { Port = server.DirectTlsPort });
    }

    [ProsodyFact]
    public async Task A_wrong_password_must_end_the_wait_for_the_login_for_good()
    {
        await using var server = await ProsodyServer.StartAsync(new ProsodySetup { Clients = true });

        var refused = await Assert.ThrowsAsync<EngineException>(
            () => ClientHost.StartAsync(ClientHost.Address(server, "alice") with { Password = "open barley" }));

        Assert.True(refused.ForGood);
        Assert.Contains("not-authorized", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("barley", refused.Message, StringComparison.Ordinal);
    }

    private async Task TransferAsync(ClientHost from, ClientHost to)
    {
        var bytes = RandomNumberGenerator.GetBytes(1_000_003);
        var file = _folder.File("original.bin", bytes);
        var accepting = AcceptAsync(to);
        var sending = await from.Transfers.SendAsync(Jid.Parse($"bob@{ProsodyServer.Host}/engine"), new FileInfo(file));
        var receiving = await accepting;

        var hash = Convert.ToHexStringLower(SHA256.HashData(bytes));
        var left = await sending.Completion;
        var arrived = Assert.IsType<TransferOutcome.Completed>(await receiving.Completion);
        Assert.Equal(hash, Assert.IsType<TransferOutcome.Completed>(left).Sha256);
        Assert.Equal(hash, Convert.ToHexStringLower(SHA256.HashData(await File.ReadAllBytesAsync(arrived.Path!))));
    }

    private async Task<ITransfer> AcceptAsync(ClientHost host)
    {
        await foreach (var offer in host.Transfers.IncomingAsync())
        {
            return await offer.AcceptAsync(_folder["in"]);
        }

        throw new InvalidOperationException("The offers ended.");
    }
}
