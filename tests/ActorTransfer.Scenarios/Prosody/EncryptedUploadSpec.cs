using System.Diagnostics;
using System.Security.Cryptography;
using ActorTransfer.Protocol;
using ActorTransfer.Protocol.HttpUpload;
using ActorTransfer.Protocol.Xml;
using ActorTransfer.Scenarios.Interop;

namespace ActorTransfer.Scenarios.Prosody;

/// <summary>Encrypted uploads (XEP-0454) through Prosody, with Python's cryptography package as the other side.</summary>
public sealed class EncryptedUploadSpec : IDisposable
{
    private const string Http = "actor-transfer.http { plain-http-on-loopback = on, receive = on }";
    private static readonly ProsodySetup Setup = new() { Clients = true, UploadLimit = 4 << 20 };

    private readonly TestFolder _folder = new();
    private readonly byte[] _bytes = RandomNumberGenerator.GetBytes(3 << 20);

    public void Dispose() => _folder.Dispose();

    [PythonCryptographyFact]
    public async Task Encrypted_file_must_be_exchanged_with_other_software()
    {
        await using var server = await ProsodyServer.StartAsync(Setup);
        using var peer = await MessageComponent.JoinAsync(server);
        await using var alice = await ClientHost.StartAsync(ClientHost.Address(server, "alice"), Http);

        await UploadAsync(alice, _folder.File("a.bin", _bytes), encrypts: true);
        var message = await peer.MessageAsync();
        var stored = await CurlProcess.GetAsync(_folder, SharedFile.Read(message, allowsPlainHttp: true)!.Url.AbsoluteUri);
        await CryptographyAsync("decrypt", _folder.File("stored.bin", stored), _folder["plain.bin"], message.Child("body")!.Text);
        Assert.Equal(_bytes, await File.ReadAllBytesAsync(_folder["plain.bin"]));

        foreach (var vectorLength in new[] { "12", "16" })
        {
            var secret = await CryptographyAsync("encrypt", _folder["a.bin"], _folder["encrypted.bin"], vectorLength);
            await UploadAsync(alice, _folder["encrypted.bin"], encrypts: false);
            var url = (await peer.MessageAsync()).Child("body")!.Text;
            await peer.SendAsync(XmlElement.Parse(
                $"""
                <message xmlns='{Namespaces.Component}' from='{MessageComponent.User}' to='alice@localhost' type='chat'>
                <body>{url.Replace("http:", "aesgcm:", StringComparison.Ordinal)}#{secret}</body></message>
                """));
            Assert.Equal(_bytes, await File.ReadAllBytesAsync((await ReceiveAsync(alice, vectorLength)).Path!));
        }
    }

    private static async Task UploadAsync(ClientHost from, string file, bool encrypts)
    {
        var options = new SendOptions { Methods = StreamMethods.Http, EncryptUpload = encrypts };
        var sent = await from.Transfers.SendAsync(MessageComponent.User, new FileInfo(file), options);
        Assert.IsType<TransferOutcome.Completed>(await sent.Completion);
    }

    private async Task<TransferOutcome.Completed> ReceiveAsync(ClientHost to, string folder)
    {
        await foreach (var offer in to.Transfers.IncomingAsync())
        {
            return Assert.IsType<TransferOutcome.Completed>(await (await offer.AcceptAsync(_folder.Folder(folder))).Completion);
        }

        throw new InvalidOperationException("No offer arrived.");
    }

    /// <summary>Runs aesgcm.py and returns its output.</summary>
    private static async Task<string> CryptographyAsync(params string[] arguments)
    {
        var script = Path.Combine(AppContext.BaseDirectory, "Prosody", "aesgcm.py");
        using var python = Process.Start(new ProcessStartInfo(SlixmppFactAttribute.Python, [script, .. arguments]) { RedirectStandardOutput = true })!;
        var text = await python.StandardOutput.ReadToEndAsync();
        await python.WaitForExitAsync();
        Assert.Equal(0, python.ExitCode);
        return text.Trim();
    }
}

/// <summary>Needs Python's cryptography package, which Gajim and Libervia depend on, and Prosody. Without them the test is skipped.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class PythonCryptographyFactAttribute : FactAttribute
{
    public PythonCryptographyFactAttribute() => Skip = ProsodyFactAttribute.WhySkipped is { } reason ? reason
        : Directory.Exists("/usr/lib/python3/dist-packages/cryptography") ? null
        : "Python's cryptography package is not installed; on Debian: apt-get install python3-cryptography.";
}
