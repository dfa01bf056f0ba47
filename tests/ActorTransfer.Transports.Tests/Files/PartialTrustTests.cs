using System.Text;
using ActorTransfer.Extensibility;
using ActorTransfer.Protocol.Files;
using ActorTransfer.Testing;
using ActorTransfer.Transports.Files;

namespace ActorTransfer.Transports.Tests.Files;

/// <summary>Partial files and checkpoint files that must not be trusted, or only in part.</summary>
public sealed class PartialTrustTests : PartialFolderTest
{
    private const string StoredName = ".copy.0123456789abcdef.part";

    [Fact]
    public async Task Truncated_checkpoint_file_must_never_lead_to_a_wrong_file()
    {
        (byte[] partial, byte[] checkpoints) = await CrashAsync(s_whole, 400_000);
        int header = Encoding.UTF8.GetByteCount(PartialState.Header(s_identity, StoredName));
        int line = (checkpoints.Length - header) / 3;
        for (int length = 0; length <= checkpoints.Length; length++)
        {
            int kept = Math.Max(0, (length - header) / line);
            Store(partial, checkpoints[..length]);
            Reception again = await OpenAsync();
            Assert.Equal(kept == 0 ? 0 : (kept * Every) - Block, again.Offset);
            await CompletesAsync(again, s_whole[(int)again.Offset..], s_whole, names: length < header ? 2 : 1); // it lacks the name
            File.Delete(_folder["copy"]);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(Every - 1)]
    [InlineData(Every)]
    [InlineData(2 * Every - 1)]
    [InlineData(2 * Every + 1)]
    public async Task Bytes_that_never_reached_the_disk_must_be_requested_again(int length)
    {
        (byte[] partial, byte[] checkpoints) = await CrashAsync(s_whole, 400_000);
        Store(partial[..length], checkpoints);
        Reception again = await OpenAsync();
        Assert.Equal(Math.Max(0, length / Every * Every - Block), again.Offset);
        await CompletesAsync(again, s_whole[(int)again.Offset..], s_whole);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(Every - 1, 0)]
    [InlineData(Every, Every)]
    [InlineData(3 * Every - 1, 2 * Every)]
    [InlineData(3 * Every, 3 * Every)]
    public async Task Bytes_that_changed_on_the_disk_must_be_requested_again(int at, int trusted)
    {
        (byte[] partial, byte[] checkpoints) = await CrashAsync(s_whole, 400_000);
        partial[at] ^= 1;
        Store(partial, checkpoints);
        Reception again = await OpenAsync();
        Assert.Equal(Math.Max(0, trusted - Block), again.Offset);
        await CompletesAsync(again, s_whole[(int)again.Offset..], s_whole);
    }

    [Fact]
    public async Task Checkpoint_file_of_another_file_must_not_be_trusted()
    {
        (byte[] partial, byte[] checkpoints) = await CrashAsync(s_whole, 400_000);
        checkpoints[30] = (byte)'d';
        Store(partial, checkpoints);
        Reception again = await OpenAsync();
        Assert.Equal(0, again.Offset);
        Assert.False(File.Exists(CheckpointPath));
        await CompletesAsync(again, s_whole, s_whole, names: 2);
    }

    [Theory]
    [InlineData("../.copy.0123456789abcdef.part")]
    [InlineData("copy")]
    [InlineData("")]
    public async Task Checkpoint_file_with_another_name_must_not_be_trusted(string name)
    {
        (byte[] partial, byte[] checkpoints) = await CrashAsync(s_whole, 400_000);
        string text = Encoding.UTF8.GetString(checkpoints).Replace(StoredName, name, StringComparison.Ordinal);
        Store(partial, Encoding.UTF8.GetBytes(text));
        Assert.Equal(0, Own(await OpenAsync()).Offset);
        Assert.Equal(partial, await File.ReadAllBytesAsync(_folder[StoredName]));
    }

    [Fact]
    public async Task Partial_file_must_be_resumed_whatever_else_is_in_the_folder()
    {
        await BreakAsync(s_whole, 500_000);
        string[] others = [.. Enumerable.Range(0, 20).Select(n => $".copy.{n:x16}.part")];
        foreach (string other in others)
        {
            await File.WriteAllTextAsync(_folder[other], "");
        }

        Assert.Equal(3 * Every - Block, (await OpenAsync()).Offset);
        Assert.Equal(others.Length + 2, _folder.Names.Length);
    }

    [Fact]
    public async Task Partial_file_must_not_be_verified_after_the_end_of_its_transfer()
    {
        await BreakAsync(s_whole, 500_000);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => PartialFolder.OpenAsync(_folder.Path, "copy", Terms(), new CancellationToken(canceled: true)).Soon());
        Assert.True((await OpenAsync()).Offset > 0);
    }

    /// <summary>Each verification reads all of a partial file. Without a free slot none can have run.</summary>
    [Fact]
    public async Task Concurrent_verification_of_partial_files_must_be_limited()
    {
        HashingLimit limit = new(1);
        TaskCompletionSource<int> busy = new();
        Task<int> occupied = limit.RunAsync(() => busy.Task, default);
        await BreakAsync(s_whole, 500_000);
        Task<(IncomingFile File, VerifiedPartialFile? Verified)> opening = PartialFolder.OpenAsync(_folder.Path, "copy", Terms(), limit, default);
        using TemporaryFolder other = new();
        (IncomingFile unchecked_, _) = await PartialFolder.OpenAsync(other.Path, "copy", Terms(), limit, default).Soon(); // there is nothing to verify
        unchecked_.Dispose();
        Assert.False(opening.IsCompleted);

        busy.SetResult(0);
        await occupied.Soon();
        (IncomingFile file, VerifiedPartialFile? verified) = await opening.Soon();
        Own(file);
        Assert.Equal((3 * Every) - Block, verified!.Offset);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Outcome_must_contain_the_hash_that_was_computed_for_checkpoints(bool wanted)
    {
        await BreakAsync(s_whole, 500_000);
        (IncomingFile file, VerifiedPartialFile? verified) = await PartialFolder.OpenAsync(_folder.Path, "copy", Terms(), default).Soon();
        Reception content = new(Own(file), Size, null, verified, computesDigest: wanted);
        await CompletesAsync(content, s_whole[(int)content.Offset..], s_whole);
    }

    [Fact]
    public async Task Partial_file_without_a_checkpoint_file_must_not_be_trusted()
    {
        (byte[] partial, _) = await CrashAsync(s_whole, 400_000);
        Store(partial, []);
        Assert.Equal(0, Own(await OpenAsync()).Offset);
    }

    [Fact]
    public async Task Partial_file_that_ends_as_it_begins_must_be_resumed_before_the_repetition()
    {
        byte[] zeros = new byte[Size];
        zeros[200_000] = 1;
        await BreakAsync(zeros, 900_000);
        Reception again = await OpenAsync();
        Assert.Equal(2 * Every - Block, again.Offset);
        await CompletesAsync(again, zeros, zeros);
    }

    [Fact]
    public async Task Partial_file_of_zeros_must_be_requested_from_the_start()
    {
        byte[] zeros = new byte[Size];
        await BreakAsync(zeros, 900_000);
        Reception again = await OpenAsync();
        Assert.Equal(0, again.Offset);
        await CompletesAsync(again, zeros, zeros);
    }

    [Fact]
    public async Task Two_transfers_of_the_same_file_must_not_share_a_partial_file()
    {
        await BreakAsync(s_whole, 500_000);
        Reception first = await OpenAsync();
        Reception second = await OpenAsync();
        Assert.True(first.Offset > 0);
        Assert.Equal(0, second.Offset);
        ReceivedFile[] both = await Task.WhenAll(RunAsync(first, s_whole[(int)first.Offset..]), RunAsync(second, s_whole)).Soon();
        Assert.Equal([_folder["copy"], _folder["copy (2)"]], both.Select(file => file.Path!).Order(StringComparer.Ordinal));
        Assert.Equal(s_whole, await File.ReadAllBytesAsync(both[0].Path!));
        Assert.Equal(s_whole, await File.ReadAllBytesAsync(both[1].Path!));
        Assert.Equal(2, _folder.Names.Length);
    }

    [Fact]
    public async Task Link_with_the_name_of_a_partial_file_must_not_be_followed()
    {
        (byte[] partial, byte[] checkpoints) = await CrashAsync(s_whole, 400_000);
        string outside = Path.Combine(Own(new TemporaryFolder()).Path, "victim");
        await File.WriteAllBytesAsync(outside, partial);
        string name = Store(partial, checkpoints);
        File.Delete(name);
        File.CreateSymbolicLink(name, outside);
        Reception again = await OpenAsync();
        Assert.Equal(0, again.Offset);
        await CompletesAsync(again, s_whole, s_whole, names: 3);
        Assert.Equal(partial, await File.ReadAllBytesAsync(outside));
    }

    /// <summary>Where a rename cannot be exclusive, a process that is killed while it puts a file in place may leave it with two names.</summary>
    [Fact]
    public async Task Partial_file_that_was_put_in_place_under_another_name_must_not_be_resumed()
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        (byte[] partial, byte[] checkpoints) = await CrashAsync(s_whole, 400_000);
        Assert.Equal(0, FreeName.Link(Store(partial, checkpoints), _folder["copy"]));
        Reception again = await OpenAsync();
        Assert.Equal(0, again.Offset);
        await RunAsync(again, s_whole).Soon();
        Assert.Equal(partial, await File.ReadAllBytesAsync(_folder["copy"]));
        Assert.Equal(s_whole, await File.ReadAllBytesAsync(_folder["copy (2)"]));
        Assert.Equal(2, _folder.Names.Length);
    }

    private async Task<(byte[] Partial, byte[] Checkpoints)> CrashAsync(byte[] bytes, int after)
    {
        await BreakAsync(bytes, after);
        string stored = (await File.ReadAllTextAsync(CheckpointPath)).Replace(Path.GetFileName(PartialPath), StoredName, StringComparison.Ordinal);
        await File.WriteAllTextAsync(CheckpointPath, stored);
        return (await File.ReadAllBytesAsync(PartialPath), await File.ReadAllBytesAsync(CheckpointPath));
    }

    /// <summary>Creates exactly these files, as a process would have left them.</summary>
    private string Store(byte[] partial, byte[] checkpoints)
    {
        foreach (string name in _folder.Names)
        {
            File.Delete(_folder[name]);
        }

        File.WriteAllBytes(_folder[StoredName], partial);
        File.WriteAllBytes(CheckpointPath, checkpoints);
        return _folder[StoredName];
    }
}
