using System.Security.Cryptography;
using ActorTransfer.Extensibility;
using ActorTransfer.Testing;
using ActorTransfer.Testing.Files;
using ActorTransfer.Testing.Streams;
using ActorTransfer.Testing.Time;
using ActorTransfer.Transports.Files;
using ActorTransfer.Transports.Stages;
using Akka.Streams.Dsl;

namespace ActorTransfer.Transports.Tests.Files;

public sealed class FileStagesTests : StreamTest
{
    private readonly TemporaryFolder _folder;

    public FileStagesTests() => _folder = Own(new TemporaryFolder());

    [Theory]
    [InlineData(0, 1_000_000)]
    [InlineData(0, 0)]
    [InlineData(999_999, 1)]
    [InlineData(300_000, 262_144)]
    [InlineData(1_000_000, 0)]
    public async Task FileSource_must_deliver_exactly_the_range(long offset, int length)
    {
        string path = await FileOfAsync(1_000_000);
        (Task<long> read, SinkScript<byte[]> sink) = FileSource.Create(path, offset, length, Chunk.DefaultSize)
            .ToMaterialized(ManualSink.OfBytes(), Keep.Both)
            .Run(Materializer);
        int seen = 0;
        while (await sink.NextAsync().Soon() is { } bytes)
        {
            Assert.InRange(bytes.Length, 1, Chunk.DefaultSize);
            Pattern.Check(bytes, offset + seen);
            seen += bytes.Length;
        }

        Assert.Equal(length, seen);
        Assert.Equal(length, await read.Soon());
    }

    [Fact]
    public async Task FileSource_must_fail_when_the_file_shrinks()
    {
        string path = await FileOfAsync(10_000);
        (Task<long> read, SinkScript<byte[]> sink) = FileSource.Create(path, 0, 10_000, 1000)
            .ToMaterialized(ManualSink.OfBytes(), Keep.Both)
            .Run(Materializer);
        await sink.NextAsync().Soon();
        await File.WriteAllBytesAsync(path, new byte[1500]);
        Assert.Equal(500, (await sink.NextAsync().Soon())!.Length);
        FileShrankException shrank = await Assert.ThrowsAsync<FileShrankException>(() => sink.NextAsync().Soon());
        Assert.Equal((10_000, 1500), (shrank.ExpectedEnd, shrank.ActualEnd));
        await Assert.ThrowsAsync<FileShrankException>(() => read.Soon());
    }

    [Fact]
    public async Task FileSource_must_fail_when_there_is_no_file()
    {
        Task<long> seen = FileSource.Create(_folder["none"], 0, 10, 10).RunWith(Pattern.Sink(), Materializer);
        await Assert.ThrowsAsync<FileNotFoundException>(() => seen.Soon());
    }

    [Fact]
    public async Task FileSource_must_release_the_file_and_report_its_progress_when_cancelled()
    {
        string path = await FileOfAsync(10_000);
        (Task<long> read, SinkScript<byte[]> sink) = FileSource.Create(path, 0, 10_000, 1000)
            .ToMaterialized(ManualSink.OfBytes(), Keep.Both)
            .Run(Materializer);
        await sink.NextAsync().Soon();
        await sink.CancelAsync();
        Assert.Equal(1000, await read.Soon());
        using FileStream exclusive = new(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
    }

    [Fact]
    public async Task Reception_must_write_all_bytes_of_a_source()
    {
        IncomingFile file = Own(IncomingFile.Create(_folder.Path, "copy"));
        ReceivedFile received = await Pattern.Source(5_000_000).RunWith(SinkOf(file, 5_000_000), Materializer).Soon();
        byte[] bytes = await File.ReadAllBytesAsync(received.Path!);
        Assert.Equal(new ReceivedFile(5_000_000, Convert.ToHexStringLower(SHA256.HashData(bytes)), _folder["copy"]), received);
        Assert.Equal(5_000_000, bytes.Length);
        Pattern.Check(bytes, 0);
    }

    [Fact]
    public async Task Reception_must_complete_when_there_are_no_bytes()
    {
        IncomingFile file = Own(IncomingFile.Create(_folder.Path, "empty"));
        (SourceScript source, Task<ReceivedFile> received) = ScriptedSource.Create().ToMaterialized(SinkOf(file, 0), Keep.Both).Run(Materializer);
        source.Complete();
        Assert.Equal(0, new FileInfo((await received.Soon()).Path!).Length);
    }

    [Fact]
    public async Task Reception_must_fail_with_the_reason_when_the_disk_is_full()
    {
        IncomingFile file = Own(IncomingFile.Create(_folder.Path, "large", new IncomingFileOptions { Disk = ScriptedDisk.Failing(DiskCall.Write, 28) }));
        Task<ReceivedFile> written = Pattern.Source(5_000_000).RunWith(SinkOf(file, 5_000_000), Materializer);
        Assert.Equal(IncomingFileFault.NoSpace, (await Assert.ThrowsAsync<IncomingFileException>(() => written.Soon())).Reason);
    }

    [Fact]
    public async Task Reception_must_fail_when_the_file_is_disposed_during_the_transfer()
    {
        IncomingFile file = IncomingFile.Create(_folder.Path, "gone");
        (SourceScript source, Task<ReceivedFile> written) = ScriptedSource.Create().ToMaterialized(SinkOf(file, 10), Keep.Both).Run(Materializer);
        source.Send([1]);
        await Eventually.HoldsAsync(() => file.Length == 1, () => "nothing was written");
        file.Dispose();
        source.Send([2]);
        Assert.Equal(IncomingFileFault.Closed, (await Assert.ThrowsAsync<IncomingFileException>(() => written.Soon())).Reason);
        Assert.Empty(_folder.Names);
    }

    [Fact]
    public async Task Reception_must_leave_the_file_to_its_owner_when_the_upstream_fails()
    {
        IncomingFile file = IncomingFile.Create(_folder.Path, "part");
        (SourceScript source, Task<ReceivedFile> written) = ScriptedSource.Create().ToMaterialized(SinkOf(file, 10), Keep.Both).Run(Materializer);
        source.Send([1]);
        source.Fail(new InvalidDataException("upstream"));
        await Assert.ThrowsAsync<InvalidDataException>(() => written.Soon());
        Assert.Single(_folder.Names);
        await file.DisposeAsync();
        Assert.Empty(_folder.Names);
    }

    [Theory]
    [InlineData(2, true)]
    [InlineData(3, false)]
    public async Task Reception_must_keep_a_whole_file_whose_connection_was_reset_after_the_last_byte(long size, bool isWhole)
    {
        IncomingFile file = Own(IncomingFile.Create(_folder.Path, "whole"));
        (SourceScript source, Task<ReceivedFile> written) = ScriptedSource.Create().ToMaterialized(SinkOf(file, size), Keep.Both).Run(Materializer);
        source.Send([1, 2]);
        source.Fail(new ByteLinkException(ByteLinkFault.PeerReset, "reset"));
        if (isWhole)
        {
            Assert.Equal(2, (await written.Soon()).Bytes);
        }
        else
        {
            await Assert.ThrowsAsync<ByteLinkException>(() => written.Soon());
        }
    }

    private static Sink<Chunk, Task<ReceivedFile>> SinkOf(IncomingFile file, long size) =>
        new Reception(file, size, md5: null).Sink(TimeSpan.FromMinutes(1));

    private async Task<string> FileOfAsync(int length)
    {
        string path = _folder["source"];
        await File.WriteAllBytesAsync(path, Pattern.Bytes(0, length));
        return path;
    }
}
