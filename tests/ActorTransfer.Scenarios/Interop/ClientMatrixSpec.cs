using System.Security.Cryptography;
using ActorTransfer.Protocol.Bytestreams;
using ActorTransfer.Protocol.ProxyService;
using ActorTransfer.Scenarios.Prosody;

namespace ActorTransfer.Scenarios.Interop;

/// <summary>The command line logged in to Prosody, with slixmpp and with itself, by every method that both support.</summary>
public sealed class ClientMatrixSpec : IDisposable
{
    private static readonly ProsodySetup Clients = new() { Clients = true };
    private readonly TestFolder _folder = new();
    private readonly byte[] _bytes = RandomNumberGenerator.GetBytes(3 << 20);

    public void Dispose() => _folder.Dispose();

    [SlixmppTheory]
    [InlineData(StreamMethod.Proxy, "s5b")]
    [InlineData(StreamMethod.Direct, "s5b")]
    [InlineData(StreamMethod.InBand, "ibb")]
    public async Task Command_line_must_send_to_slixmpp(StreamMethod method, string accepted)
    {
        await using var server = await ProsodyServer.StartAsync(Clients);
        await using var receiver = Slixmpp(server, "receive", _folder.Folder("in"), "--accept", accepted);
        await receiver.EventAsync("ready");

        await using var sender = CommandLineProcess.Send(server, "alice/out", File, "bob@localhost/slix", "--method", CommandLineProcess.Name(method));

        await MustArriveAsync(sender, receiver, method);
    }

    [SlixmppTheory]
    [InlineData("s5b", StreamMethod.Proxy)]
    [InlineData("ibb", StreamMethod.InBand)]
    public async Task Slixmpp_must_send_to_the_command_line(string option, StreamMethod method)
    {
        await using var server = await ProsodyServer.StartAsync(Clients);
        await using var receiver = await CommandLineProcess.ReceiveAsync(server, "alice/in", _folder.Folder("in"), "--count", "1");

        await using var sender = Slixmpp(server, "send", File, "--to", "alice@localhost/in", "--methods", option);

        Assert.Equal(CommandLineProcess.Name(method), (await receiver.EventAsync("method")).Text("method"));
        await MustArriveAsync(sender, receiver, method: null);
    }

    [ProsodyTheory]
    [InlineData(StreamMethod.Proxy, "si")]
    [InlineData(StreamMethod.Direct, "si")]
    [InlineData(StreamMethod.InBand, "si")]
    [InlineData(StreamMethod.Proxy, "jingle")]
    [InlineData(StreamMethod.Direct, "jingle")]
    [InlineData(StreamMethod.InBand, "jingle")]
    public async Task Command_line_must_send_to_itself(StreamMethod method, string signalling)
    {
        await using var server = await ProsodyServer.StartAsync(Clients);
        await using var receiver = await CommandLineProcess.ReceiveAsync(server, "bob/in", _folder.Folder("in"), "--count", "1");

        await using var sender = CommandLineProcess.Send(
            server, "alice/out", File, "bob@localhost/in", "--method", CommandLineProcess.Name(method), "--signalling", signalling);

        await MustArriveAsync(sender, receiver, method);
    }

    [ProsodyTheory]
    [InlineData("required", false)]
    [InlineData("starttls", false)]
    [InlineData("direct", true)]
    public async Task Command_line_must_log_in_with_TLS(string tls, bool isDirect)
    {
        await using var server = await ProsodyServer.StartAsync(Clients with { Tls = true });
        var port = (isDirect ? server.DirectTlsPort : server.ClientPort).ToString(System.Globalization.CultureInfo.InvariantCulture);
        string[] options = ["--port", port, "--tls", tls];
        await using var receiver = await CommandLineProcess.ReceiveAsync(server, "bob/in", _folder.Folder("in"), ["--count", "1", .. options]);

        await using var sender = CommandLineProcess.Send(server, "alice/out", File, "bob@localhost/in", ["--method", "proxy", .. options]);

        await MustArriveAsync(sender, receiver, StreamMethod.Proxy);
    }

    [ProsodyFact]
    public async Task Closed_port_of_the_proxy_must_lead_to_in_band()
    {
        await using var server = await ProsodyServer.StartAsync(Clients with { ProxyAddress = ProsodySetup.UnusedAddress });
        await using var receiver = await CommandLineProcess.ReceiveAsync(server, "bob/in", _folder.Folder("in"), "--count", "1");

        await using var sender = CommandLineProcess.Send(server, "alice/out", File, "bob@localhost/in", "--no-direct");

        await MustArriveAsync(sender, receiver, StreamMethod.InBand);
    }

    [SlixmppFact]
    public async Task Closed_port_of_the_proxy_must_lead_to_in_band_with_a_peer_that_chose_SOCKS5()
    {
        await using var server = await ProsodyServer.StartAsync(Clients with { ProxyAddress = ProsodySetup.UnusedAddress });
        await using var receiver = Slixmpp(server, "receive", _folder.Folder("in"), "--accept", "s5b");
        await receiver.EventAsync("ready");

        await using var sender = CommandLineProcess.Send(server, "alice/out", File, "bob@localhost/slix", "--no-direct");

        await MustArriveAsync(sender, receiver, StreamMethod.InBand);
    }

    private string File => _folder.File("a.bin", _bytes);

    private static PeerProcess Slixmpp(ProsodyServer server, params string[] args) =>
        PeerProcess.Slixmpp("bob@localhost/slix", ProsodyServer.PasswordOf("bob"), server.ClientPort, args);

    /// <summary>Both sides report the right hash, the file exists, and our sender used this method.</summary>
    private async Task MustArriveAsync(PeerProcess sender, PeerProcess receiver, StreamMethod? method)
    {
        var hash = Convert.ToHexStringLower(SHA256.HashData(_bytes));
        var sent = await sender.EventAsync("completed");
        var received = await receiver.EventAsync("completed");
        Assert.Equal((hash, hash), (sent.Text("sha256"), received.Text("sha256")));
        Assert.Equal(_bytes, await System.IO.File.ReadAllBytesAsync(_folder["in/a.bin"]));
        if (method is { } taken)
        {
            Assert.Equal(CommandLineProcess.Name(taken), sent.Text("method"));
        }

        Assert.Equal((0, 0), (await sender.EndAsync(), await receiver.EndAsync()));
    }
}
