using ActorTransfer.Extensibility;
using ActorTransfer.Protocol.Files;
using ActorTransfer.Testing.Files;
using ActorTransfer.Transports.Files;

namespace ActorTransfer.Transports.Tests.Files;

/// <summary>
/// Disks that fail, processes that die and machines that stop. More seeds: <c>dotnet run -c Release --project tests/ActorTransfer.Faults -- disk</c>.
/// </summary>
public sealed class DiskFaultTests : PartialFolderTest
{
    private const int EIO = 5;

    [Theory]
    [InlineData(1, 100)]
    public async Task File_must_be_received_whole_whatever_disk_process_and_machine_do(ulong first, int count)
    {
        List<string> faults = [];
        for (ulong seed = first; seed < first + (ulong)count; seed++)
        {
            DiskRun run = await DiskRun.RunAsync(seed);
            Assert.True(run.Violations.Count == 0, $"seed {seed}:\n{string.Join('\n', run.History)}");
            faults.AddRange(run.Faults);
        }

        Assert.Contains("power lost, durability File", faults);
        Assert.Contains("killed", faults);
        Assert.Contains(faults, fault => fault.EndsWith("at Write", StringComparison.Ordinal));
        Assert.Contains(faults, fault => fault.EndsWith("at Flush", StringComparison.Ordinal));
    }

    /// <summary>After a failed fsync the kernel takes the pages for written: neither a second fsync nor reading the file shows that they are not.</summary>
    [Fact]
    public async Task File_whose_fsync_failed_must_be_kept_and_never_resumed()
    {
        IncomingFileOptions failing = new() { Durability = FileDurability.File, Disk = ScriptedDisk.Failing(DiskCall.Flush, EIO) };
        Reception content = await OpenAsync(failing);
        IncomingFileException failure = await Assert.ThrowsAsync<IncomingFileException>(() => RunAsync(content, s_whole));
        Assert.Equal((IncomingFileFault.Other, PartialPath), (failure.Reason, failure.PartialFile));
        Assert.Contains("its bytes may not be on the disk", failure.Message, StringComparison.Ordinal);
        Assert.Equal(0, Own(await OpenAsync(failing with { Disk = Disk.Real })).Offset);
    }

    [Fact]
    public async Task Name_that_cannot_be_synchronised_must_not_be_confirmed()
    {
        ScriptedDisk disk = ScriptedDisk.Failing(DiskCall.FlushFolder, EIO);
        Reception content = await OpenAsync(new IncomingFileOptions { Durability = FileDurability.Folder, Disk = disk });
        IncomingFileException failure = await Assert.ThrowsAsync<IncomingFileException>(() => RunAsync(content, s_whole));
        Assert.Equal((IncomingFileFault.Other, _folder["copy"]), (failure.Reason, failure.PartialFile));
    }

    [Theory]
    [InlineData(FileDurability.File, 0)]
    [InlineData(FileDurability.Folder, 3)]
    public void Folders_that_are_created_must_be_synchronised_as_the_names_of_files_are(FileDurability durability, int count)
    {
        List<string> flushed = [];
        ScriptedDisk disk = new() { Before = (call, path) => flushed.AddRange(call == DiskCall.FlushFolder ? [path] : []) };
        IncomingFile.Create(_folder["a/b"], "copy", new IncomingFileOptions { Durability = durability, Disk = disk }).Commit("copy");
        Assert.Equal(new[] { _folder["a"], _folder.Path, _folder["a/b"] }.Take(count), flushed);
    }

    /// <summary>Without checkpoints a file that breaks off is lost, and nothing else.</summary>
    [Theory]
    [InlineData(DiskCall.Create)]
    [InlineData(DiskCall.Write)]
    [InlineData(DiskCall.SetLength)]
    public async Task Checkpoints_that_cannot_be_written_must_not_fail_the_file(DiskCall failing)
    {
        await CompletesAsync(await OpenAsync(new IncomingFileOptions { Disk = ScriptedDisk.Failing(failing, EIO, ".state") }), s_whole, s_whole);
    }

    private async Task<Reception> OpenAsync(IncomingFileOptions options)
    {
        (IncomingFile file, VerifiedPartialFile? verified) = await PartialFolder.OpenAsync(_folder.Path, "copy", Terms() with { Options = options }, default);
        return new Reception(Own(file), Size, null, verified);
    }
}
