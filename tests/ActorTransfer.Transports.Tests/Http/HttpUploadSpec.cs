using System.Security.Cryptography;
using ActorTransfer.Extensibility;
using ActorTransfer.Protocol.HttpUpload;
using ActorTransfer.Testing.Streams;
using ActorTransfer.Testing.Time;
using ActorTransfer.Transports.Http;
using Akka.Streams.Dsl;

namespace ActorTransfer.Transports.Tests.Http;

/// <summary>Uploads to a scripted server.</summary>
public sealed class HttpUploadSpec : StreamTest
{
    private const int Size = 300_000;
    private readonly HttpClient _client;

    public HttpUploadSpec() => _client = Own(HttpClients.Create(null, TimeSpan.FromSeconds(10)));

    [Fact]
    public async Task File_must_be_put_with_its_length_its_type_and_the_headers_of_the_slot()
    {
        string? header = null;
        using var server = new ScriptedHttpServer(async (head, stream) =>
        {
            header = head;
            Pattern.Check(await ReadAsync(stream, Size), 0);
            await ScriptedHttpServer.RespondAsync(stream, "201 Created");
        });

        Assert.Equal(new SentBytes(Size, Delivery.Uploaded), await UploadAsync(server, Size));

        await server.Served.Soon();
        Assert.StartsWith("PUT /slot/a.bin HTTP/1.1\r\n", header, StringComparison.Ordinal);
        string[] expected = ["Content-Length: 300000", "Content-Type: image/png", "Authorization: Bearer abc", "Cookie: a=b", "Expires: never"];
        Assert.All(expected, line => Assert.Contains($"\r\n{line}\r\n", header, StringComparison.Ordinal));
        Assert.DoesNotContain("chunked", header, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Empty_file_must_be_put()
    {
        using var server = new ScriptedHttpServer((_, stream) => ScriptedHttpServer.RespondAsync(stream, "201 Created"));
        Assert.Equal(0, (await UploadAsync(server, 0)).Bytes);
    }

    [Fact]
    public async Task Encrypted_file_must_arrive_with_its_tag()
    {
        var key = new AesGcmKey(RandomNumberGenerator.GetBytes(12), RandomNumberGenerator.GetBytes(32));
        var body = Array.Empty<byte>();
        using var server = new ScriptedHttpServer(async (_, stream) =>
        {
            body = await ReadAsync(stream, Size + 16);
            await ScriptedHttpServer.RespondAsync(stream, "201 Created");
        });

        Assert.Equal(Size, (await UploadAsync(server, Size, key)).Bytes);

        await server.Served.Soon();
        var plain = new byte[Size];
        using var whole = new AesGcm(key.Key.Span, 16);
        whole.Decrypt(key.Iv.Span, body.AsSpan(0, Size), body.AsSpan(Size), plain);
        Pattern.Check(plain, 0);
    }

    [Theory]
    [InlineData("413 Payload Too Large", FailureReason.TooLarge, false)]
    [InlineData("507 Insufficient Storage", FailureReason.NoSpace, false)]
    [InlineData("401 Unauthorized", FailureReason.UploadRefused, true)]
    [InlineData("403 Forbidden", FailureReason.UploadRefused, true)]
    [InlineData("410 Gone", FailureReason.UploadRefused, true)]
    [InlineData("409 Conflict", FailureReason.UploadRefused, false)]
    [InlineData("500 Internal Server Error", FailureReason.UploadRefused, true)]
    [InlineData("302 Found\r\nLocation: http://127.0.0.1:1/", FailureReason.UploadRefused, false)]
    [InlineData("307 Temporary Redirect\r\nLocation: http://127.0.0.1:1/", FailureReason.UploadRefused, false)]
    public async Task Refusal_must_have_its_reason(string status, FailureReason reason, bool mayPass)
    {
        using var server = new ScriptedHttpServer(async (_, stream) =>
        {
            await ReadAsync(stream, Size);
            await ScriptedHttpServer.RespondAsync(stream, status);
        });

        var failure = await Assert.ThrowsAsync<HttpTransferException>(() => UploadAsync(server, Size));

        Assert.Equal((reason, mayPass), (failure.Reason, failure.MayPass));
        Assert.DoesNotContain("slot", failure.Message.Replace("upload slot", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Large_file_must_not_be_sent_to_a_server_that_refuses_its_headers()
    {
        var size = 64L << 20;
        using var server = new ScriptedHttpServer(async (head, stream) =>
        {
            Assert.Contains("Expect: 100-continue", head, StringComparison.Ordinal);
            await ScriptedHttpServer.RespondAsync(stream, "413 Payload Too Large");
            Assert.Equal(0, await stream.ReadAsync(new byte[1]));
        });

        var failure = await Assert.ThrowsAsync<HttpTransferException>(() => UploadAsync(server, size));

        Assert.Equal(FailureReason.TooLarge, failure.Reason);
        await server.Served.Soon();
    }

    [Fact]
    public async Task Connection_that_is_lost_in_mid_file_must_fail_in_a_way_that_may_pass()
    {
        using var server = new ScriptedHttpServer(async (_, stream) => await ReadAsync(stream, 100_000));
        var failure = await Assert.ThrowsAsync<HttpTransferException>(() => UploadAsync(server, 16 << 20));
        Assert.Equal((FailureReason.ConnectionLost, true), (failure.Reason, failure.MayPass));
    }

    [Fact]
    public async Task Server_that_does_not_listen_must_fail_in_a_way_that_may_pass()
    {
        var server = new ScriptedHttpServer((_, _) => Task.CompletedTask);
        server.Dispose();
        var failure = await Assert.ThrowsAsync<HttpTransferException>(() => UploadAsync(server, Size));
        Assert.Equal((FailureReason.ConnectionLost, true), (failure.Reason, failure.MayPass));
        await Assert.ThrowsAnyAsync<Exception>(() => server.Served.Soon());
    }

    [Fact]
    public async Task Plain_http_to_another_machine_must_not_be_connected()
    {
        var slot = new UploadSlot(new Uri("http://192.0.2.1/a"), new Uri("http://192.0.2.1/a"), []);
        var failure = await Assert.ThrowsAsync<HttpTransferException>(() => UploadAsync(slot, Size, null));
        Assert.Equal((FailureReason.UploadRefused, false), (failure.Reason, failure.MayPass));
    }

    [Fact]
    public async Task Server_that_does_not_read_must_hold_the_source_and_disposal_must_end_it()
    {
        const long size = 1L << 30;
        using var over = new CancellationTokenSource();
        using var stopped = new ScriptedHttpServer(async (_, stream) =>
        {
            await stream.WriteAsync("HTTP/1.1 100 Continue\r\n\r\n"u8.ToArray());
            await Task.Delay(Timeout.InfiniteTimeSpan, over.Token).ContinueWith(_ => { }, TaskScheduler.Default);
        });
        long sent = 0;
        var link = new HttpUploadLink(_client, Request(Slot(stopped), size, null));
        var counted = Pattern.Source(size).Select(chunk =>
        {
            Interlocked.Add(ref sent, chunk.Length);
            return chunk;
        });
        var end = counted.RunWith(link.OutgoingWatched(TimeSpan.Zero), Materializer);

        // Looked at every millisecond, and unchanged for 300 times.
        var (last, unchanged) = (-1L, 0);
        await Eventually.HoldsAsync(
            () =>
            {
                var now = Interlocked.Read(ref sent);
                (last, unchanged) = now == last && now > 0 ? (last, unchanged + 1) : (now, 0);
                return unchanged == 300;
            },
            () => $"{sent}");
        Assert.True(Interlocked.Read(ref sent) < 64 << 20, $"{sent} bytes were taken by a server that reads none");

        link.Dispose();
        await FaultOf(end, ByteLinkFault.LocalFailure);
        await over.CancelAsync();
        await stopped.Served.Soon();
    }

    private Task<SentBytes> UploadAsync(ScriptedHttpServer server, long size, AesGcmKey? key = null) => UploadAsync(Slot(server), size, key);

    private async Task<SentBytes> UploadAsync(UploadSlot slot, long size, AesGcmKey? key)
    {
        using var link = new HttpUploadLink(_client, Request(slot, size, key));
        return await Pattern.Source(size).RunWith(link.OutgoingWatched(TimeSpan.Zero), Materializer).Soon();
    }

    private static UploadSlot Slot(ScriptedHttpServer server) =>
        new(server.Url(), server.Url(), [new("Authorization", "Bearer abc"), new("Cookie", "a=b"), new("Expires", "never")]);

    private static HttpUploadRequest Request(UploadSlot slot, long size, AesGcmKey? key) => new(slot, size + (key is null ? 0 : 16), "image/png", key);

    private static async Task<byte[]> ReadAsync(Stream stream, int count)
    {
        var bytes = new byte[count];
        await stream.ReadExactlyAsync(bytes);
        return bytes;
    }
}
