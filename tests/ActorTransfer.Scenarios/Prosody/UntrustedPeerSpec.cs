using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using ActorTransfer.Protocol;
using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Scenarios.Cli;
using ActorTransfer.Scenarios.Proxy;

namespace ActorTransfer.Scenarios.Prosody;

/// <summary>Stanzas that any other user of the server can send to an account or a component, and addresses as the server normalizes them.</summary>
public sealed class UntrustedPeerSpec : IDisposable
{
    private static readonly ProsodySetup Clear = new() { Clients = true };
    private static readonly string Deep = string.Concat(Enumerable.Repeat("<a>", 40)) + string.Concat(Enumerable.Repeat("</a>", 40));

    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [ProsodyFact]
    public async Task Transfer_must_continue_when_a_peer_sends_stanzas_beyond_the_limits()
    {
        await using var server = await ProsodyServer.StartAsync(Clear);
        await using var alice = await ClientHost.StartAsync(ClientHost.Address(server, "alice"));
        await using var bob = await ClientHost.StartAsync(ClientHost.Address(server, "bob"));
        using var carol = await RawClient.LogInAsync(server, "carol");
        var accepting = AcceptAsync(bob);
        var bytes = RandomNumberGenerator.GetBytes(2_000_000);
        var sending = await alice.Transfers.SendAsync(
            Jid.Parse("bob@localhost/engine"), new FileInfo(_folder.File("a.bin", bytes)), new SendOptions { Methods = StreamMethods.InBand });
        var receiving = await accepting;
        await foreach (var progress in receiving.ProgressAsync())
        {
            if (progress is { State: TransferState.Streaming, Bytes: > 0 })
            {
                await carol.SendAsync($"<message to='bob@localhost/engine'><a xmlns='u'>{Deep}</a></message>"
                    + $"<iq type='set' id='q1' to='bob@localhost/engine'><a xmlns='u'>{Deep}</a></iq>");
                Assert.Contains("policy-violation", await carol.ReceiveAsync("</iq>"), StringComparison.Ordinal);
                break;
            }
        }

        Assert.Equal(bytes.Length, Assert.IsType<TransferOutcome.Completed>(await sending.Completion).Bytes);
        Assert.Equal(bytes, await File.ReadAllBytesAsync(Assert.IsType<TransferOutcome.Completed>(await receiving.Completion).Path!));
        Assert.False(bob.HasNews);
    }

    [ProsodyFact]
    public async Task Component_must_stay_connected_when_a_peer_sends_stanzas_beyond_the_limits()
    {
        await using var server = await ProsodyServer.StartAsync(Clear);
        await using var user = await ComponentUser.ConnectAsync(server);
        using var carol = await RawClient.LogInAsync(server, "carol");

        await carol.SendAsync(
            $"<message to='files.localhost'><a xmlns='u'>{Deep}</a></message><iq type='set' id='q1' to='files.localhost'><a xmlns='u'>{Deep}</a></iq>");
        Assert.Contains("policy-violation", await carol.ReceiveAsync("</iq>"), StringComparison.Ordinal);
        await carol.SendAsync("<iq type='get' id='q2' to='files.localhost'><ping xmlns='urn:xmpp:ping'/></iq>");
        Assert.Contains("type='result'", await carol.ReceiveAsync("/>"), StringComparison.Ordinal);
        Assert.IsType<Answer.Result>(await user.AddressAsync());
    }

    [ProsodyTheory]
    [InlineData(StreamMethods.Proxy)]
    [InlineData(StreamMethods.InBand)]
    [InlineData(StreamMethods.Direct)]
    public async Task File_must_arrive_at_a_JID_that_the_server_normalizes(StreamMethods methods)
    {
        await using var server = await ProsodyServer.StartAsync(Clear);
        await using var alice = await ClientHost.StartAsync(
            ClientHost.Address(server, "alice"), "actor-transfer.stream-host { enabled = on, bind = \"127.0.0.1\" }");
        await using var bob = await ClientHost.StartAsync(ClientHost.Address(server, "bob", resource: "Büro™"));
        var accepting = AcceptAsync(bob);
        var bytes = RandomNumberGenerator.GetBytes(100_003);

        var sending = await alice.Transfers.SendAsync(
            Jid.Parse("bob@localhost/Büro™"),
            new FileInfo(_folder.File("a.bin", bytes)),
            new SendOptions { Methods = methods, Signalling = Signalling.StreamInitiation });

        var receiving = await accepting;
        Assert.IsType<TransferOutcome.Completed>(await sending.Completion);
        Assert.Equal(bytes, await File.ReadAllBytesAsync(Assert.IsType<TransferOutcome.Completed>(await receiving.Completion).Path!));
    }

    [ProsodyTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Hostile_name_must_be_one_printable_line_and_the_same_text_in_JSON(bool json)
    {
        await using var server = await ProsodyServer.StartAsync(Clear);
        using var receive = new CliProcess(
        [
            "receive", "--into", _folder["in"], "--max-size", "10", "--account", "bob@localhost/desk", "--host", "127.0.0.1", "--port", $"{server.ClientPort}",
            "--tls", "off",
            "--password-file", server.PasswordFile("bob"), .. json ? new[] { "--json" } : ["--verbose"],
        ]);
        await receive.LineAsync(line => line.Contains("eady", StringComparison.Ordinal));
        using var carol = await RawClient.LogInAsync(server, "carol");
        const string sent = "a\u2028[12:00:00 ERR] forged\u061C\u202Egnp.exe\u009B2J";
        await carol.SendAsync(Offer(sent));
        Assert.Contains("forbidden", await carol.ReceiveAsync("</iq>"), StringComparison.Ordinal);

        receive.Signal(CliProcess.Terminate);
        var (_, output, error) = await receive.EndAsync();
        var lines = $"{output}\n{error}".Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Contains(lines, line => line.Contains("forged", StringComparison.Ordinal));
        Assert.All(lines, line => Assert.True(PrintableText.IsPrintable(line, int.MaxValue), line));
        Assert.DoesNotContain(lines, line => line.StartsWith("[12:00:00", StringComparison.Ordinal));
        if (json)
        {
            var names = output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement)
                .Where(happened => happened.TryGetProperty("name", out _)).Select(happened => happened.GetProperty("name").GetString());
            Assert.All(names, name => Assert.Equal(sent, name));
        }
        else
        {
            Assert.Contains(@"offers a\u{2028}[12:00:00 ERR] forged\u{061C}\u{202E}gnp.exe\u{009B}2J, 1 kB", output, StringComparison.Ordinal);
        }
    }

    private static string Offer(string name) => $"""
        <iq type='set' id='o1' to='bob@localhost/desk'><si xmlns='{Namespaces.StreamInitiation}' id='s1' profile='{Namespaces.FileTransferProfile}'>
          <file xmlns='{Namespaces.FileTransferProfile}' name='{name}' size='1000'/>
          <feature xmlns='{Namespaces.FeatureNegotiation}'><x xmlns='jabber:x:data' type='form'>
            <field var='stream-method' type='list-single'><option><value>{Namespaces.Ibb}</value></option></field></x></feature></si></iq>
        """;

    private async Task<ITransfer> AcceptAsync(ClientHost host)
    {
        await foreach (var offer in host.Transfers.IncomingAsync())
        {
            return await offer.AcceptAsync(_folder["in"]);
        }

        throw new InvalidOperationException("The offers ended.");
    }

    /// <summary>A user that sends XML written by the test.</summary>
    private sealed class RawClient : IDisposable
    {
        private const string Header = "<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' to='localhost' version='1.0'>";
        private static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(30);

        private readonly TcpClient _client = new();
        private readonly StringBuilder _received = new();

        public static async Task<RawClient> LogInAsync(ProsodyServer server, string user)
        {
            var client = new RawClient();
            await client._client.ConnectAsync("127.0.0.1", server.ClientPort);
            await client.SendAsync(Header);
            await client.ReceiveAsync("</stream:features>");
            var plain = Convert.ToBase64String(Encoding.UTF8.GetBytes($"\0{user}\0{ProsodyServer.PasswordOf(user)}"));
            await client.SendAsync($"<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>{plain}</auth>");
            await client.ReceiveAsync("<success");
            await client.SendAsync(Header);
            await client.ReceiveAsync("</stream:features>");
            await client.SendAsync("<iq type='set' id='b'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>");
            await client.ReceiveAsync("</iq>");
            return client;
        }

        public async Task SendAsync(string text) => await _client.GetStream().WriteAsync(Encoding.UTF8.GetBytes(text));

        /// <summary>Waits for this text and consumes everything up to its end.</summary>
        public async Task<string> ReceiveAsync(string text)
        {
            using var limit = new CancellationTokenSource(MaxWait);
            var buffer = new byte[4096];
            while (!_received.ToString().Contains(text, StringComparison.Ordinal))
            {
                var count = await _client.GetStream().ReadAsync(buffer, limit.Token);
                Assert.True(count > 0, $"The stream ended before {text}; received: {_received}");
                _received.Append(Encoding.UTF8.GetString(buffer, 0, count));
            }

            var received = _received.ToString();
            var end = received.IndexOf(text, StringComparison.Ordinal) + text.Length;
            _received.Clear().Append(received.AsSpan(end));
            return received[..end];
        }

        public void Dispose() => _client.Dispose();
    }
}
