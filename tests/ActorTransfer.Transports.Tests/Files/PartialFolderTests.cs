using System.Security.Cryptography;
using ActorTransfer.Extensibility;
using ActorTransfer.Transports.Files;
using ActorTransfer.Transports.Stages;

namespace ActorTransfer.Transports.Tests.Files;

/// <summary>Transfers that fail and are resumed. A "crash" is a checkpoint file and a partial file as a killed process leaves them.</summary>
public sealed class PartialFolderTests : PartialFolderTest
{
    [Theory]
    [InlineData(0, 0)]
    [InlineData(Every - 1, 0)]
    [InlineData(Every, Every)]
    [InlineData(Every + 1, Every)]
    [InlineData(3 * Every + 5, 3 * Every)]
    [InlineData(Size - 1, Size / Every * Every)]
    [InlineData(Size, Size / Every * Every)]
    public async Task Partial_file_must_be_resumed_from_its_last_checkpoint(int broken, int kept)
    {
        await BreakAsync(s_whole, broken);
        Reception again = await OpenAsync();
        Assert.Equal(kept == 0 ? 0 : kept - Block, again.Offset);
        Assert.Equal(kept == 0 ? 1 : 2, _folder.Names.Length);
        await CompletesAsync(again, s_whole[(int)again.Offset..], s_whole);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(1000)]
    [InlineData(Block)]
    [InlineData(400_000)]
    public async Task Whole_file_must_arrive_when_the_sender_ignores_the_range(int chunkSize)
    {
        await BreakAsync(s_whole, 500_000);
        Reception again = await OpenAsync();
        Assert.True(again.Offset > 0);
        await CompletesAsync(again, s_whole, s_whole, chunkSize == 1 ? 1 << 20 : chunkSize);
    }

    [Fact]
    public async Task Failed_transfer_of_a_sender_that_ignores_the_range_must_leave_a_new_partial_file()
    {
        byte[] changed = [.. s_whole.Select(b => (byte)~b)];
        await BreakAsync(s_whole, 500_000);
        await BreakAsync(changed, 300_000);
        Reception again = await OpenAsync();
        Assert.Equal(2 * Every - Block, again.Offset);
        await CompletesAsync(again, changed[(int)again.Offset..], changed);
    }

    [Fact]
    public async Task Partial_file_must_be_deleted_when_the_rest_belongs_to_a_changed_file()
    {
        await BreakAsync(s_whole, 500_000);
        Reception again = await OpenAsync();
        byte[] changed = [.. s_whole.Select(b => (byte)~b)];
        await Assert.ThrowsAsync<WrongHashException>(() => RunAsync(again, changed[(int)again.Offset..]).Soon());
        Assert.Empty(_folder.Names);
    }

    [Fact]
    public async Task Partial_file_must_be_deleted_when_the_hash_does_not_match()
    {
        await BreakAsync(s_whole, 500_000);
        Reception again = await OpenAsync(md5: new string('0', 32));
        await Assert.ThrowsAsync<WrongHashException>(() => RunAsync(again, s_whole[(int)again.Offset..]).Soon());
        Assert.Empty(_folder.Names);
    }

    [Fact]
    public async Task Hash_of_the_whole_file_must_be_compared_after_a_resume()
    {
        await BreakAsync(s_whole, 500_000);
#pragma warning disable CA5351 // the hash of XEP-0096
        Reception again = await OpenAsync(md5: Convert.ToHexStringLower(MD5.HashData(s_whole)));
#pragma warning restore CA5351
        Assert.True(again.Offset > 0);
        await CompletesAsync(again, s_whole[(int)again.Offset..], s_whole);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(1)]
    public async Task Rest_of_another_length_must_fail(int surplus)
    {
        await BreakAsync(s_whole, 500_000);
        Reception again = await OpenAsync();
        byte[] rest = [.. s_whole[(int)again.Offset..], 1];
        LengthException wrong = await Assert.ThrowsAsync<LengthException>(() => RunAsync(again, rest[..(rest.Length - 1 + surplus)]).Soon());
        Assert.Equal(surplus > 0 ? LengthFault.TooLong : LengthFault.TooShort, wrong.Fault);
        again.Dispose();
        Assert.Equal(surplus > 0, _folder.Names.Length == 0);
    }

    [Fact]
    public async Task Failed_resume_must_be_resumed_again()
    {
        await BreakAsync(s_whole, 300_000);
        Reception second = await OpenAsync();
        await BreakAsync(second, s_whole[(int)second.Offset..], 500_000);
        Reception third = await OpenAsync();
        Assert.True(third.Offset > second.Offset);
        await CompletesAsync(third, s_whole[(int)third.Offset..], s_whole);
    }

    [Fact]
    public async Task Discard_must_leave_nothing()
    {
        await BreakAsync(s_whole, 500_000);
        Reception again = await OpenAsync();
        again.Discard();
        again.Dispose();
        Assert.Empty(_folder.Names);
    }

    [Theory]
    [InlineData(500_000, 1)]
    [InlineData(Size, 2)]
    public async Task Checkpoint_file_of_another_transfer_must_be_kept(int arrived, int names)
    {
        Reception content = await OpenAsync();
        await File.WriteAllTextAsync(CheckpointPath, ""); // of the other transfer, which has no checkpoint yet
        Task<ReceivedFile> running = RunAsync(content, s_whole[..arrived]);
        await (arrived == Size ? running : (Task)Assert.ThrowsAsync<LengthException>(() => running)).Soon();
        content.Dispose();
        Assert.Equal(names, _folder.Names.Length);
        Assert.True(File.Exists(CheckpointPath));
    }

    [Fact]
    public async Task Sweep_must_delete_only_expired_partial_files_that_are_not_in_use()
    {
        await BreakAsync(s_whole, 500_000);
        string[] idle = _folder.Names;
        IncomingFile inUse = Own(IncomingFile.Create(_folder.Path, "in use"));
        string[] others = [".hidden.part", ".hidden", "a.0123456789abcdef.part", ".x.0123456789abcdeg.part"];
        foreach (string name in others)
        {
            await File.WriteAllTextAsync(_folder[name], "");
        }

        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        PartialFolder.Sweep(_folder.Path, now.AddDays(-1));
        Assert.Equal(idle.Length + others.Length + 1, _folder.Names.Length);
        PartialFolder.Sweep(_folder.Path, now.AddDays(1));
        Assert.Equal([.. others.Append(Path.GetFileName(inUse.TemporaryPath)).Order(StringComparer.Ordinal)], _folder.Names);
    }

    [Fact]
    public void Sweep_must_ignore_a_missing_folder() => PartialFolder.Sweep(_folder["none"], TimeProvider.System.GetUtcNow());
}
