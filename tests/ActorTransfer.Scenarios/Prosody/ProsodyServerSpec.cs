using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;

namespace ActorTransfer.Scenarios.Prosody;

/// <summary>The server of other tests offers what its setup requires.</summary>
public sealed class ProsodyServerSpec
{
    [ProsodyFact]
    public async Task Server_without_TLS_must_offer_PLAIN_and_SCRAM()
    {
        await using var server = await ProsodyServer.StartAsync(new ProsodySetup { Clients = true });
        using var client = new TcpClient();
        await client.ConnectAsync("127.0.0.1", server.ClientPort);

        var features = await FeaturesAsync(client.GetStream());

        Assert.All(new[] { "PLAIN", "SCRAM-SHA-1", "SCRAM-SHA-256" }, name => Assert.Contains($"<mechanism>{name}</mechanism>", features));
    }

    [ProsodyFact]
    public async Task Server_with_TLS_must_require_it_and_accept_STARTTLS_and_direct_TLS()
    {
        await using var server = await ProsodyServer.StartAsync(new ProsodySetup { Clients = true, Tls = true });
        using var plain = new TcpClient();
        await plain.ConnectAsync("127.0.0.1", server.ClientPort);
        using var direct = new TcpClient();
        await direct.ConnectAsync("127.0.0.1", server.DirectTlsPort);
        await using var tls = new SslStream(direct.GetStream(), false, (_, certificate, _, _) =>
            server.Certificates!.Sha256.Equals(certificate!.GetCertHashString(HashAlgorithmName.SHA256), StringComparison.OrdinalIgnoreCase));
        await tls.AuthenticateAsClientAsync("localhost");

        Assert.DoesNotContain("<mechanism>", await FeaturesAsync(plain.GetStream()));
        Assert.Contains("<mechanism>SCRAM-SHA-1", await FeaturesAsync(tls));
    }

    [ProsodyFact]
    public async Task Restarted_server_must_use_the_same_ports()
    {
        await using var server = await ProsodyServer.StartAsync(new ProsodySetup { Clients = true });

        await server.RestartAsync();

        using var client = new TcpClient();
        await client.ConnectAsync("127.0.0.1", server.ClientPort);
        Assert.Contains("PLAIN", await FeaturesAsync(client.GetStream()));
    }

    private static async Task<string> FeaturesAsync(Stream stream)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        const string header =
            "<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' to='localhost' version='1.0'>";
        await stream.WriteAsync(Encoding.ASCII.GetBytes(header), limit.Token);
        var said = "";
        var buffer = new byte[4096];
        while (!said.Contains("</stream:features>", StringComparison.Ordinal) && await stream.ReadAsync(buffer, limit.Token) is > 0 and var count)
        {
            said += Encoding.UTF8.GetString(buffer, 0, count);
        }

        return said;
    }
}
