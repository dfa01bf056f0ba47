using System.IO.Pipelines;
using System.Security.Cryptography;
using ActorTransfer.Actors.Files;
using ActorTransfer.Extensibility;
using ActorTransfer.Testing;
using ActorTransfer.Testing.Streams;
using ActorTransfer.Transports.Files;
using ActorTransfer.Transports.Stages;
using Akka;
using Akka.Streams;
using Akka.Streams.Dsl;

namespace ActorTransfer.Actors.Tests.Files;

public sealed class OutgoingContentSpec : ActorTest
{
    private const int Size = 300_000;

    private static readonly TimeSpan s_timeout = TimeSpan.FromSeconds(20);
    private static readonly byte[] s_whole = Pattern.Bytes(0, Size);
#pragma warning disable CA5351 // specified by XEP-0096
    private static readonly string s_md5 = Convert.ToHexStringLower(MD5.HashData(s_whole));
#pragma warning restore CA5351

    private readonly string _path;

    public OutgoingContentSpec() => _path = Own(new TemporaryFolder()).File("img.png", s_whole);

    public enum Kind
    {
        File,
        Stream,
        StreamAtAnOffset,
    }

    private static FileDescription Described { get; } = new("img.png", Size);

    [Theory]
    [CombinatorialRanges]
    public async Task Content_must_deliver_exactly_the_range_and_the_hash_of_the_whole_file(Kind kind, int offset, int length)
    {
        var content = Make(kind);
        Assert.True(content.Description.Ranged);
        var (bytes, hash) = await SendAsync(content, offset, length);
        Assert.Equal(s_whole[offset..(offset + length)], bytes);
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(s_whole)), hash);
    }

    [Theory]
    [InlineData(Size, true)]
    [InlineData(Size - 1, false)]
    [InlineData(0, false)]
    public async Task Md5_must_be_offered_up_to_the_configured_size(long upTo, bool offered)
    {
        foreach (var kind in Enum.GetValues<Kind>())
        {
            var description = await Make(kind).DescribeAsync(Settings($"files.offer-md5-up-to = {upTo}").Files, default);
            Assert.Equal(offered ? s_md5 : null, description.Md5);
        }
    }

    [Fact]
    public async Task Number_of_offers_hashed_at_once_must_be_limited()
    {
        var limit = new HashingLimit(1);
        var busy = new TaskCompletionSource<int>();
        var occupied = limit.RunAsync(() => busy.Task, default);
        var deleted = new FileContent(new FileInfo(_path)) { Limit = limit };
        var describing = deleted.DescribeAsync(Settings().Files, default);
        Assert.Equal(s_md5, (await Make(Kind.File).DescribeAsync(Settings().Files, default)).Md5); // uses another limit
        File.Delete(_path);
        Assert.False(describing.IsCompleted);

        busy.SetResult(0);
        await occupied;
        await Assert.ThrowsAsync<FileNotFoundException>(() => describing.WaitAsync(s_timeout)); // it is opened only now
    }

    [Theory]
    [InlineData(0, Size)]
    [InlineData(1, Size - 1)]
    public async Task Nothing_must_be_hashed_without_a_configured_digest(int offset, int length)
    {
        var (bytes, hash) = Run(new Unhashable(s_whole), offset, length, computesDigest: false);
        Assert.Equal(s_whole[offset..(offset + length)], await bytes.WaitAsync(s_timeout));
        Assert.Null(await hash.WaitAsync(s_timeout));
    }

    [Fact]
    public async Task Md5_from_the_application_must_be_offered_unchanged()
    {
        using var content = new SeekableContent(new MemoryStream(s_whole), Described with { Md5 = new string('a', 32) });
        Assert.Equal(new string('a', 32), (await content.DescribeAsync(Settings().Files, default)).Md5);
    }

    [Fact]
    public async Task Deleted_file_must_fail_the_flow()
    {
        var content = Make(Kind.File);
        File.Delete(_path);
        await Assert.ThrowsAsync<FileNotFoundException>(() => SendAsync(content, 0, Size));
        await Assert.ThrowsAsync<FileNotFoundException>(() => content.DescribeAsync(Settings().Files, default));
    }

    [Fact]
    public async Task File_that_shrank_must_fail_the_hash_of_the_whole_file()
    {
        var content = Make(Kind.File);
        await File.WriteAllBytesAsync(_path, s_whole[..1000]);
        var (_, hash) = Run(content, 0, 500);
        await Assert.ThrowsAsync<FileShrankException>(() => hash.WaitAsync(s_timeout));
    }

    [Fact]
    public void Stream_must_be_as_long_as_described()
    {
        Assert.Equal(Size, new SeekableContent(new MemoryStream(s_whole), Described with { Size = -1 }).Description.Size);
        Assert.Throws<ArgumentException>(() => new SeekableContent(new MemoryStream(s_whole), Described with { Size = Size + 1 }));
        Assert.Throws<ArgumentException>(() => new SeekableContent(new Pipe().Reader.AsStream(), Described));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Stream_must_be_disposed_with_its_content_unless_it_is_left_open(bool leaveOpen)
    {
        var stream = new MemoryStream(s_whole);
        new SeekableContent(stream, Described, leaveOpen).Dispose();
        Assert.Equal(leaveOpen, stream.CanRead);
    }

    [Fact]
    public void Pipe_without_a_length_must_be_refused_with_the_reason()
    {
        var refusal = Assert.Throws<ArgumentException>(() => new PipeContent(new Pipe().Reader, Described with { Size = -1 }));
        Assert.Contains("size", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pipe_must_deliver_all_bytes_and_be_completed_at_its_end()
    {
        var pipe = new Pipe();
        using var content = new PipeContent(pipe.Reader, Described with { Ranged = true });
        Assert.False(content.Description.Ranged);
        var sending = SendAsync(content, 0, Size);
        foreach (var piece in s_whole.Chunk(70_001))
        {
            await pipe.Writer.WriteAsync(piece);
        }

        var (bytes, hash) = await sending;
        Assert.Equal(s_whole, bytes);
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(s_whole)), hash);
        await ExpectReaderCompletedAsync(pipe);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => SendAsync(content, 0, Size));
    }

    [Fact]
    public async Task Pipe_that_ends_early_must_fail_the_flow()
    {
        var pipe = new Pipe();
        using var content = new PipeContent(pipe.Reader, Described);
        var sending = SendAsync(content, 0, Size);
        await pipe.Writer.WriteAsync(s_whole.AsMemory(0, 10));
        await pipe.Writer.CompleteAsync();
        await Assert.ThrowsAsync<FileShrankException>(() => sending);
    }

    [Fact]
    public async Task Pipe_must_be_completed_when_its_flow_is_cancelled_while_it_waits()
    {
        var pipe = new Pipe();
        using var content = new PipeContent(pipe.Reader, Described);
        var sink = content.Open(0, Size, 1000).RunWith(ManualSink.OfBytes(), Sys.Materializer());
        await pipe.Writer.WriteAsync(s_whole.AsMemory(0, 10));
        Assert.Equal(10, (await sink.NextAsync().WaitAsync(s_timeout))!.Length);
        _ = await sink.DemandAsync();
        content.Dispose();
        await sink.CancelAsync();
        await ExpectReaderCompletedAsync(pipe);
    }

    [Fact]
    public async Task Pipe_must_be_completed_when_it_was_never_read()
    {
        var pipe = new Pipe();
        new PipeContent(pipe.Reader, Described).Dispose();
        await ExpectReaderCompletedAsync(pipe);
    }

    private Task ExpectReaderCompletedAsync(Pipe pipe) =>
        AwaitConditionAsync(async () => (await pipe.Writer.FlushAsync()).IsCompleted, s_timeout, Tick, "the reader is not completed");

    private IOutgoingContent Make(Kind kind)
    {
        switch (kind)
        {
            case Kind.File:
                return new FileContent(new FileInfo(_path));
            case Kind.Stream:
                return Own(new SeekableContent(new MemoryStream(s_whole), Described));
            default:
                var stream = new MemoryStream([1, 2, 3, .. s_whole]) { Position = 3 };
                return Own(new SeekableContent(stream, Described));
        }
    }

    private async Task<(byte[] Bytes, string? Hash)> SendAsync(IOutgoingContent content, long offset, long length)
    {
        var (bytes, hash) = Run(content, offset, length);
        return (await bytes.WaitAsync(s_timeout), await hash.WaitAsync(s_timeout));
    }

    private (Task<byte[]> Bytes, Task<string?> Hash) Run(IOutgoingContent content, long offset, long length, bool computesDigest = true)
    {
        var (hash, bytes) = OutgoingFlow.Create(content, offset, length, 65_536, computesDigest, default)
            .Select(Read)
            .ToMaterialized(Sink.Seq<byte[]>(), Keep.Both)
            .Run(Sys.Materializer());
        return (JoinAsync(), hash);

        async Task<byte[]> JoinAsync() => [.. (await bytes).SelectMany(piece => piece)];
    }

    private static byte[] Read(Chunk chunk)
    {
        using (chunk)
        {
            return chunk.Span.ToArray();
        }
    }

    /// <summary>Fails when the hash of the whole is requested: the default <c>HashAsync</c> of the interface throws.</summary>
    private sealed class Unhashable(byte[] whole) : IOutgoingContent
    {
        public FileDescription Description => Described with { Ranged = true };

        public Source<Chunk, NotUsed> Open(long offset, long length, int chunkSize) =>
            Source.Single(Chunk.CopyOf(whole.AsSpan((int)offset, (int)length).ToArray()));
    }

    private sealed class CombinatorialRangesAttribute : Xunit.Sdk.DataAttribute
    {
        public override IEnumerable<object[]> GetData(System.Reflection.MethodInfo testMethod) =>
            from kind in Enum.GetValues<Kind>()
            from range in new[] { (0, Size), (0, 1), (1, Size - 1), (65_536, 65_536), (100_000, 0), (Size - 1, 1), (Size, 0) }
            select new object[] { kind, range.Item1, range.Item2 };
    }
}
