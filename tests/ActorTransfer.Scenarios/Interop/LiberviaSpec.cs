using System.Security.Cryptography;
using ActorTransfer.Scenarios.Prosody;

namespace ActorTransfer.Scenarios.Interop;

/// <summary>The command line and Libervia's Jingle file transfer, logged in to Prosody, by every method.</summary>
public sealed class LiberviaSpec : IDisposable
{
    private readonly TestFolder _folder = new();
    private readonly byte[] _bytes = RandomNumberGenerator.GetBytes(3 << 20);

    public void Dispose() => _folder.Dispose();

    [LiberviaTheory]
    [InlineData(StreamMethod.Direct, "s5b")]
    [InlineData(StreamMethod.Proxy, "s5b")]
    [InlineData(StreamMethod.InBand, "ibb")]
    public async Task Command_line_must_send_to_Libervia(StreamMethod method, string transport)
    {
        await using var server = await ProsodyServer.StartAsync(new ProsodySetup { Clients = true });
        await using var receiver = Libervia(server, "receive", _folder.Folder("in"), "--methods", transport, "--no-direct");
        await receiver.EventAsync("ready");

        await using var sender = CommandLineProcess.Send(
            server, "alice/out", File, "bob@localhost/libervia", "--signalling", "jingle", "--method", CommandLineProcess.Name(method));

        await MustArriveAsync(sender, receiver, method);
        Assert.Equal(_bytes, await System.IO.File.ReadAllBytesAsync(_folder["in/a.bin"]));
    }

    [LiberviaTheory]
    [InlineData(StreamMethod.Direct, "s5b")]
    [InlineData(StreamMethod.Proxy, "s5b", "--no-direct", "--proxy", ProsodyServer.Proxy)]
    [InlineData(StreamMethod.InBand, "ibb")]
    public async Task Libervia_must_send_to_the_command_line(StreamMethod method, string transport, params string[] options)
    {
        await using var server = await ProsodyServer.StartAsync(new ProsodySetup { Clients = true });
        string[] noDirect = method == StreamMethod.Proxy ? ["--no-direct"] : [];
        await using var receiver = await CommandLineProcess.ReceiveAsync(server, "alice/in", _folder.Folder("in"), ["--count", "1", .. noDirect]);

        await using var sender = Libervia(server, ["send", File, "--to", "alice@localhost/in", "--methods", transport, .. options]);

        Assert.Equal(CommandLineProcess.Name(method), (await receiver.EventAsync("method")).Text("method"));
        await MustArriveAsync(sender, receiver, method: null);
        Assert.Equal(_bytes, await System.IO.File.ReadAllBytesAsync(_folder["in/a.bin"]));
    }

    private string File => _folder.File("a.bin", _bytes);

    private static PeerProcess Libervia(ProsodyServer server, params string[] args) =>
        PeerProcess.Libervia("bob@localhost/libervia", ProsodyServer.PasswordOf("bob"), server.ClientPort, args);

    /// <summary>Both sides report the right hash, and our sender used this method.</summary>
    private async Task MustArriveAsync(PeerProcess sender, PeerProcess receiver, StreamMethod? method)
    {
        var hash = Convert.ToHexStringLower(SHA256.HashData(_bytes));
        var sent = await sender.EventAsync("completed");
        var received = await receiver.EventAsync("completed");
        Assert.Equal((hash, hash), (sent.Text("sha256"), received.Text("sha256")));
        if (method is { } taken)
        {
            Assert.Equal(CommandLineProcess.Name(taken), sent.Text("method"));
        }

        Assert.Equal((0, 0), (await sender.EndAsync(), await receiver.EndAsync()));
    }
}
