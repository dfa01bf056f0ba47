using System.Security.Cryptography;
using ActorTransfer.Cli;
using ActorTransfer.Protocol;
using ActorTransfer.Protocol.Xml;
using ActorTransfer.Scenarios.Cli;

namespace ActorTransfer.Scenarios.Prosody;

/// <summary>Files that one engine uploads to Prosody and another one downloads.</summary>
public sealed class HttpSharingSpec : IDisposable
{
    private const string Http = "actor-transfer.http { plain-http-on-loopback = on, receive = on, retry-delay = 50ms }";
    private static readonly ProsodySetup Clear = new() { Clients = true, UploadLimit = 64 << 20 };
    private static readonly Jid Bob = Jid.Parse("bob@localhost");
    private static readonly SendOptions ByHttp = new() { Methods = StreamMethods.Http };

    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [ProsodyTheory]
    [InlineData(false, 0)]
    [InlineData(false, 3 << 20)]
    [InlineData(true, 0)]
    [InlineData(true, 3 << 20)]
    public async Task Shared_file_must_be_an_offer_and_arrive_verified(bool encrypts, int size)
    {
        await using var server = await ProsodyServer.StartAsync(Clear);
        await using var bob = await ClientHost.StartAsync(ClientHost.Address(server, "bob"), Http);
        await using var alice = await ClientHost.StartAsync(ClientHost.Address(server, "alice"), Http);
        var bytes = RandomNumberGenerator.GetBytes(size);
        var receiving = ReceiveAsync(bob);

        var sent = await alice.Transfers.SendAsync(Bob, new FileInfo(_folder.File("a b.bin", bytes)), ByHttp with { EncryptUpload = encrypts });

        Assert.IsType<TransferOutcome.Completed>(await sent.Completion);
        var received = await receiving;
        Assert.Equal((size, StreamMethod.Http, Delivery.Verified), (received.Bytes, received.Method, received.Delivery));
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(bytes)), received.Sha256);
        Assert.Equal("a b.bin", Path.GetFileName(received.Path));
        Assert.Equal(bytes, await File.ReadAllBytesAsync(received.Path!));
    }

    [ProsodyFact]
    public async Task Command_line_must_receive_what_was_uploaded_while_it_was_offline()
    {
        await using var server = await ProsodyServer.StartAsync(Clear with { Modules = ["offline"] });
        var bytes = RandomNumberGenerator.GetBytes(100_003);
        await using (var alice = await ClientHost.StartAsync(ClientHost.Address(server, "alice"), Http))
        {
            var sent = await alice.Transfers.SendAsync(Bob, new FileInfo(_folder.File("a.bin", bytes)), ByHttp);
            Assert.IsType<TransferOutcome.Completed>(await sent.Completion);
        }

        var run = await CliRun.RunAsync(
            "receive", "--into", _folder.Folder("in"), "--count", "1", "--http", "--account", "bob@localhost", "--host", "127.0.0.1", "--port",
            $"{server.ClientPort}", "--tls", "off", "--allow-addresses", "loopback", "--password-file", server.PasswordFile("bob"));

        Assert.Equal((ExitCode.Done, ""), (run.Code, run.Error));
        Assert.Equal(bytes, await File.ReadAllBytesAsync(Path.Combine(_folder["in"], "a.bin")));
    }

    [ProsodyTheory]
    [InlineData("<hash xmlns='urn:xmpp:hashes:2' algo='sha-256'>AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=</hash>", FailureReason.WrongHash)]
    [InlineData("<size>5</size>", FailureReason.WrongLength)]
    public async Task File_that_is_not_what_was_announced_must_leave_nothing(string metadata, FailureReason reason)
    {
        await using var server = await ProsodyServer.StartAsync(Clear);
        using var peer = await MessageComponent.JoinAsync(server);
        await using var alice = await ClientHost.StartAsync(ClientHost.Address(server, "alice"), Http);
        var sent = await alice.Transfers.SendAsync(MessageComponent.User, new FileInfo(_folder.File("a.bin", new byte[100_003])), ByHttp);
        Assert.IsType<TransferOutcome.Completed>(await sent.Completion);
        var url = (await peer.MessageAsync()).Child("body")!.Text;
        await using var bob = await ClientHost.StartAsync(ClientHost.Address(server, "bob"), Http);
        var receiving = ReceiveAsync<TransferOutcome.Failed>(bob);

        await peer.SendAsync(XmlElement.Parse(
            $"""
            <message xmlns='{Namespaces.Component}' from='{MessageComponent.User}' to='{Bob}' type='chat'><file-sharing xmlns='urn:xmpp:sfs:0'>
            <file xmlns='urn:xmpp:file:metadata:0'><name>a.bin</name>{metadata}</file>
            <sources><url-data xmlns='http://jabber.org/protocol/url-data' target='{url}'/></sources></file-sharing></message>
            """));

        Assert.Equal(reason, (await receiving).Reason);
        Assert.Empty(Directory.GetFileSystemEntries(_folder["in"]));
    }

    [ProsodyFact]
    public async Task Address_that_the_policy_forbids_must_not_be_connected_to()
    {
        await using var server = await ProsodyServer.StartAsync(Clear);
        using var peer = await MessageComponent.JoinAsync(server);
        await using var bob = await ClientHost.StartAsync(ClientHost.Address(server, "bob"), Http + "\nactor-transfer.addresses.allow = []");
        var receiving = ReceiveAsync<TransferOutcome.Failed>(bob);

        await peer.SendAsync(XmlElement.Parse(
            $"""
            <message xmlns='{Namespaces.Component}' from='{MessageComponent.User}' to='{Bob}'>
            <x xmlns='jabber:x:oob'><url>http://localhost:{server.HttpPort}/a.bin</url></x></message>
            """));

        Assert.Contains("no address that the policy allows", (await receiving).Detail, StringComparison.Ordinal);
    }

    private Task<TransferOutcome.Completed> ReceiveAsync(ClientHost to) => ReceiveAsync<TransferOutcome.Completed>(to);

    private async Task<T> ReceiveAsync<T>(ClientHost to)
        where T : TransferOutcome
    {
        await foreach (var offer in to.Transfers.IncomingAsync())
        {
            var incoming = await offer.AcceptAsync(_folder.Folder("in"));
            return Assert.IsType<T>(await incoming.Completion);
        }

        throw new InvalidOperationException("No offer arrived.");
    }
}
