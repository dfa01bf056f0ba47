using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using ActorTransfer.Extensibility;
using ActorTransfer.Protocol.HttpUpload;
using ActorTransfer.Testing.Streams;
using ActorTransfer.Transports.Files;
using ActorTransfer.Transports.Http;
using Akka.Streams.Dsl;

namespace ActorTransfer.Transports.Tests.Http;

/// <summary>Downloads from a scripted server.</summary>
public sealed class HttpDownloadSpec : StreamTest
{
    private const int Size = 300_000;
    private readonly HttpClient _client;

    public HttpDownloadSpec() => _client = Own(HttpClients.Create(null, TimeSpan.FromSeconds(10), _ => true));

    [Fact]
    public async Task Whole_file_must_be_read_with_its_size()
    {
        using var server = Serving(0, "200 OK", $"Content-Length: {Size}");
        Assert.Equal(Size, await DownloadAsync(server, 0, Size));
    }

    [Fact]
    public async Task Rest_of_a_file_must_be_requested_by_its_range()
    {
        string? header = null;
        using var server = new ScriptedHttpServer(async (head, stream) =>
        {
            header = head;
            await WriteAsync(stream, "206 Partial Content", $"Content-Length: {Size - 70_000}\r\nContent-Range: bytes 70000-{Size - 1}/{Size}", 70_000, Size);
        });

        Assert.Equal(Size - 70_000, await DownloadAsync(server, 70_000, Size));
        Assert.Contains("\r\nRange: bytes=70000-\r\n", header, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Server_without_ranges_must_be_read_from_the_start()
    {
        using var server = Serving(0, "200 OK", $"Content-Length: {Size}");
        using var download = await OpenAsync(server, 70_000);
        Assert.Equal(Size, await CountAsync(download, 0));
    }

    [Theory]
    [InlineData("206 Partial Content", "Content-Range: bytes 0-299999/300000", FailureReason.ProtocolViolation, false)]
    [InlineData("206 Partial Content", "Content-Range: bytes 70000-80000/300000", FailureReason.ProtocolViolation, false)]
    [InlineData("206 Partial Content", "Content-Range: bytes 70000-299999/*", FailureReason.ProtocolViolation, false)]
    [InlineData("206 Partial Content", "Content-Length: 230000", FailureReason.ProtocolViolation, false)]
    [InlineData("200 OK", "Transfer-Encoding: chunked", FailureReason.ProtocolViolation, false)]
    [InlineData("404 Not Found", "Content-Length: 0", FailureReason.UploadRefused, false)]
    [InlineData("403 Forbidden", "Content-Length: 0", FailureReason.UploadRefused, false)]
    [InlineData("416 Range Not Satisfiable", "Content-Length: 0", FailureReason.WrongLength, false)]
    [InlineData("503 Service Unavailable", "Content-Length: 0", FailureReason.UploadRefused, true)]
    [InlineData("302 Found", "Content-Length: 0", FailureReason.UploadRefused, false)]
    [InlineData("302 Found", "Location: file:///etc/passwd", FailureReason.UploadRefused, false)]
    [InlineData("302 Found", "Location: ftp://a.example/", FailureReason.UploadRefused, false)]
    public async Task Response_without_the_requested_bytes_must_fail(string status, string header, FailureReason reason, bool mayPass)
    {
        using var server = Serving(0, status, header, length: 0);
        var failure = await Assert.ThrowsAsync<HttpTransferException>(() => OpenAsync(server, 70_000));
        Assert.Equal((reason, mayPass), (failure.Reason, failure.MayPass));
    }

    /// <summary>A kilobyte of a compressed response may be a megabyte of zeros, which the announced length says nothing about.</summary>
    [Fact]
    public async Task Compressed_response_must_be_received_as_it_is()
    {
        using var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, CompressionLevel.SmallestSize, leaveOpen: true))
        {
            gzip.Write(new byte[1_000_000]);
        }

        string? header = null;
        using var server = new ScriptedHttpServer(async (head, stream) =>
        {
            header = head;
            await stream.WriteAsync(Encoding.ASCII.GetBytes(
                $"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {compressed.Length}\r\nConnection: close\r\n\r\n"));
            await stream.WriteAsync(compressed.ToArray());
        });
        using var download = await OpenAsync(server, 0);
        var received = 0L;
        await download.Incoming.RunForeach(
            chunk =>
            {
                received += chunk.Length;
                chunk.Dispose();
            },
            Materializer).Soon();
        Assert.Equal((compressed.Length, compressed.Length), (download.Size, received));
        Assert.DoesNotContain("Accept-Encoding", header, StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("9223372036854775808")]
    [InlineData("-1")]
    public async Task Length_beyond_63_bits_must_fail(string length)
    {
        using var server = Serving(0, "200 OK", $"Content-Length: {length}", length: 0);
        await Assert.ThrowsAsync<HttpTransferException>(() => OpenAsync(server, 0));
    }

    [Theory]
    [InlineData("bytes 70000-9223372036854775807/9223372036854775808")]
    [InlineData("bytes 70000-18446744073709551615/18446744073709551616")]
    [InlineData("bytes 70000-69999/300000")]
    [InlineData("bytes 70000-299999/299999")]
    [InlineData("bytes 0-9223372036854775806/9223372036854775807")]
    [InlineData("bytes */300000")]
    [InlineData("octets 70000-299999/300000")]
    public async Task Range_that_lies_must_fail(string range)
    {
        using var server = Serving(0, "206 Partial Content", $"Content-Range: {range}", length: 0);
        await Assert.ThrowsAsync<HttpTransferException>(() => OpenAsync(server, 70_000));
    }

    [Fact]
    public async Task Redirect_must_be_followed_to_an_allowed_address()
    {
        using var target = Serving(0, "200 OK", $"Content-Length: {Size}");
        using var server = Serving(0, "302 Found", $"Location: {target.Url("/b")}", length: 0);
        Assert.Equal(Size, await DownloadAsync(server, 0, Size));
    }

    [Fact]
    public async Task Redirects_beyond_the_limit_must_fail()
    {
        using var third = Serving(0, "302 Found", "Location: /c", length: 0);
        using var second = Serving(0, "302 Found", $"Location: {third.Url()}", length: 0);
        using var first = Serving(0, "302 Found", $"Location: {second.Url()}", length: 0);
        var failure = await Assert.ThrowsAsync<HttpTransferException>(() => OpenAsync(first, 0));
        Assert.Contains("redirects once more", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Address_must_be_checked_at_the_first_request_and_at_a_redirect()
    {
        using var target = Serving(0, "200 OK", "Content-Length: 0", length: 0);
        using var server = Serving(0, "302 Found", $"Location: {target.Url()}", length: 0);
        using var client = HttpClients.Create(null, TimeSpan.FromSeconds(10), endPoint => endPoint.Port == server.Url().Port);

        var redirected = await Assert.ThrowsAsync<HttpTransferException>(() => OpenAsync(server, 0, client: client));
        Assert.Contains("no address that the policy allows", redirected.Message, StringComparison.Ordinal);
        await server.Served.Soon();
        await Assert.ThrowsAsync<HttpTransferException>(() => OpenAsync(target, 0, client: client));
        Assert.False(target.Served.IsCompleted, "the forbidden server was connected to");
    }

    [Fact]
    public async Task Connection_that_is_lost_in_mid_file_must_fail_in_a_way_that_may_pass()
    {
        using var server = Serving(0, "200 OK", $"Content-Length: {Size}", length: 100_000);
        var failure = await Assert.ThrowsAsync<HttpTransferException>(() => DownloadAsync(server, 0, Size));
        Assert.Equal((FailureReason.ConnectionLost, true), (failure.Reason, failure.MayPass));
    }

    [Fact]
    public async Task Disposal_must_end_the_stream()
    {
        var over = new TaskCompletionSource();
        using var server = new ScriptedHttpServer(async (_, stream) =>
        {
            await WriteAsync(stream, "200 OK", $"Content-Length: {Size}", 0, 1000);
            await over.Task;
        });
        var download = await OpenAsync(server, 0);
        var end = CountAsync(download, 0);
        download.Dispose();
        await FaultOf(end, ByteLinkFault.LocalFailure);
        over.SetResult();
        await server.Served.Soon();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(16)]
    [InlineData(65_536)]
    [InlineData(Size)]
    public async Task Encrypted_file_must_be_decrypted(int size)
    {
        var (key, body) = Encrypt(size);
        using var server = Serving(body);
        using var download = await OpenAsync(server, 0, key);
        Assert.Equal(size, download.Size);
        Assert.Equal(size, await CountAsync(download, 0));
    }

    [Theory]
    [InlineData(0, 3)]
    [InlineData(1, 0)]
    [InlineData(16, 20)]
    [InlineData(Size, 0)]
    [InlineData(Size, Size - 1)]
    [InlineData(Size, Size + 15)]
    public async Task Encrypted_file_that_was_changed_must_not_be_given_out_whole(int size, int at)
    {
        var (key, body) = Encrypt(size);
        body[at] ^= 1;
        using var server = Serving(body);
        long given = 0;
        await Assert.ThrowsAsync<WrongHashException>(async () =>
        {
            using var download = await OpenAsync(server, 0, key);
            await download.Incoming.RunForeach(
                chunk =>
                {
                    given += chunk.Length;
                    chunk.Dispose();
                },
                Materializer).Soon();
        });
        Assert.True(given < Math.Max(size, 1), $"{given} bytes of {size} were given out");
    }

    private static ScriptedHttpServer Serving(int position, string status, string header, int length = Size) =>
        new(async (_, stream) => await WriteAsync(stream, status, header, position, length));

    private static ScriptedHttpServer Serving(byte[] body) => new(async (_, stream) =>
    {
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Length: {body.Length}\r\n\r\n"));
        await stream.WriteAsync(body);
    });

    private static async Task WriteAsync(Stream stream, string status, string header, int position, int end)
    {
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 {status}\r\n{header}\r\nConnection: close\r\n\r\n"));
        await stream.WriteAsync(Pattern.Bytes(position, end - position));
    }

    private static (AesGcmKey Key, byte[] Body) Encrypt(int size)
    {
        var key = new AesGcmKey(RandomNumberGenerator.GetBytes(12), RandomNumberGenerator.GetBytes(32));
        var body = new byte[size + 16];
        using var cipher = new AesGcm(key.Key.Span, 16);
        cipher.Encrypt(key.Iv.Span, Pattern.Bytes(0, size), body.AsSpan(0, size), body.AsSpan(size));
        return (key, body);
    }

    private Task<HttpDownload> OpenAsync(ScriptedHttpServer server, long offset, AesGcmKey? key = null, HttpClient? client = null) => HttpDownload.OpenAsync(
        client ?? _client,
        new HttpDownloadRequest(new SharedFile(server.Url(), "a.bin") { Key = key }, offset, MaxRedirects: 2, AllowsPlainHttp: true),
        Chunk.DefaultSize,
        CancellationToken.None).Soon();

    private async Task<long> DownloadAsync(ScriptedHttpServer server, int offset, long size)
    {
        using var download = await OpenAsync(server, offset);
        Assert.Equal(size, download.Size);
        return await CountAsync(download, offset);
    }

    private Task<long> CountAsync(HttpDownload download, long position) => download.Incoming.RunAggregate(
        0L,
        (sum, chunk) =>
        {
            using (chunk)
            {
                Pattern.Check(chunk.Span, position + sum);
                return sum + chunk.Length;
            }
        },
        Materializer).Soon();
}
