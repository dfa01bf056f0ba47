using System.Security.Cryptography;
using ActorTransfer.Scenarios.Interop;
using ActorTransfer.Scenarios.Prosody;

namespace ActorTransfer.Scenarios.Proxy;

/// <summary>The proxy as a component of Prosody, discovered and used by slixmpp and by the command line.</summary>
public sealed class ProxyUsersSpec : IDisposable
{
    private readonly TestFolder _folder = new();
    private readonly byte[] _bytes = RandomNumberGenerator.GetBytes(5 << 20);

    public void Dispose() => _folder.Dispose();

    [SlixmppFact]
    public async Task Slixmpp_must_discover_the_proxy_and_use_it_on_both_sides()
    {
        await using var server = await ProsodyServer.StartAsync(ProxyProcess.Setup);
        await using var proxy = (await ProxyProcess.ReadyAsync(server)).Proxy;
        await using var receiver = Slixmpp(server, "bob", "receive", _folder.Folder("in"), "--accept", "s5b");
        await receiver.EventAsync("ready");

        await using var sender = Slixmpp(server, "alice", "send", File, "--to", "bob@localhost/slix", "--methods", "s5b");

        await MustArriveAsync(sender, receiver);
        await MustHaveRelayedAsync(proxy);
    }

    [ProsodyFact]
    public async Task Command_line_must_discover_the_proxy_and_use_it_on_both_sides()
    {
        await using var server = await ProsodyServer.StartAsync(ProxyProcess.Setup);
        var (started, address) = await ProxyProcess.ReadyAsync(server);
        await using var proxy = started;
        await using var receiver = await CommandLineProcess.ReceiveAsync(server, "bob/in", _folder.Folder("in"), "--count", "1");

        await using var sender = CommandLineProcess.Send(server, "alice/out", File, "bob@localhost/in", "--method", "proxy");

        var method = await sender.EventAsync("method");
        Assert.Equal(("proxy", address.ToString()), (method.Text("method"), method.Text("host")));
        await MustArriveAsync(sender, receiver);
        await MustHaveRelayedAsync(proxy);
    }

    private string File => _folder.File("a.bin", _bytes);

    private static PeerProcess Slixmpp(ProsodyServer server, string user, params string[] args) =>
        PeerProcess.Slixmpp($"{user}@localhost/slix", ProsodyServer.PasswordOf(user), server.ClientPort, args);

    private async Task MustArriveAsync(PeerProcess sender, PeerProcess receiver)
    {
        var hash = Convert.ToHexStringLower(SHA256.HashData(_bytes));
        Assert.Equal(hash, (await sender.EventAsync("completed")).Text("sha256"));
        Assert.Equal(hash, (await receiver.EventAsync("completed")).Text("sha256"));
        Assert.Equal(_bytes, await System.IO.File.ReadAllBytesAsync(_folder["in/a.bin"]));
        Assert.Equal((0, 0), (await sender.EndAsync(), await receiver.EndAsync()));
    }

    private async Task MustHaveRelayedAsync(PeerProcess proxy)
    {
        var status = await proxy.EventAsync(
            "status", status => status.GetProperty("bytes").GetInt64() >= _bytes.Length && status.GetProperty("active").GetInt32() == 0);
        Assert.Equal((_bytes.Length, 1), (status.GetProperty("bytes").GetInt64(), status.GetProperty("setUps").GetInt32()));
    }
}
