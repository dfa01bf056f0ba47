using System.Security.Cryptography;
using ActorTransfer.Scenarios.Prosody;

namespace ActorTransfer.Scenarios.Interop;

/// <summary>slixmpp by itself: if this fails, failures of the other tests are not defects of this project.</summary>
public sealed class SlixmppSpec : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [SlixmppTheory]
    [InlineData("s5b")]
    [InlineData("ibb")]
    public async Task Slixmpp_must_send_a_file_to_slixmpp(string method)
    {
        await using var server = await ProsodyServer.StartAsync(new ProsodySetup { Clients = true });
        var bytes = RandomNumberGenerator.GetBytes(300_001);
        await using var receiver = PeerProcess.Slixmpp(
            "bob@localhost/in", ProsodyServer.PasswordOf("bob"), server.ClientPort, "receive", _folder.Folder("in"));
        await receiver.EventAsync("ready");

        await using var sender = PeerProcess.Slixmpp(
            "alice@localhost/out", ProsodyServer.PasswordOf("alice"), server.ClientPort,
            "send", _folder.File("a.bin", bytes), "--to", "bob@localhost/in", "--methods", method);

        Assert.Equal(method, (await sender.EventAsync("flowing")).GetProperty("method").GetString());
        await sender.EventAsync("completed");
        await receiver.EventAsync("completed");
        Assert.Equal((0, 0), (await sender.EndAsync(), await receiver.EndAsync()));
        Assert.Equal(bytes, await File.ReadAllBytesAsync(_folder["in/a.bin"]));
    }
}
