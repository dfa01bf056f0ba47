using System.Security.Cryptography;
using ActorTransfer.Scenarios.Prosody;

namespace ActorTransfer.Scenarios.Ejabberd;

/// <summary>Files by way of ejabberd's mod_http_upload, from one engine to another and to curl.</summary>
public sealed class EjabberdUploadSpec : IDisposable
{
    private const string Http = "actor-transfer.http { plain-http-on-loopback = on, receive = on }";
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [EjabberdFact]
    public async Task Uploaded_file_must_be_downloaded_by_the_engine_and_by_curl_and_one_above_the_limit_must_fail()
    {
        await using var server = await EjabberdServer.StartAsync();
        await using var bob = await ClientHost.StartAsync(Account(server, "bob"), Http);
        await using var alice = await ClientHost.StartAsync(Account(server, "alice"), Http);
        var bytes = RandomNumberGenerator.GetBytes(3 << 20);
        var options = new SendOptions { Methods = StreamMethods.Http };
        var receiving = ReceiveAsync(bob);

        var sent = await alice.Transfers.SendAsync(Jid.Parse("bob@localhost"), new FileInfo(_folder.File("a.bin", bytes)), options);

        var outcome = await sent.Completion;
        Assert.True(outcome is TransferOutcome.Completed { Delivery: Delivery.Uploaded }, outcome.ToString());
        Assert.Equal(bytes, await File.ReadAllBytesAsync((await receiving).Path!));

        using var component = await MessageComponent.JoinAsync(server.ComponentPort, EjabberdServer.Proxy, EjabberdServer.Secret);
        sent = await alice.Transfers.SendAsync(Jid.Parse($"bo@{EjabberdServer.Proxy}"), new FileInfo(_folder["a.bin"]), options);
        Assert.IsType<TransferOutcome.Completed>(await sent.Completion);
        Assert.Equal(bytes, await CurlProcess.GetAsync(_folder, (await component.MessageAsync()).Child("body")!.Text));

        var large = new FileInfo(_folder.File("b.bin", new byte[EjabberdServer.UploadLimit + 1]));
        var failed = Assert.IsType<TransferOutcome.Failed>(await (await alice.Transfers.SendAsync(Jid.Parse("bob@localhost"), large, options)).Completion);
        Assert.Equal(FailureReason.TooLarge, failed.Reason);
    }

    private static ClientAccount Account(EjabberdServer server, string user) => new()
    {
        Jid = Jid.Parse($"{user}@localhost/engine"),
        Host = "127.0.0.1",
        Port = server.ClientPort,
        Tls = TlsMode.Off,
        Password = ProsodyServer.PasswordOf(user),
    };

    private async Task<TransferOutcome.Completed> ReceiveAsync(ClientHost to)
    {
        await foreach (var offer in to.Transfers.IncomingAsync())
        {
            var incoming = await offer.AcceptAsync(_folder.Folder("in"));
            var outcome = await incoming.Completion;
            return outcome as TransferOutcome.Completed ?? throw new InvalidOperationException(outcome.ToString());
        }

        throw new InvalidOperationException("No offer arrived.");
    }
}
