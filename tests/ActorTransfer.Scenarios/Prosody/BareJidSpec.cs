using System.Security.Cryptography;
using ActorTransfer.Cli;
using ActorTransfer.Scenarios.Cli;

namespace ActorTransfer.Scenarios.Prosody;

/// <summary>Files sent to bare JIDs of users of a Prosody: alice and bob have each other in their contact lists, carol has no contacts.</summary>
public sealed class BareJidSpec : IDisposable
{
    private static readonly ProsodySetup Setup = new() { Clients = true, Contacts = [("alice", "bob")] };

    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [ProsodyFact]
    public async Task File_must_go_to_the_resource_of_a_contact_that_is_online()
    {
        await using var server = await ProsodyServer.StartAsync(Setup);
        await using var bob = await ClientHost.StartAsync(ClientHost.Address(server, "bob", resource: "Büro 2"));
        await using var alice = await ClientHost.StartAsync(ClientHost.Address(server, "alice"));
        var bytes = RandomNumberGenerator.GetBytes(100_003);
        var receiving = ReceiveAsync(bob);

        var sent = await alice.Transfers.SendAsync(Jid.Parse("bob@localhost"), new FileInfo(_folder.File("a.bin", bytes)));

        Assert.IsType<TransferOutcome.Completed>(await sent.Completion);
        Assert.Equal("bob@localhost/Büro 2", $"{sent.Peer}");
        Assert.Equal(bytes, await File.ReadAllBytesAsync((await receiving).Path!));
    }

    [ProsodyFact]
    public async Task File_must_go_to_another_resource_of_the_own_account()
    {
        await using var server = await ProsodyServer.StartAsync(Setup);
        await using var desk = await ClientHost.StartAsync(ClientHost.Address(server, "carol", resource: "desk"));
        await using var phone = await ClientHost.StartAsync(ClientHost.Address(server, "carol", resource: "phone"));
        var receiving = ReceiveAsync(phone);

        var sent = await desk.Transfers.SendAsync(Jid.Parse("carol@localhost"), new FileInfo(_folder.File("a.bin", "abc"u8)));

        Assert.IsType<TransferOutcome.Completed>(await sent.Completion);
        Assert.Equal("abc"u8.ToArray(), await File.ReadAllBytesAsync((await receiving).Path!));
    }

    [ProsodyTheory]
    [InlineData("bob@localhost", "bob@localhost is not online")]
    [InlineData("carol@localhost", "alice@localhost is not subscribed to the presence of carol@localhost")]
    public async Task User_without_a_known_resource_must_be_reported_with_a_remedy(string to, string words)
    {
        await using var server = await ProsodyServer.StartAsync(Setup);
        await using var carol = await ClientHost.StartAsync(ClientHost.Address(server, "carol"));

        var run = await CliRun.RunAsync(
            "send", _folder.File("a.bin", "abc"u8), "--to", to, "--account", "alice@localhost", "--host", "127.0.0.1", "--port", $"{server.ClientPort}",
            "--tls", "off", "--password-file", server.PasswordFile("alice"));

        Assert.Equal(ExitCode.PeerUnavailable, run.Code);
        Assert.Contains(words, run.Error, StringComparison.Ordinal);
        Assert.Contains("full JID", run.Error, StringComparison.Ordinal);
    }

    [ProsodyFact]
    public async Task Diagnosis_of_a_bare_JID_must_name_the_resource_that_a_transfer_would_use()
    {
        await using var server = await ProsodyServer.StartAsync(Setup);
        await using var bob = await ClientHost.StartAsync(ClientHost.Address(server, "bob"));
        string[] account =
        [
            "--account", "alice@localhost", "--host", "127.0.0.1", "--port", $"{server.ClientPort}", "--tls", "off",
            "--password-file", server.PasswordFile("alice"),
        ];

        var found = await CliRun.RunAsync(["diagnose", "--to", "bob@localhost", .. account]);
        Assert.Matches("resource of bob@localhost.*bob@localhost/engine", string.Join(' ', found.OutLines));
        Assert.Matches("peer bob@localhost/engine.*supports stream initiation", string.Join(' ', found.OutLines));

        var missing = await CliRun.RunAsync(["diagnose", "--to", "carol@localhost", .. account]);
        Assert.Matches("resource of carol@localhost.*not subscribed", string.Join(' ', missing.OutLines));
        Assert.NotEqual(ExitCode.Done, missing.Code);
    }

    private async Task<TransferOutcome.Completed> ReceiveAsync(ClientHost to)
    {
        await foreach (var offer in to.Transfers.IncomingAsync())
        {
            var incoming = await offer.AcceptAsync(_folder.Folder("in"));
            return Assert.IsType<TransferOutcome.Completed>(await incoming.Completion);
        }

        throw new InvalidOperationException("No offer arrived.");
    }
}
