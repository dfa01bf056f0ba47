using System.IO.Pipelines;
using System.Security.Cryptography;
using ActorTransfer.Extensibility;
using ActorTransfer.Testing;
using ActorTransfer.Testing.Streams;
using ActorTransfer.Testing.Time;
using ActorTransfer.Transports.Files;
using ActorTransfer.Transports.Stages;
using Akka;
using Akka.Streams;
using Akka.Streams.Dsl;

namespace ActorTransfer.Actors.Tests.Files;

public sealed class IncomingContentSpec : ActorTest
{
    private const int Size = 1_000_000;

    private static readonly TimeSpan s_timeout = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan s_tail = TimeSpan.FromSeconds(10);
    private static readonly byte[] s_whole = Pattern.Bytes(0, Size);
    private static readonly string s_sha256 = Convert.ToHexStringLower(SHA256.HashData(s_whole));
    private static readonly FileDescription s_file = new("img.png", Size, DateTimeOffset.UnixEpoch, Ranged: true);

    private readonly TemporaryFolder _folder;

    public IncomingContentSpec() => _folder = Own(new TemporaryFolder());

    private string[] Names => _folder.Names;

    [Fact]
    public async Task Rest_must_be_requested_when_the_same_file_is_offered_again()
    {
        await InterruptAsync(s_file);
        using var again = await PrepareAsync(s_file);
        Assert.Equal(768 * 1024 - 64 * 1024, again.Offset);
        var received = await ReceiveAsync(again, s_whole[(int)again.Offset..]);
        Assert.Equal(new ReceivedFile(Size - again.Offset, s_sha256, _folder["img.png"]), received);
        Assert.Equal(["img.png"], Names);
    }

    [Fact]
    public async Task Whole_file_must_be_requested_when_the_sender_has_changed_it()
    {
        await InterruptAsync(s_file);
        using var again = await PrepareAsync(s_file with { Date = s_file.Date!.Value.AddSeconds(1) });
        Assert.Equal(0, again.Offset);
        Assert.Equal(s_sha256, (await ReceiveAsync(again, s_whole)).Sha256);
    }

    [Theory]
    [InlineData("keep-partials = off", true, true)]
    [InlineData("checkpoint = 1000000", true, true)]
    [InlineData("", false, true)]
    [InlineData("", true, false)]
    public async Task Partial_file_that_cannot_be_resumed_must_be_deleted(string hocon, bool ranged, bool dated)
    {
        await InterruptAsync(s_file with { Ranged = ranged, Date = dated ? s_file.Date : null }, hocon);
        Assert.Empty(Names);
    }

    [Fact]
    public async Task File_must_not_be_committed_when_the_transfer_has_ended_at_its_last_byte()
    {
        using var content = await PrepareAsync(s_file);
        var receiving = Source.From(s_whole.Chunk(50_000)).Select(piece => Chunk.CopyOf(piece))
            .RunWith(content.Sink(s_tail, null, () => Task.FromException(new OperationCanceledException())), Sys.Materializer());
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => receiving.WaitAsync(s_timeout));
        content.Discard();
        Assert.Empty(Names);
    }

    [Fact]
    public async Task Content_must_be_released_when_its_transfer_ends()
    {
        using var life = new CancellationTokenSource();
        await PrepareAsync(s_file, life: life.Token);
        Assert.Single(Names);
        await life.CancelAsync();
        Assert.Empty(Names);
    }

    [Fact]
    public async Task File_must_be_complete_after_the_tail_time_when_the_sender_does_not_close()
    {
        using var content = await PrepareAsync(s_file);
        var stage = new RecordingStage();
        var (source, received) = ScriptedSource.Create().ToMaterialized(content.Sink(s_tail, stage.Flow), Keep.Both).Run(Sys.Materializer());
        source.Send(s_whole[..(Size - 1)]);
        await stage.ReceivedAsync(Size - 1);
        Advance(s_tail);
        Advance(s_tail);
        source.Send(s_whole[(Size - 1)..]);
        await stage.ReceivedAsync(Size);
        await EventuallyAsync(
            () =>
            {
                Advance(s_tail / 2);
                return received.IsCompleted;
            },
            "the reception does not complete");
        Assert.Equal(s_sha256, (await received).Sha256);
        Assert.Equal(s_sha256, await stage.Hash.WaitAsync(s_timeout)); // the stage completed regularly
    }

    [Fact]
    public async Task Content_must_accept_a_second_stream_until_bytes_arrive()
    {
        using var content = await PrepareAsync(s_file);
        await Assert.ThrowsAsync<LengthException>(() => ReceiveAsync(content, []));
        await Assert.ThrowsAsync<LengthException>(() => ReceiveAsync(content, s_whole[..10]));
        await Assert.ThrowsAsync<InvalidOperationException>(() => ReceiveAsync(content, s_whole));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Stream_must_receive_the_bytes(bool leaveOpen)
    {
        var stream = new MemoryStream();
        var received = await ReceiveAsync(new StreamDestination(stream, leaveOpen), s_file, s_whole);
        Assert.Equal(new ReceivedFile(Size, s_sha256, null), received);
        Assert.Equal(s_whole, stream.ToArray());
        Assert.Equal(leaveOpen, stream.CanWrite);
    }

    [Theory]
    [InlineData("none", null)]
    [InlineData("sha-256", "the hash")]
    public async Task Digest_must_be_computed_when_it_is_configured(string digest, string? hash)
    {
        var settings = Settings($"files.digest = {digest}").Files;
        foreach (IIncomingDestination destination in new IIncomingDestination[] { new StreamDestination(Stream.Null), new FolderDestination(_folder.Path) })
        {
            using var content = await destination.PrepareAsync(new IncomingOffer(Bo, Ada, s_file with { Ranged = false }), settings, default);
            Assert.Equal(hash is null ? null : s_sha256, (await ReceiveAsync(content, s_whole)).Sha256);
        }
    }

    [Fact]
    public async Task Md5_must_be_verified_without_a_configured_digest()
    {
        var settings = Settings("files.digest = none").Files;
        var offer = new IncomingOffer(Bo, Ada, s_file with { Md5 = new string('0', 32) });
        using var content = await new StreamDestination(Stream.Null).PrepareAsync(offer, settings, default);
        await Assert.ThrowsAsync<WrongHashException>(() => ReceiveAsync(content, s_whole));
    }

    [Fact]
    public async Task Stream_that_is_not_writable_must_fail_with_the_reason()
    {
        if (!File.Exists("/dev/full"))
        {
            return;
        }

        var full = new FileStream("/dev/full", FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
        var failure = await Assert.ThrowsAsync<IncomingFileException>(() => ReceiveAsync(new StreamDestination(full), s_file, s_whole));
        Assert.Equal(IncomingFileFault.NoSpace, failure.Reason);
        Assert.Throws<ArgumentException>(() => new StreamDestination(new MemoryStream([], writable: false)));
    }

    [Fact]
    public async Task Pipe_must_receive_the_bytes_and_complete()
    {
        var pipe = new Pipe();
        var reading = ReadAsync(pipe.Reader);
        Assert.Equal(s_sha256, (await ReceiveAsync(new StreamDestination(pipe.Writer), s_file, s_whole)).Sha256);
        Assert.Equal(s_whole, await reading);
    }

    [Fact]
    public async Task Reader_of_a_pipe_must_fail_when_the_hash_is_wrong()
    {
        var pipe = new Pipe();
        var reading = ReadAsync(pipe.Reader);
        await Assert.ThrowsAsync<WrongHashException>(
            () => ReceiveAsync(new StreamDestination(pipe.Writer), s_file with { Md5 = new string('0', 32) }, s_whole));
        await Assert.ThrowsAsync<OperationCanceledException>(() => reading);
    }

    [Fact]
    public async Task Reader_of_a_pipe_must_fail_when_the_transfer_ends_during_a_write()
    {
        var pipe = new Pipe();
        using var destination = new StreamDestination(pipe.Writer);
        var content = await destination.PrepareAsync(new IncomingOffer(Bo, Ada, s_file), Settings().Files, default);
        var receiving = ReceiveAsync(content, s_whole);
        await pipe.Reader.ReadAtLeastAsync(65_536);
        content.Dispose();
        await Assert.ThrowsAnyAsync<IOException>(() => receiving);
        pipe.Reader.AdvanceTo(default);
        await Assert.ThrowsAsync<OperationCanceledException>(() => ReadAsync(pipe.Reader));
    }

    [Fact]
    public async Task Pipe_whose_reader_is_completed_must_fail_the_transfer()
    {
        var pipe = new Pipe();
        await pipe.Reader.CompleteAsync();
        var failure = await Assert.ThrowsAsync<IncomingFileException>(() => ReceiveAsync(new StreamDestination(pipe.Writer), s_file, s_whole));
        Assert.Equal(IncomingFileFault.Closed, failure.Reason);
    }

    private async Task<IIncomingContent> PrepareAsync(FileDescription file, string hocon = "", CancellationToken life = default) =>
        await new FolderDestination(_folder.Path).PrepareAsync(
            new IncomingOffer(Bo, Ada, file), Settings($"files.checkpoint = 128KiB, files {{ {hocon} }}").Files, life);

    private async Task InterruptAsync(FileDescription file, string hocon = "")
    {
        using var content = await PrepareAsync(file, hocon);
        Assert.Equal(0, content.Offset);
        await Assert.ThrowsAsync<LengthException>(() => ReceiveAsync(content, s_whole[..900_000]));
    }

    private async Task<ReceivedFile> ReceiveAsync(StreamDestination destination, FileDescription file, byte[] bytes)
    {
        using (destination)
        {
            using var content = await destination.PrepareAsync(new IncomingOffer(Bo, Ada, file), Settings().Files, default);
            return await ReceiveAsync(content, bytes);
        }
    }

    private Task<ReceivedFile> ReceiveAsync(IIncomingContent content, byte[] bytes) => Source.From(bytes.Chunk(50_000))
        .Select(piece => Chunk.CopyOf(piece))
        .RunWith(content.Sink(s_tail), Sys.Materializer())
        .WaitAsync(s_timeout);

    private static async Task<byte[]> ReadAsync(PipeReader reader)
    {
        var bytes = new MemoryStream();
        await reader.CopyToAsync(bytes);
        return bytes.ToArray();
    }

    /// <summary>Records what passes through a user's stage.</summary>
    private sealed class RecordingStage
    {
        private readonly TaskCompletionSource<Task<string?>> _hash = new();
        private long _received;

        public Flow<Chunk, Chunk, NotUsed> Flow => Akka.Streams.Dsl.Flow.Create<Chunk>().Via(Counted());

        /// <summary>The hash of the bytes; fails unless the stream completes. It may complete before or after the file.</summary>
        public Task<string?> Hash => _hash.Task.Unwrap();

        public Task ReceivedAsync(long bytes) => Eventually.HoldsAsync(() => Interlocked.Read(ref _received) == bytes, () => "bytes are missing");

        private Flow<Chunk, Chunk, NotUsed> Counted() => Flows.Sha256().MapMaterializedValue(hash =>
        {
            _hash.SetResult(hash);
            return NotUsed.Instance;
        }).Via(Flows.Progress(TimeSpan.FromTicks(1), TimeProvider.System, total => Interlocked.Exchange(ref _received, total)));
    }
}
