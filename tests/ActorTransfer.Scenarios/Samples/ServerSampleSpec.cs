using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using ActorTransfer.Scenarios.Architecture;
using ActorTransfer.Scenarios.Prosody;
using ActorTransfer.Testing.Time;

namespace ActorTransfer.Scenarios.Samples;

/// <summary>The samples that need an XMPP server, with a Prosody that requires TLS: alice and bob are contacts.</summary>
public sealed class ServerSampleSpec : IDisposable
{
    private const string Loopback = "127.0.0.1";
    private const int Addresses = 50;

    private static readonly ProsodySetup Setup = new() { Clients = true, Tls = true, Contacts = [("alice", "bob")] };

    private readonly byte[] _bytes = RandomNumberGenerator.GetBytes(300_007);

    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("Send")]
    [InlineData("Receive")]
    public void Sample_must_have_fewer_than_20_lines(string name) =>
        Assert.InRange(File.ReadLines(Path.Combine(Repository.Root, "samples", name, "Program.cs")).Count(), 1, 19);

    [ProsodyFact]
    public async Task Receive_must_store_what_Send_sends()
    {
        await using var server = await ProsodyServer.StartAsync(Setup);
        string[] receiver = ["--account", "bob@localhost/desktop", "--from", "alice@localhost", "--into", _folder["in"]];
        string[] sender = ["--account", "alice@localhost", "--to", "bob@localhost", "--file", _folder.File("a.bin", _bytes)];
        await using var receive = new SampleProcess("Receive", server, Password("bob"), [.. receiver, .. At(server)]);
        await receive.LineAsync("is up as bob@localhost/desktop");

        await using var send = new SampleProcess("Send", server, Password("alice"), [.. sender, .. At(server)]);
        await send.EndAsync();

        Assert.Equal(_bytes, await File.ReadAllBytesAsync(Path.Combine(_folder["in"], "a.bin")));
        await receive.StopAsync();
    }

    [ProsodyFact]
    public async Task WorkerService_must_receive_from_known_senders_only()
    {
        await using var server = await ProsodyServer.StartAsync(Setup);
        await using var worker = new SampleProcess("WorkerService", server, new Dictionary<string, string?>
        {
            ["ActorTransfer__Accounts__0__Jid"] = "bob@localhost/inbox",
            ["ActorTransfer__Accounts__0__Password"] = ProsodyServer.PasswordOf("bob"),
            ["ActorTransfer__Accounts__0__Host"] = Loopback,
            ["ActorTransfer__Accounts__0__Port"] = Text(server.ClientPort),
            ["ActorTransfer__DownloadFolder"] = _folder["in"],
            ["Senders__0"] = "alice@localhost",
        });
        await worker.LineAsync("is up as bob@localhost/inbox");
        await using var alice = await ClientHost.StartAsync(ClientHost.Address(server, "alice"));
        await using var carol = await ClientHost.StartAsync(ClientHost.Address(server, "carol"));
        var file = new FileInfo(_folder.File("a.bin", _bytes));

        var known = await (await alice.Transfers.SendAsync(Jid.Parse("bob@localhost/inbox"), file)).Completion;
        var stranger = await (await carol.Transfers.SendAsync(Jid.Parse("bob@localhost/inbox"), file)).Completion;

        Assert.IsType<TransferOutcome.Completed>(known);
        Assert.Contains("may not send", Assert.IsType<TransferOutcome.Refused>(stranger).Reason, StringComparison.Ordinal);
        await worker.LineAsync("alice@localhost/engine has sent " + Path.Combine(_folder["in"], "a.bin"));
        await worker.StopAsync();
    }

    [ProsodyFact]
    public async Task ManyAddresses_must_keep_a_folder_for_each_address_of_its_domain()
    {
        await using var server = await ProsodyServer.StartAsync(Setup);
        await using var component = new SampleProcess(
            "ManyAddresses", server, new Dictionary<string, string?> { ["ACTOR_TRANSFER_PASSWORD"] = server.SecretText },
            "--component", ProsodyServer.Component, "--server", Loopback, "--port", Text(server.ComponentPort), "--into", _folder["in"]);
        await component.LineAsync("is up as files.localhost");
        await using var alice = await ClientHost.StartAsync(ClientHost.Address(server, "alice"));
        var file = new FileInfo(_folder.File("a.bin", "abc"u8));

        await Parallel.ForEachAsync(Enumerable.Range(0, Addresses), new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (number, ct) =>
        {
            var transfer = await alice.Transfers.SendAsync(Jid.Parse($"user{number}@files.localhost/inbox"), file, ct: ct);
            Assert.IsType<TransferOutcome.Completed>(await transfer.Completion);
        });
        var withoutUser = await (await alice.Transfers.SendAsync(Jid.Parse("files.localhost"), file)).Completion;

        Assert.Contains("inbox@files.localhost", Assert.IsType<TransferOutcome.Refused>(withoutUser).Reason, StringComparison.Ordinal);
        // A sender may be told that its bytes have arrived before they are in the file.
        var stored = Enumerable.Range(0, Addresses).Select(Stored).ToArray();
        await Eventually.HoldsAsync(() => Array.TrueForAll(stored, File.Exists), () => "missing: " + string.Join(", ", stored.Where(path => !File.Exists(path))));
        Assert.All(stored, path => Assert.Equal("abc", File.ReadAllText(path)));
        await component.StopAsync();

        string Stored(int number) => Path.Combine(_folder["in"], $"user{number}@files.localhost", "a.bin");
    }

    [ProsodyFact]
    public async Task UploadService_must_send_a_body_while_it_arrives()
    {
        await using var server = await ProsodyServer.StartAsync(Setup);
        await using var service = await UploadServiceAsync(server);
        await using var bob = await ClientHost.StartAsync(ClientHost.Address(server, "bob"));
        using var http = new HttpClient();
        using var body = new HalfContent(_bytes);
        var uploading = http.PutAsync(await AddressAsync(service, "bob@localhost", "a.bin"), body);

        var offer = await OfferAsync(bob);
        var receiving = await offer.AcceptAsync(_folder.Folder("in"));
        await foreach (var progress in receiving.ProgressAsync())
        {
            if (progress.Bytes > 0)
            {
                body.Continue(); // not before the peer has bytes of the first half
                break;
            }
        }

        var response = await uploading;
        var received = Assert.IsType<TransferOutcome.Completed>(await receiving.Completion);
        Assert.Equal(_bytes, await File.ReadAllBytesAsync(received.Path!));
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(received.Sha256, (string?)(await response.Content.ReadFromJsonAsync<JsonObject>())!["sha256"]);
        await service.StopAsync();
    }

    /// <summary>What the caller is ahead of the peer is in buffers of sockets, of Kestrel and of the server's proxy.</summary>
    [ProsodyFact]
    public async Task UploadService_must_read_a_body_at_the_pace_of_the_peer()
    {
        const long size = 150_000_000;
        await using var server = await ProsodyServer.StartAsync(Setup);
        await using var service = await UploadServiceAsync(server);
        await using var bob = await ClientHost.StartAsync(ClientHost.Address(server, "bob"), "actor-transfer.transfers.rate-per-transfer = 60MB");
        using var http = new HttpClient();
        using var body = new CountedContent(size);
        var uploading = http.PutAsync(await AddressAsync(service, "bob@localhost", "a.bin"), body);

        var receiving = await (await OfferAsync(bob)).AcceptAsync(_folder.Folder("in"));
        await foreach (var progress in receiving.ProgressAsync())
        {
            Assert.True(body.Sent - progress.Bytes < size / 3, $"{body.Sent} bytes were taken, {progress.Bytes} have arrived.");
        }

        Assert.Equal(size, Assert.IsType<TransferOutcome.Completed>(await receiving.Completion).Bytes);
        Assert.Equal(HttpStatusCode.OK, (await uploading).StatusCode);
        await service.StopAsync();
    }

    [ProsodyFact]
    public async Task UploadService_must_show_its_transfers_to_this_machine_only()
    {
        await using var server = await ProsodyServer.StartAsync(Setup);
        await using var service = await UploadServiceAsync(server);
        using var http = new HttpClient();
        var page = new Uri(await AddressAsync(service, "bob@localhost", "a.bin"), "/transfers");
        Assert.Contains("<title>Transfers</title>", await http.GetStringAsync(page), StringComparison.Ordinal);
        using var forwarded = new HttpRequestMessage(HttpMethod.Get, page) { Headers = { { "X-Forwarded-For", "192.0.2.1" } } };
        Assert.Equal(HttpStatusCode.Forbidden, (await http.SendAsync(forwarded)).StatusCode);
        await service.StopAsync();
    }

    [ProsodyFact]
    public async Task UploadService_must_report_refusals_and_pass_on_no_name_as_a_path()
    {
        await using var server = await ProsodyServer.StartAsync(Setup);
        await using var service = await UploadServiceAsync(server);
        await using var bob = await ClientHost.StartAsync(ClientHost.Address(server, "bob"));
        using var http = new HttpClient();

        var refusing = http.PutAsync(await AddressAsync(service, "bob@localhost", "..%2F..%2F%0A%E2%80%AEgnp.exe"), new ByteArrayContent(_bytes));
        var offer = await OfferAsync(bob);
        Assert.DoesNotContain(offer.File.Name, sign => sign is '/' or '\n' or '\u202E');
        await offer.RejectAsync("too large");

        await MustBeAsync(HttpStatusCode.Conflict, "too large", await refusing);
        await MustBeAsync(
            HttpStatusCode.BadRequest, "not a JID", await http.PutAsync(await AddressAsync(service, "a@b@c@", "a.bin"), new ByteArrayContent(_bytes)));
        using var chunked = new HttpRequestMessage(HttpMethod.Put, await AddressAsync(service, "bob@localhost", "a.bin"));
        chunked.Content = new ByteArrayContent(_bytes);
        chunked.Headers.TransferEncodingChunked = true;
        await MustBeAsync(HttpStatusCode.LengthRequired, "size", await http.SendAsync(chunked));
        await service.StopAsync();
    }

    private static async Task MustBeAsync(HttpStatusCode status, string detail, HttpResponseMessage response)
    {
        var text = await response.Content.ReadAsStringAsync();
        Assert.Equal(status, response.StatusCode);
        Assert.Contains(detail, text, StringComparison.Ordinal);
    }

    private static async Task<SampleProcess> UploadServiceAsync(ProsodyServer server)
    {
        string[] args = ["--account", "alice@localhost", "--password", ProsodyServer.PasswordOf("alice"), "--urls", $"http://{Loopback}:0", .. At(server)];
        var service = new SampleProcess("UploadService", server, new Dictionary<string, string?>(), args);
        await service.LineAsync("is up as alice@localhost");
        return service;
    }

    private static async Task<Uri> AddressAsync(SampleProcess service, string to, string name)
    {
        const string listening = "Now listening on: ";
        var line = await service.LineAsync(listening);
        return new Uri($"{line[(line.IndexOf(listening, StringComparison.Ordinal) + listening.Length)..].Trim()}/files/{to}/{name}");
    }

    private static async Task<IIncomingOffer> OfferAsync(ClientHost host)
    {
        await using var offers = host.Transfers.IncomingAsync().GetAsyncEnumerator();
        Assert.True(await offers.MoveNextAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(60)));
        return offers.Current;
    }

    private static Dictionary<string, string?> Password(string user) => new() { ["ACTOR_TRANSFER_PASSWORD"] = ProsodyServer.PasswordOf(user) };

    private static string[] At(ProsodyServer server) => ["--host", Loopback, "--port", Text(server.ClientPort)];

    private static string Text(int port) => port.ToString(CultureInfo.InvariantCulture);

    /// <summary>A body whose second half comes on request.</summary>
    private sealed class HalfContent(byte[] bytes) : HttpContent
    {
        private readonly TaskCompletionSource _second = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Continue() => _second.TrySetResult();

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            var half = bytes.Length / 2;
            await stream.WriteAsync(bytes.AsMemory(0, half));
            await stream.FlushAsync();
            await _second.Task;
            await stream.WriteAsync(bytes.AsMemory(half));
        }

        protected override bool TryComputeLength(out long length)
        {
            length = bytes.Length;
            return true;
        }
    }

    /// <summary>A body of zeros that counts what was sent.</summary>
    private sealed class CountedContent(long size) : HttpContent
    {
        private long _sent;

        public long Sent => Interlocked.Read(ref _sent);

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            var block = new byte[100_000];
            for (long sent = 0; sent < size; sent += block.Length)
            {
                await stream.WriteAsync(block);
                Interlocked.Add(ref _sent, block.Length);
            }
        }

        protected override bool TryComputeLength(out long length)
        {
            length = size;
            return true;
        }
    }
}
