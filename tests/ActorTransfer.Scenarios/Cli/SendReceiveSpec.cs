using System.Security.Cryptography;
using System.Text.Json;
using ActorTransfer.Actors.Files;
using ActorTransfer.Actors.Transfers;
using ActorTransfer.Cli;
using ActorTransfer.Protocol.ProxyService;
using ActorTransfer.Scenarios.Prosody;
using ActorTransfer.Scenarios.Watching;

namespace ActorTransfer.Scenarios.Cli;

/// <summary><c>send</c> and <c>receive</c> as processes, with Prosody.</summary>
public sealed class SendReceiveSpec : IDisposable
{
    private const string Bob = "bob@localhost/desk";

    /// <summary>The properties of each event in their order; events of a transfer have its number.</summary>
    private static readonly Dictionary<string, string> Grammar = new()
    {
        ["page"] = "event address",
        ["ready"] = "event jid",
        ["offer"] = "event (from|to) name size transfer",
        ["accepted"] = "event transfer",
        ["method"] = "event method host signalling transfer",
        ["progress"] = "event bytes size bytesPerSecond transfer",
        ["completed"] = "event name size sha256 method seconds path delivery transfer",
        ["failed"] = "event phase side reason detail exitCode( partialFile)?( name)?( transfer)?",
    };

    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [ProsodyTheory]
    [InlineData("direct", "direct")]
    [InlineData("proxy", "proxy")]
    [InlineData("ibb", "ibb")]
    [InlineData("auto", "direct")]
    public async Task File_must_arrive_by_the_requested_method_and_both_sides_must_report_it_in_the_same_format(string option, string method)
    {
        await using var server = await ProsodyServer.StartAsync(new ProsodySetup { Clients = true });
        var bytes = RandomNumberGenerator.GetBytes(300_001);
        var file = _folder.File("Grüße 1.bin", bytes);
        using var receive = Receive(server, "--count", "1", "--json");
        await receive.LineAsync(line => line.Contains("\"ready\""));

        using var send = Send(server, [file], "--json", "--method", option);
        var (sent, sender, senderError) = await send.EndAsync();
        var (received, receiver, receiverError) = await receive.EndAsync();

        Assert.Equal((0, "", 0, ""), (sent, senderError, received, receiverError));
        Assert.Equal(bytes, await File.ReadAllBytesAsync(_folder["in/Grüße 1.bin"]));
        var hash = Convert.ToHexStringLower(SHA256.HashData(bytes));
        foreach (var (output, path) in new[] { (sender, file), (receiver, _folder["in/Grüße 1.bin"]) })
        {
            var events = Events(output);
            Assert.Matches("^ready offer accepted method progress (progress )*completed$", string.Join(' ', events.Select(e => Text(e, "event"))));
            var selected = events.Single(e => Text(e, "event") == "method");
            Assert.Equal((method, "jingle"), (Text(selected, "method"), Text(selected, "signalling")));
            var completed = events[^1];
            Assert.Equal(
                (hash, method, path, "Grüße 1.bin"), (Text(completed, "sha256"), Text(completed, "method"), Text(completed, "path"), Text(completed, "name")));
            Assert.Equal((bytes.Length, bytes.Length), (completed.GetProperty("size").GetInt32(), events[^2].GetProperty("bytes").GetInt32()));
        }

        Assert.Equal(Bob, Text(Events(receiver)[0], "jid"));
        Assert.Equal(Text(Events(sender)[0], "jid"), Text(Events(receiver)[1], "from"));
    }

    [ProsodyFact]
    public async Task Text_lines_must_report_readiness_and_received_files()
    {
        await using var server = await ProsodyServer.StartAsync(new ProsodySetup { Clients = true });
        string[] files = [_folder.File("a.bin", new byte[1000]), _folder.File("b.bin", [])];
        using var receive = Receive(server, "--count", "2");
        await receive.LineAsync(line => line == $"Ready as {Bob}, saving to {_folder["in"]}");

        // With the password in the environment and no standard input.
        using var send = new CliProcess(
            ["env", $"ACTOR_TRANSFER_PASSWORD={ProsodyServer.PasswordOf("alice")}", "sh", "-c", "exec \"$@\" <&-", "sh"],
            ["send", .. files, "--to", Bob, .. Connection(server, "alice")]);
        var (sent, sender, error) = await send.EndAsync();
        var (received, receiver, _) = await receive.EndAsync();

        Assert.Equal((0, "", 0), (sent, error, received));
        Assert.Matches(@"a\.bin sent, 1 kB in [\d.]+ s, SHA-256 [0-9a-f]{64}", sender);
        Assert.Contains($"b.bin received as {_folder["in/b.bin"]}, 0 B", receiver);
        Assert.DoesNotContain('\e', receiver);
    }

    [ProsodyFact]
    public async Task Receiver_must_serve_its_page_and_its_metrics()
    {
        await using var server = await ProsodyServer.StartAsync(new ProsodySetup { Clients = true });
        var port = Scrape.FreePort();
        using var receive = Receive(server, "--page", "0", "--metrics", $"{port}", "--json");
        var served = Assert.Single(Events(await receive.LineAsync(line => line.Contains("\"page\""))));
        await receive.LineAsync(line => line.Contains("\"ready\""));
        using var send = Send(server, [_folder.File("a.bin", new byte[1000])], "--json");
        Assert.Equal(0, (await send.EndAsync()).Code);
        await receive.LineAsync(line => line.Contains("\"completed\""));

        using var http = new HttpClient();
        var page = await http.GetStringAsync(Text(served, "address"));
        var metrics = await http.GetStringAsync(new Uri($"http://127.0.0.1:{port}/metrics"));

        Assert.Contains("<title>Transfers</title>", page, StringComparison.Ordinal);
        Assert.Matches("(?m)^actortransfer_transfers_ended_total\\{[^}]*\\} 1( \\d+)?$", metrics);
        receive.Signal(CliProcess.Terminate);
        await receive.EndAsync();
        Assert.Empty(receive.Leftovers);
    }

    [ProsodyFact]
    public async Task Unwanted_offers_must_be_refused_without_ending_the_receiver()
    {
        await using var server = await ProsodyServer.StartAsync(new ProsodySetup { Clients = true });
        using var receive = Receive(server, "--json", "--max-size", "10", "--from", "alice@localhost");
        await receive.LineAsync(line => line.Contains("\"ready\""));

        using var large = Send(server, [_folder.File("large.bin", new byte[11])], "--json");
        var (code, output, _) = await large.EndAsync();
        using var stranger = new CliProcess(
            ["send", _folder.File("small.bin", new byte[10]), "--to", Bob, "--json", .. Options(server, "carol")]);
        var (strange, _, _) = await stranger.EndAsync();

        Assert.Equal(((int)ExitCode.Refused, (int)ExitCode.Refused), (code, strange));
        var failed = Events(output)[^1];
        Assert.Equal(("failed", "offer", "peer", "refused"), (Text(failed, "event"), Text(failed, "phase"), Text(failed, "side"), Text(failed, "reason")));
        receive.Signal(CliProcess.Terminate);
        var (received, told, _) = await receive.EndAsync();
        Assert.Equal((int)ExitCode.Interrupted, received);
        Assert.Equal("ready offer failed offer failed", string.Join(' ', Events(told).Select(e => Text(e, "event"))));
    }

    /// <summary>Spark and Smack omit the size; the sent bytes count.</summary>
    [ProsodyTheory]
    [InlineData(100_000, true)]
    [InlineData(100_001, false)]
    public async Task File_of_unknown_size_must_be_received_up_to_the_maximum_size(int size, bool isTaken)
    {
        await using var server = await ProsodyServer.StartAsync(new ProsodySetup { Clients = true });
        using var receive = Receive(server, "--json", "--count", "1", "--max-size", "100000", "--from", "alice@localhost");
        await receive.LineAsync(line => line.Contains("\"ready\""));
        var bytes = RandomNumberGenerator.GetBytes(size);
        await using var alice = await ClientHost.StartAsync(ClientHost.Address(server, "alice"), "actor-transfer.files.offer-md5-up-to = 0");
        using var content = new SeekableContent(new MemoryStream(bytes), new FileDescription("a.bin", size) { IsSizeUnknown = true });
        var sending = await alice.Transfers.SendAsync(Jid.Parse(Bob), content);
        var outcome = await sending.Completion;
        var (code, output, _) = await receive.EndAsync();

        var events = Events(output);
        Assert.Equal(JsonValueKind.Null, events.Single(e => Text(e, "event") == "offer").GetProperty("size").ValueKind);
        Assert.All(events.Where(e => Text(e, "event") == "progress"), e => Assert.Equal(JsonValueKind.Null, e.GetProperty("size").ValueKind));
        if (isTaken)
        {
            Assert.IsType<TransferOutcome.Completed>(outcome);
            Assert.Equal((0, "completed", size), (code, Text(events[^1], "event"), events[^1].GetProperty("size").GetInt32()));
            Assert.Equal(bytes, await File.ReadAllBytesAsync(_folder["in/a.bin"]));
        }
        else
        {
            Assert.Equal(("failed", "wrong-length"), (Text(events[^1], "event"), Text(events[^1], "reason")));
            Assert.NotEqual(0, code);
            Assert.Empty(Directory.GetFiles(_folder["in"]));
        }
    }

    [ProsodyTheory]
    [InlineData(CliProcess.Interrupt, true)]
    [InlineData(CliProcess.Terminate, false)]
    public async Task Signal_must_end_the_transfer_on_both_sides(int signal, bool toSender)
    {
        await using var server = await ProsodyServer.StartAsync(new ProsodySetup { Clients = true });
        using (var large = File.Create(_folder["large.bin"]))
        {
            large.SetLength(20L << 30); // sparse
        }

        using var receive = Receive(server, "--count", "1", "--json", "--method", "s5b"); // an in-band bytestream may still follow, otherwise
        await receive.LineAsync(line => line.Contains("\"ready\""));
        using var send = Send(server, [_folder["large.bin"]], "--json");
        await receive.LineAsync(line => line.Contains("\"progress\""));

        (toSender ? send : receive).Signal(signal);
        var (sent, sender, _) = await send.EndAsync();
        var (received, receiver, _) = await receive.EndAsync();

        var ends = (Events(sender)[^1], Events(receiver)[^1]);
        var (own, other) = toSender ? ends : (ends.Item2, ends.Item1);
        Assert.Equal(
            ("failed", "local", "cancelled", 130), (Text(own, "event"), Text(own, "side"), Text(own, "reason"), own.GetProperty("exitCode").GetInt32()));
        Assert.Equal(("failed", "peer"), (Text(other, "event"), Text(other, "side")));
        Assert.Equal(130, toSender ? sent : received);
        Assert.NotEqual(0, toSender ? received : sent);
    }

    [ProsodyFact]
    public async Task Failed_login_must_be_reported_by_a_message_and_an_exit_code()
    {
        await using var server = await ProsodyServer.StartAsync(new ProsodySetup { Clients = true, Tls = true });
        var (file, wrong) = (_folder.File("a.bin", [1]), _folder.File("wrong", "open barley\n"u8));
        string[] to = ["send", file, "--to", Bob, "--account", "alice@localhost", "--host", "127.0.0.1", "--json", "--tls", "starttls"];
        string[] here = ["--port", $"{server.ClientPort}"];
        string[] trusting = [.. to, "--ca-file", server.Certificates!.Authority];

        (string[] Args, ExitCode Code, string Phase, string Reason)[] cases =
        [
            ([.. to, .. here, "--password-file", wrong], ExitCode.CertificateNotTrusted, "login", "certificate-not-trusted"),
            ([.. to, .. here, "--password-file", wrong, "--pin-certificate", server.Certificates.Sha256], ExitCode.LoginRefused, "login", "login-refused"),
            ([.. trusting, .. here, "--password-file", wrong], ExitCode.LoginRefused, "login", "login-refused"),
            ([.. trusting, "--password-file", wrong, "--port", "1"], ExitCode.ServerUnreachable, "login", "server-unreachable"),
            ([.. trusting, .. here, "--password-file", server.PasswordFile("alice")], ExitCode.PeerUnavailable, "offer", "not-supported"),
        ];
        foreach (var (args, code, phase, reason) in cases)
        {
            using var process = new CliProcess(args);
            var (ended, output, _) = await process.EndAsync();

            var failed = Events(output)[^1];
            Assert.Equal((code, phase, reason), ((ExitCode)ended, Text(failed, "phase"), Text(failed, "reason")));
        }
    }

    private static string[] Connection(ProsodyServer server, string user) =>
    [
        "--account", user == "bob" ? Bob : $"{user}@localhost", "--host", "127.0.0.1", "--port", $"{server.ClientPort}", "--tls", "off",
        "--allow-addresses", "loopback", "--timeout", "20s",
    ];

    private static string[] Options(ProsodyServer server, string user) => [.. Connection(server, user), "--password-file", server.PasswordFile(user)];

    private CliProcess Receive(ProsodyServer server, params string[] more) =>
        new(["receive", "--into", _folder["in"], .. Options(server, "bob"), .. more]);

    private static CliProcess Send(ProsodyServer server, string[] files, params string[] more) =>
        new(["send", .. files, "--to", Bob, .. Options(server, "alice"), .. more]);

    /// <summary>Reads the lines and checks each against the grammar.</summary>
    private static JsonElement[] Events(string output)
    {
        var events = output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement).ToArray();
        Assert.All(
            events, happened => Assert.Matches($"^{Grammar[Text(happened, "event")]}$", string.Join(' ', happened.EnumerateObject().Select(p => p.Name))));
        return events;
    }

    private static string Text(JsonElement happened, string property) => happened.GetProperty(property).GetString()!;
}
