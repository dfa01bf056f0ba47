using System.Security.Cryptography;
using ActorTransfer.Cli;
using ActorTransfer.Scenarios.Cli;
using ActorTransfer.Scenarios.Interop;
using ActorTransfer.Scenarios.Prosody;
using ActorTransfer.Scenarios.Proxy;

namespace ActorTransfer.Scenarios.Ejabberd;

/// <summary>The proxy as a component of ejabberd, discovered and used by slixmpp.</summary>
public sealed class EjabberdProxySpec : IDisposable
{
    private readonly TestFolder _folder = new();
    private readonly byte[] _bytes = RandomNumberGenerator.GetBytes(5 << 20);

    public void Dispose() => _folder.Dispose();

    [EjabberdFact]
    public async Task Slixmpp_must_discover_the_proxy_and_use_it_on_both_sides()
    {
        await using var server = await EjabberdServer.StartAsync();
        await using var proxy = ProxyProcess.Start(server.Options());
        await proxy.EventAsync("ready");
        await using var receiver = Slixmpp(server, "bob", "receive", _folder.Folder("in"), "--accept", "s5b");
        await receiver.EventAsync("ready");

        await using var sender = Slixmpp(server, "alice", "send", _folder.File("a.bin", _bytes), "--to", "bob@localhost/slix", "--methods", "s5b");

        var hash = Convert.ToHexStringLower(SHA256.HashData(_bytes));
        Assert.Equal(hash, (await sender.EventAsync("completed")).Text("sha256"));
        Assert.Equal(hash, (await receiver.EventAsync("completed")).Text("sha256"));
        Assert.Equal(_bytes, await File.ReadAllBytesAsync(_folder["in/a.bin"]));
        var status = await proxy.EventAsync("status", status => status.GetProperty("bytes").GetInt64() >= _bytes.Length);
        Assert.Equal((_bytes.Length, 1), (status.GetProperty("bytes").GetInt64(), status.GetProperty("setUps").GetInt32()));
        proxy.Signal(CliProcess.Terminate);
        Assert.Equal((int)ExitCode.Done, await proxy.EndAsync());
    }

    [EjabberdFact]
    public async Task A_wrong_secret_must_be_reported_with_a_code()
    {
        await using var server = await EjabberdServer.StartAsync();
        var few = _folder.File("few.conf", "actor-transfer.proxy.max-pairs = 10"u8);

        (await CliRun.RunAsync(["proxy", "--listen", "127.0.0.1:0", "--config", few, .. server.Options("open barley")]))
            .MustFail(ExitCode.ServerRefused, "refused the secret");
    }

    private static PeerProcess Slixmpp(EjabberdServer server, string user, params string[] args) =>
        PeerProcess.Slixmpp($"{user}@localhost/slix", ProsodyServer.PasswordOf(user), server.ClientPort, args);
}
