using ActorTransfer.Protocol.Files;
using ActorTransfer.Protocol.Hashes;

namespace ActorTransfer.Protocol.Tests.Files;

public class PartialStateTests
{
    private const long Size = 10 << 20;
    private const string PartialName = ".Büro.png.0123456789abcdef.part";

    private static readonly DateTimeOffset s_date = new(2026, 1, 31, 8, 15, 0, TimeSpan.Zero);
    private static readonly FileDescription s_file = new("img.png", Size, s_date, new string('a', 32));
    private static readonly string s_identity = IdentityOf(s_file);
    private static readonly Checkpoint[] s_checkpoints = [new(1 << 20, Hash('0')), new(2 << 20, Hash('b')), new(10 << 20, Hash('f'))];

    public static TheoryData<string, FileDescription> OtherFiles => new()
    {
        { "bo@south.example/x", s_file with { Name = "img2.png" } },
        { "bo@south.example/x", s_file with { Size = Size + 1 } },
        { "bo@south.example/x", s_file with { Md5 = new string('b', 32) } },
        { "bo@south.example/x", s_file with { Md5 = null } },
        { "bo@south.example/x", s_file with { Hashes = FileHashes.Of(new FileHash(HashFunction.Sha256, new string('b', 64))) } },
        { "bob@south.example/x", s_file },
    };

    [Theory]
    [MemberData(nameof(OtherFiles))]
    public void Identity_must_differ_when_the_file_may_differ(string peer, FileDescription file) =>
        Assert.NotEqual(s_identity, PartialState.Identity(Jid.Parse(peer), file));

    [Fact]
    public void Identity_must_ignore_the_resource_and_with_a_hash_the_date() =>
        Assert.Equal(s_identity, PartialState.Identity(Jid.Parse("bo@south.example/Laptop"), s_file with { Date = s_date.AddDays(1), Description = "again" }));

    [Fact]
    public void Identity_must_include_the_date_without_a_hash()
    {
        FileDescription file = s_file with { Md5 = null };
        Assert.Equal(IdentityOf(file), IdentityOf(file with { Date = s_date.ToOffset(TimeSpan.FromHours(2)) }));
        Assert.NotEqual(IdentityOf(file), IdentityOf(file with { Date = s_date.AddSeconds(1) }));
    }

    [Fact]
    public void Identity_must_not_exist_when_the_offer_has_neither_hash_nor_date() =>
        Assert.Null(PartialState.Identity(Jid.Parse("bo@south.example/x"), s_file with { Md5 = null, Date = null }));

    [Theory]
    [InlineData(1000, 1 << 20, 1 << 20)]
    [InlineData(1000, 200_000, 262_144)]
    [InlineData(1L << 30, 1 << 20, 1 << 20)]
    [InlineData(10L << 30, 1 << 20, 10 << 20)]
    [InlineData((10L << 30) + 1, 1 << 20, 10 << 20)]
    public void Interval_must_be_a_multiple_of_a_block_and_grow_with_the_file(long size, long least, long expected) =>
        Assert.Equal(expected, PartialState.Interval(size, least));

    [Fact]
    public void Read_must_return_the_complete_lines_of_truncated_text()
    {
        string text = PartialState.Header(s_identity, PartialName) + string.Concat(s_checkpoints.Select(PartialState.Line));
        int header = PartialState.Header(s_identity, PartialName).Length;
        int[] ends = [.. s_checkpoints.Select((_, n) => header + string.Concat(s_checkpoints[..(n + 1)].Select(PartialState.Line)).Length)];
        for (int length = 0; length <= text.Length; length++)
        {
            CheckpointFileContent? content = PartialState.Read(text[..length], s_identity, Size);
            Assert.Equal(s_checkpoints[..ends.Count(end => end <= length)], content?.Checkpoints ?? []);
            Assert.Equal(length < PartialState.Header(s_identity, PartialName).Length ? null : PartialName, content?.PartialName);
        }
    }

    [Fact]
    public void Read_must_return_null_for_the_checkpoints_of_another_file()
    {
        string text = PartialState.Header(IdentityOf(s_file with { Name = "other" }), PartialName) + PartialState.Line(s_checkpoints[0]);
        Assert.Null(PartialState.Read(text, s_identity, Size));
    }

    [Theory]
    [InlineData("1048577 ")]
    [InlineData("+2097152 ")]
    [InlineData("-65536 ")]
    [InlineData(" 2097152 ")]
    [InlineData("0 ")]
    [InlineData("1048576 ")]
    [InlineData("65536 ")]
    [InlineData("20971520 ")]
    [InlineData("99999999999999999999 ")]
    [InlineData("2097152")]
    [InlineData("2097152  ")]
    [InlineData("2097152 A")]
    [InlineData("2097152 0")]
    [InlineData("")]
    public void Read_must_stop_at_an_invalid_line(string start)
    {
        string text = PartialState.Header(s_identity, PartialName) + PartialState.Line(s_checkpoints[0])
            + start + Hash('b')[(start.EndsWith('A') ? 1 : 0)..] + "\n" + PartialState.Line(s_checkpoints[2]);
        Assert.Equal(s_checkpoints[..1], PartialState.Read(text, s_identity, Size)!.Checkpoints);
    }

    private static string Hash(char digit) => new(digit, 64);

    private static string IdentityOf(FileDescription file) => PartialState.Identity(Jid.Parse("bo@south.example/Phone"), file)!;
}
