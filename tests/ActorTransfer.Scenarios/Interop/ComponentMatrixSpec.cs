using System.Security.Cryptography;
using ActorTransfer.Scenarios.Prosody;

namespace ActorTransfer.Scenarios.Interop;

/// <summary>The engine as a component and slixmpp as a user of the same server, by every method that slixmpp supports.</summary>
public sealed class ComponentMatrixSpec : IDisposable
{
    private const string Slixmpp = "bob@localhost/slix";
    private const string Receiver = $"android@{ProsodyServer.Component}/Spark 2.6.3";
    private static readonly Jid Address = Jid.Parse(Receiver);
    private readonly TestFolder _folder = new();
    private readonly byte[] _bytes = RandomNumberGenerator.GetBytes(3 << 20);

    public void Dispose() => _folder.Dispose();

    [SlixmppTheory]
    [InlineData(StreamMethod.Proxy, "s5b")]
    [InlineData(StreamMethod.Direct, "s5b")]
    [InlineData(StreamMethod.InBand, "ibb")]
    public async Task Component_must_send_to_slixmpp(StreamMethod method, string option)
    {
        await using var server = await ProsodyServer.StartAsync(new ProsodySetup { Clients = true });
        await using var host = await EmbeddedHost.ComponentAsync(server);
        await using var receiver = PeerProcess.Slixmpp(
            Slixmpp, ProsodyServer.PasswordOf("bob"), server.ClientPort, "receive", _folder.Folder("in"), "--accept", option);
        await receiver.EventAsync("ready");

        var (transfer, sent) = await host.SendAsync(Address, Jid.Parse(Slixmpp), _folder.File("a.bin", _bytes), Only(method));

        Assert.Equal((_bytes.Length, Hash), (sent.Bytes, sent.Sha256));
        Assert.Equal(method, transfer.Method?.Method);
        Assert.Equal(Hash, (await receiver.EventAsync("completed")).GetProperty("sha256").GetString());
        Assert.Equal(0, await receiver.EndAsync());
    }

    [SlixmppTheory]
    [InlineData("s5b", StreamMethod.Proxy, Receiver)]
    [InlineData("ibb", StreamMethod.InBand, Receiver)]
    [InlineData("s5b", StreamMethod.Proxy, ProsodyServer.Component)]
    [InlineData("ibb", StreamMethod.InBand, ProsodyServer.Component)]
    public async Task Slixmpp_must_send_to_a_component(string option, StreamMethod method, string to)
    {
        await using var server = await ProsodyServer.StartAsync(new ProsodySetup { Clients = true });
        await using var host = await EmbeddedHost.ComponentAsync(server);
        var receiving = host.ReceiveAsync(_folder.Folder("in"));

        await using var sender = PeerProcess.Slixmpp(
            Slixmpp, ProsodyServer.PasswordOf("bob"), server.ClientPort,
            "send", _folder.File("a.bin", _bytes), "--to", to, "--methods", option);

        await sender.EventAsync("completed");
        var (transfer, received) = await receiving;
        Assert.Equal((_bytes.Length, Hash), (received.Bytes, received.Sha256));
        Assert.Equal(method, transfer.Method?.Method);
        Assert.Equal(_bytes, await File.ReadAllBytesAsync(received.Path!));
        Assert.Equal(0, await sender.EndAsync());
    }

    /// <summary>The component is addressed by its domain alone.</summary>
    [ProsodyTheory]
    [InlineData(StreamMethod.Proxy, "proxy")]
    [InlineData(StreamMethod.Direct, "direct")]
    [InlineData(StreamMethod.InBand, "ibb")]
    public async Task Command_line_must_send_to_the_domain_of_a_component(StreamMethod method, string option)
    {
        await using var server = await ProsodyServer.StartAsync(new ProsodySetup { Clients = true });
        await using var host = await EmbeddedHost.ComponentAsync(server);
        var receiving = host.ReceiveAsync(_folder.Folder("in"));

        await using var sender = CommandLineProcess.Send(
            server, "alice/out", _folder.File("a.bin", _bytes), ProsodyServer.Component, "--method", option);

        await sender.EventAsync("completed");
        var (transfer, received) = await receiving;
        Assert.Equal((_bytes.Length, Hash), (received.Bytes, received.Sha256));
        Assert.Equal((method, Jid.Parse("alice@localhost/out")), (transfer.Method?.Method, transfer.Peer));
        Assert.Equal(0, await sender.EndAsync());
    }

    [ProsodyFact]
    public async Task Component_must_send_from_its_domain_to_the_domain_of_another()
    {
        const string other = "more.localhost";
        await using var server = await ProsodyServer.StartAsync(new ProsodySetup { Components = [ProsodyServer.Component, other] });
        await using var near = await EmbeddedHost.ComponentAsync(server);
        await using var far = await EmbeddedHost.ComponentAsync(server, other);
        var receiving = far.ReceiveAsync(_folder.Folder("in"));

        var (_, sent) = await near.SendAsync(Jid.Parse(ProsodyServer.Component), Jid.Parse(other), _folder.File("a.bin", _bytes), StreamMethods.Proxy);

        var (transfer, received) = await receiving;
        Assert.Equal((Hash, Hash), (sent.Sha256, received.Sha256));
        Assert.Equal(Jid.Parse(ProsodyServer.Component), transfer.Peer);
    }

    private string Hash => Convert.ToHexStringLower(SHA256.HashData(_bytes));

    private static StreamMethods Only(StreamMethod method) => method switch
    {
        StreamMethod.Direct => StreamMethods.Direct,
        StreamMethod.Proxy => StreamMethods.Proxy,
        _ => StreamMethods.InBand,
    };
}
