using System.Security.Cryptography;
using System.Text.Json;
using ActorTransfer.Cli;
using ActorTransfer.Protocol;
using ActorTransfer.Protocol.HttpUpload;
using ActorTransfer.Scenarios.Cli;

namespace ActorTransfer.Scenarios.Prosody;

/// <summary>HTTP upload through Prosody's http_file_share, read back with curl.</summary>
public sealed class HttpUploadSpec : IDisposable
{
    private const long Limit = 4 << 20;
    private const string PlainHttp = "actor-transfer.http.plain-http-on-loopback = on";
    private static readonly ProsodySetup Clear = new() { Clients = true, UploadLimit = Limit, Contacts = [("alice", "bob")] };
    private static readonly ProsodySetup Secure = Clear with { Tls = true };
    private static readonly SendOptions ByHttp = new() { Methods = StreamMethods.Http };

    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [ProsodyTheory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3 << 20)]
    [InlineData((int)Limit)]
    public async Task Uploaded_file_must_be_what_the_peer_downloads_from_the_address_in_the_message(int size)
    {
        await using var server = await ProsodyServer.StartAsync(Clear);
        using var peer = await MessageComponent.JoinAsync(server);
        await using var alice = await ClientHost.StartAsync(ClientHost.Address(server, "alice"), PlainHttp);
        var bytes = RandomNumberGenerator.GetBytes(size);

        var sent = await alice.Transfers.SendAsync(MessageComponent.User, new FileInfo(_folder.File("a b.bin", bytes)), ByHttp);

        var completed = Assert.IsType<TransferOutcome.Completed>(await sent.Completion);
        var sha256 = Convert.ToHexStringLower(SHA256.HashData(bytes));
        Assert.Equal(
            (size, sha256, StreamMethod.Http, Delivery.Uploaded), (completed.Bytes, completed.Sha256, completed.Method, completed.Delivery));
        var message = await peer.MessageAsync();
        var shared = SharedFile.Read(message, allowsPlainHttp: true)!;
        Assert.Equal(("a b.bin", size, sha256), (shared.Name, shared.Size, shared.Hashes.Strongest!.Hex));
        Assert.Equal(shared.Url.AbsoluteUri, message.Child("body")!.Text);
        Assert.Equal(bytes, await CurlProcess.GetAsync(_folder, shared.Url.AbsoluteUri));
    }

    [ProsodyFact]
    public async Task Upload_over_TLS_must_verify_the_certificate()
    {
        await using var server = await ProsodyServer.StartAsync(Secure);
        using var peer = await MessageComponent.JoinAsync(server);
        var bytes = RandomNumberGenerator.GetBytes(3 << 20);
        var file = new FileInfo(_folder.File("a.bin", bytes));
        await using (var alice = await ClientHost.StartAsync(ClientHost.Address(server, "alice")))
        {
            var sent = await alice.Transfers.SendAsync(MessageComponent.User, file, ByHttp);
            Assert.IsType<TransferOutcome.Completed>(await sent.Completion);
            var url = SharedFile.Read(await peer.MessageAsync(), allowsPlainHttp: false)!.Url;
            Assert.Equal(bytes, await CurlProcess.GetAsync(_folder, "--cacert", server.Certificates!.Authority, url.AbsoluteUri));
        }

        // The pin is for the XMPP stream; HTTP trusts the roots of the machine.
        var pinned = ClientHost.Address(server, "bob") with { Roots = null, PinnedSha256 = server.Certificates!.Sha256 };
        await using var bob = await ClientHost.StartAsync(pinned);
        var failed = Assert.IsType<TransferOutcome.Failed>(await (await bob.Transfers.SendAsync(MessageComponent.User, file, ByHttp)).Completion);
        Assert.Equal((TransferSide.Server, FailureReason.UploadRefused), (failed.Side, failed.Reason));
        Assert.Contains("TLS", failed.Detail, StringComparison.Ordinal);
    }

    [ProsodyFact]
    public async Task Encrypted_upload_must_be_readable_with_the_key_in_the_message_only()
    {
        await using var server = await ProsodyServer.StartAsync(Clear);
        using var peer = await MessageComponent.JoinAsync(server);
        await using var alice = await ClientHost.StartAsync(ClientHost.Address(server, "alice"), PlainHttp);
        var bytes = RandomNumberGenerator.GetBytes(1 << 20);

        var sent = await alice.Transfers.SendAsync(
            MessageComponent.User, new FileInfo(_folder.File("a.bin", bytes)), ByHttp with { EncryptUpload = true });

        Assert.IsType<TransferOutcome.Completed>(await sent.Completion);
        var shared = SharedFile.Read(await peer.MessageAsync(), allowsPlainHttp: true)!;
        var stored = await CurlProcess.GetAsync(_folder, shared.Url.AbsoluteUri);
        var plain = new byte[bytes.Length];
        using var cipher = new AesGcm(shared.Key!.Key.Span, AesGcmKey.TagLength);
        cipher.Decrypt(shared.Key.Iv.Span, stored.AsSpan(0, bytes.Length), stored.AsSpan(bytes.Length), plain);
        Assert.Equal(bytes, plain);
        Assert.DoesNotContain(alice.Log, line => line.Contains(shared.Url.AbsolutePath, StringComparison.Ordinal));
    }

    [ProsodyFact]
    public async Task Command_line_must_upload_for_a_peer_that_is_offline_if_that_is_wanted()
    {
        await using var server = await ProsodyServer.StartAsync(Clear);
        var file = _folder.File("a.bin", RandomNumberGenerator.GetBytes(100_003));
        string[] arguments =
        [
            "send", file, "--to", "bob@localhost", "--account", "alice@localhost", "--host", "127.0.0.1", "--port", $"{server.ClientPort}",
            "--tls", "off", "--password-file", server.PasswordFile("alice"),
        ];

        Assert.Equal(ExitCode.PeerUnavailable, (await CliRun.RunAsync(arguments)).Code);

        var run = await CliRun.RunAsync([.. arguments, "--offline", "upload", "--json"]);
        Assert.Equal((ExitCode.Done, ""), (run.Code, run.Error));
        var completed = run.OutLines.Select(line => JsonDocument.Parse(line).RootElement).Single(line => line.GetProperty("event").GetString() == "completed");
        Assert.Equal(("http", "uploaded"), (completed.GetProperty("method").GetString(), completed.GetProperty("delivery").GetString()));
    }

    [ProsodyFact]
    public async Task File_above_the_limit_must_fail_before_a_slot_is_requested()
    {
        await using var server = await ProsodyServer.StartAsync(Clear);
        await using var alice = await ClientHost.StartAsync(ClientHost.Address(server, "alice"), PlainHttp);
        var file = new FileInfo(_folder.File("a.bin", new byte[Limit + 1]));

        var failed = Assert.IsType<TransferOutcome.Failed>(await (await alice.Transfers.SendAsync(MessageComponent.User, file, ByHttp)).Completion);

        Assert.Equal((TransferState.Offer, TransferSide.Server, FailureReason.TooLarge), (failed.Phase, failed.Side, failed.Reason));
        Assert.Contains($"{Limit}", failed.Detail, StringComparison.Ordinal);
    }

    [ProsodyFact]
    public async Task Server_that_takes_no_uploads_must_be_reported()
    {
        await using var server = await ProsodyServer.StartAsync(Clear with { UploadLimit = null });
        await using var alice = await ClientHost.StartAsync(ClientHost.Address(server, "alice"), PlainHttp);
        var file = new FileInfo(_folder.File("a.bin", "abc"u8));

        var failed = Assert.IsType<TransferOutcome.Failed>(await (await alice.Transfers.SendAsync(MessageComponent.User, file, ByHttp)).Completion);

        Assert.Equal((TransferSide.Server, FailureReason.NoMethod), (failed.Side, failed.Reason));
    }

    [ProsodyFact]
    public async Task Plain_http_must_be_refused_where_it_is_not_allowed()
    {
        await using var server = await ProsodyServer.StartAsync(Clear);
        await using var alice = await ClientHost.StartAsync(ClientHost.Address(server, "alice"));
        var file = new FileInfo(_folder.File("a.bin", "abc"u8));

        var failed = Assert.IsType<TransferOutcome.Failed>(await (await alice.Transfers.SendAsync(MessageComponent.User, file, ByHttp)).Completion);

        Assert.Equal((TransferSide.Server, FailureReason.ProtocolViolation), (failed.Side, failed.Reason));
    }
}
