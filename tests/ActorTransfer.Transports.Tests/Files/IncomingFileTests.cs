using System.Text;
using ActorTransfer.Extensibility;
using ActorTransfer.Protocol.Files;
using ActorTransfer.Testing;
using ActorTransfer.Testing.Files;
using ActorTransfer.Transports.Files;

namespace ActorTransfer.Transports.Tests.Files;

public sealed class IncomingFileTests : IDisposable
{
    private const int EcryptfsLimit = 143;

    private readonly TemporaryFolder _folder = new();

    /// <summary>The rename's error there; its statfs reports the limit as well.</summary>
    private static IncomingFileOptions OnEcryptfs => new()
    {
        NameLimit = EcryptfsLimit,
        Disk = new ScriptedDisk
        {
            Moves = (from, to) => Encoding.UTF8.GetByteCount(Path.GetFileName(to)) <= EcryptfsLimit
                ? FreeName.TryMove(from, to)
                : throw new IOException("File name too long", 36),
        },
    };

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task IncomingFile_must_have_a_unique_hidden_name_until_it_is_committed()
    {
        IncomingFile file = IncomingFile.Create(_folder.Path, "a.txt");
        await file.WriteAsync(new byte[] { 1, 2 });
        Assert.Matches(@"^\.a\.txt\.[0-9a-f]{16}\.part$", Assert.Single(_folder.Names));
        Assert.Equal(_folder["a.txt"], file.Commit("a.txt"));
        Assert.Equal(["a.txt"], _folder.Names);
        Assert.Equal([1, 2], await File.ReadAllBytesAsync(_folder["a.txt"]));
    }

    [Fact]
    public async Task IncomingFile_must_be_deleted_when_it_is_disposed_without_a_commit()
    {
        IncomingFile file = IncomingFile.Create(_folder.Path, "a.txt");
        await file.WriteAsync(new byte[1000]);
        file.Dispose();
        file.Dispose();
        Assert.Empty(_folder.Names);
        Assert.Equal(IncomingFileFault.Closed, Assert.Throws<IncomingFileException>(() => file.Commit("a.txt")).Reason);
    }

    [Fact]
    public void IncomingFile_must_be_kept_when_it_is_disposed_after_the_commit()
    {
        IncomingFile file = IncomingFile.Create(_folder.Path, "a.txt");
        file.Commit("a.txt");
        file.Dispose();
        Assert.Equal(["a.txt"], _folder.Names);
    }

    [Fact]
    public void Commit_must_number_an_existing_name_and_replace_nothing()
    {
        File.WriteAllText(_folder["a.txt"], "old");
        File.WriteAllText(_folder["a (2).txt"], "older");
        Assert.Equal(_folder["a (3).txt"], IncomingFile.Create(_folder.Path, "a.txt").Commit("a.txt"));
        Assert.Equal("old", File.ReadAllText(_folder["a.txt"]));
        Assert.Equal("older", File.ReadAllText(_folder["a (2).txt"]));
    }

    [Theory]
    [InlineData("../../etc/passwd", "passwd")]
    [InlineData("C:\\temp\\b.txt", "b.txt")]
    [InlineData("..", "unnamed")]
    public void Commit_must_stay_inside_the_folder_whatever_the_name(string name, string expected)
    {
        Assert.Equal(_folder[expected], IncomingFile.Create(_folder.Path, name).Commit(name));
        Assert.Equal([expected], _folder.Names);
    }

    [Fact]
    public void Commit_must_not_write_through_a_symbolic_link()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        string outside = Path.Combine(Path.GetTempPath(), $"actortransfer-{Guid.NewGuid():N}");
        File.CreateSymbolicLink(_folder["a.txt"], outside);
        Assert.Equal(_folder["a (2).txt"], IncomingFile.Create(_folder.Path, "a.txt").Commit("a.txt"));
        Assert.False(File.Exists(outside));
        Assert.Equal(outside, new FileInfo(_folder["a.txt"]).LinkTarget);
    }

    [Fact]
    public async Task Commit_must_give_fifty_files_of_the_same_name_different_names()
    {
        IncomingFile[] files = [.. Enumerable.Range(0, 50).Select(_ => IncomingFile.Create(_folder.Path, "a.txt"))];
        for (int n = 0; n < files.Length; n++)
        {
            await files[n].WriteAsync(new[] { (byte)n });
        }

        string[] paths = await Task.WhenAll(files.Select(file => file.CommitAsync("a.txt")));
        Assert.Equal(50, paths.Distinct().Count());
        Assert.Equal(50, _folder.Names.Length);
        Assert.Equal(Enumerable.Range(0, 50), paths.Select(path => (int)File.ReadAllBytes(path).Single()).Order());
    }

    /// <summary>What file systems without the flag and without links do.</summary>
    public static TheoryData<string> OtherMoves => OperatingSystem.IsLinux() ? ["link", "reserve"] : ["reserve"];

    [Theory]
    [MemberData(nameof(OtherMoves))]
    public async Task Move_without_an_atomic_rename_must_replace_nothing_and_leave_nothing(string kind)
    {
        File.WriteAllText(_folder["a.txt"], "old");
        IncomingFileOptions options = new() { Disk = new ScriptedDisk { Moves = OtherMove(kind) } };
        IncomingFile file = IncomingFile.Create(_folder.Path, "a.txt", options);
        await file.WriteAsync(new byte[] { 1, 2 });
        Assert.Equal(_folder["a (2).txt"], file.Commit("a.txt"));
        Assert.Equal(["a (2).txt", "a.txt"], _folder.Names.Order(StringComparer.Ordinal));
        Assert.Equal("old", File.ReadAllText(_folder["a.txt"]));
        Assert.Equal([1, 2], await File.ReadAllBytesAsync(_folder["a (2).txt"]));
    }

    [Fact]
    public void Move_that_fails_must_not_leave_its_placeholder()
    {
        Assert.Throws<FileNotFoundException>(() => FreeName.TryReserve(_folder["missing"], _folder["a.txt"]));
        Assert.Empty(_folder.Names);
    }

    [Theory]
    [MemberData(nameof(OtherMoves))]
    public async Task Portable_move_must_give_every_file_a_different_name_too(string kind)
    {
        Func<string, string, bool> move = OtherMove(kind);
        string[] sources = [.. Enumerable.Range(0, 50).Select(n => _folder[$".{n}.part"])];
        foreach (string source in sources)
        {
            File.WriteAllText(source, source);
        }

        string[] names = [.. Enumerable.Range(0, 50).Select(n => _folder[$"{n}.txt"])];
        await Task.WhenAll(sources.Select(source => Task.Run(() => Assert.Contains(names, name => move(source, name)))));
        Assert.Equal(sources.Order(), names.Select(File.ReadAllText).Order());
        Assert.Equal(50, _folder.Names.Length);
    }

    [Fact]
    public void Create_must_create_a_missing_folder()
    {
        string inner = Path.Combine(_folder.Path, "x", "y");
        Assert.Equal(Path.Combine(inner, "a"), IncomingFile.Create(inner, "a").Commit("a"));
    }

    [Fact]
    public void Create_must_fail_when_the_folder_is_a_file()
    {
        File.WriteAllText(_folder["x"], "");
        IncomingFileException wrong = Assert.Throws<IncomingFileException>(() => IncomingFile.Create(_folder["x"], "a"));
        Assert.Equal(IncomingFileFault.NoFolder, wrong.Reason);
    }

    [Fact]
    public void Create_must_follow_a_folder_that_is_a_link()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        Directory.CreateDirectory(_folder["real"]);
        Directory.CreateSymbolicLink(_folder["link"], _folder["real"]);
        Assert.Equal(Path.Combine(_folder["real"], "a"), IncomingFile.Create(_folder["link"], "a").Commit("a"));
    }

    [Fact]
    public void Commit_must_fail_when_the_folder_was_deleted()
    {
        string inner = _folder["x"];
        IncomingFile file = IncomingFile.Create(inner, "a");
        Directory.Delete(inner, recursive: true);
        Assert.Equal(IncomingFileFault.NoFolder, Assert.Throws<IncomingFileException>(() => file.Commit("a")).Reason);
    }

    [Fact]
    public async Task Commit_must_release_unused_preallocated_space()
    {
        IncomingFile file = IncomingFile.Create(
            _folder.Path, "a", new IncomingFileOptions { Preallocate = 1_000_000, Durability = FileDurability.Folder });
        await file.WriteAsync(new byte[10]);
        Assert.Equal(10, new FileInfo(file.Commit("a")).Length);
    }

    [Fact]
    public void Create_must_fit_the_longest_names()
    {
        string name = new string('ä', 125) + ".txt";
        Assert.Equal(_folder[name], IncomingFile.Create(_folder.Path, name).Commit(name));
    }

    [Theory]
    [InlineData("a.txt", 1, "a.txt")]
    [InlineData("a.txt", 2, "a (2).txt")]
    public async Task File_must_stay_within_the_limit_that_its_folder_has_for_names(string end, int number, string expectedEnd)
    {
        string name = new string('ä', 100) + end;
        string expected = new string('ä', (EcryptfsLimit - expectedEnd.Length) / 2) + expectedEnd[1..];
        for (int n = 1; n <= number; n++)
        {
            IncomingFile file = IncomingFile.Create(_folder.Path, name, OnEcryptfs);
            await file.WriteAsync(new byte[10]);
            string path = file.Commit(name);
            Assert.True(Encoding.UTF8.GetByteCount(Path.GetFileName(path)) <= EcryptfsLimit);
            Assert.EndsWith(".txt", path, StringComparison.Ordinal);
            Assert.Equal(n == number, Path.GetFileName(path) == expected);
        }

        Assert.Equal(number, _folder.Names.Length);
    }

    [Theory]
    [InlineData(SafeFileName.MinBytes)]
    [InlineData(40)]
    [InlineData(143)]
    public void Hidden_name_must_stay_within_the_limit_too(int limit)
    {
        IncomingFile file = IncomingFile.Create(_folder.Path, new string('€', 200) + ".tar.gz", new IncomingFileOptions { NameLimit = limit });
        Assert.True(Encoding.UTF8.GetByteCount(Path.GetFileName(file.TemporaryPath)) <= limit);
        file.Dispose();
    }

    [Fact]
    public async Task File_must_get_a_shorter_name_when_the_file_system_refuses_the_first()
    {
        string name = new string('a', 246) + ".txt";
        IncomingFile file = IncomingFile.Create(_folder.Path, name, new IncomingFileOptions { Disk = OnEcryptfs.Disk });
        await file.WriteAsync(new byte[10]);
        string path = file.Commit(name);
        Assert.Equal(10, new FileInfo(path).Length);
        Assert.InRange(Path.GetFileName(path).Length, 100, EcryptfsLimit);
        Assert.EndsWith("a.txt", path, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(5, IncomingFileFault.Other)]
    [InlineData(28, IncomingFileFault.NoSpace)]
    [InlineData(30, IncomingFileFault.NoPermission)]
    [InlineData(0, IncomingFileFault.NoFreeName)]
    internal async Task Complete_file_must_be_kept_when_its_commit_fails(int errno, IncomingFileFault reason)
    {
        IncomingFileOptions failing = new()
        {
            Disk = new ScriptedDisk { Moves = (_, _) => errno == 0 ? false : throw new IOException("the disk", errno) },
        };
        IncomingFile file = IncomingFile.Create(_folder.Path, "a.txt", failing);
        await file.WriteAsync(new byte[10]);
        IncomingFileException failure = Assert.Throws<IncomingFileException>(() => file.Commit("a.txt"));
        file.Discard();
        file.Dispose();
        Assert.Equal((reason, file.TemporaryPath), (failure.Reason, failure.PartialFile));
        Assert.Contains(file.TemporaryPath, failure.Message, StringComparison.Ordinal);
        Assert.Equal(10, new FileInfo(file.TemporaryPath).Length);
    }

    [Fact]
    public async Task Complete_file_must_be_kept_when_ten_thousand_names_are_in_use()
    {
        for (int n = 1; n <= 10_000; n++)
        {
            _folder.File(SafeFileName.Numbered("a", n), []);
        }

        IncomingFile file = IncomingFile.Create(_folder.Path, "a");
        await file.WriteAsync(new byte[10]);
        IncomingFileException failure = Assert.Throws<IncomingFileException>(() => file.Commit("a"));
        Assert.Equal((IncomingFileFault.NoFreeName, file.TemporaryPath), (failure.Reason, failure.PartialFile));
        Assert.Equal(10, new FileInfo(file.TemporaryPath).Length);
    }

    [Theory]
    [InlineData(FileDurability.None)]
    [InlineData(FileDurability.File)]
    [InlineData(FileDurability.Folder)]
    public async Task File_must_be_put_in_place_with_any_durability(FileDurability durability)
    {
        IncomingFile file = IncomingFile.Create(_folder.Path, "a", new IncomingFileOptions { Durability = durability });
        await file.WriteAsync(new byte[10]);
        Assert.Equal(_folder["a"], file.Commit("a"));
        Assert.Equal(["a"], _folder.Names);
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(400, true)]
    [InlineData(401, false)]
    public void File_that_would_use_the_reserve_of_the_disk_must_be_refused_and_deleted(long size, bool fits)
    {
        ScriptedDisk disk = new() { Free = _ => 1000 };
        using IncomingFile file = IncomingFile.Create(_folder.Path, "a", new IncomingFileOptions { DiskReserve = 600, Disk = disk });
        if (fits)
        {
            file.CheckReserve(size);
            return;
        }

        Assert.Equal(IncomingFileFault.NoSpace, Assert.Throws<IncomingFileException>(() => file.CheckReserve(size)).Reason);
        Assert.Empty(_folder.Names);
    }

    [Fact]
    public async Task File_that_comes_to_the_reserve_of_the_disk_while_it_is_written_must_fail()
    {
        long free = 100 << 20;
        ScriptedDisk disk = new() { Free = _ => free };
        using IncomingFile file = IncomingFile.Create(_folder.Path, "a", new IncomingFileOptions { DiskReserve = 50 << 20, Disk = disk });
        await file.WriteAsync(new byte[16 << 20]);
        free = 40 << 20; // others have used it
        await file.WriteAsync(new byte[15 << 20]);
        var failure = await Assert.ThrowsAsync<IncomingFileException>(async () => await file.WriteAsync(new byte[1 << 20]));
        Assert.Equal(IncomingFileFault.NoSpace, failure.Reason);
    }

    [Fact]
    public void Free_bytes_of_a_missing_folder_must_be_those_of_its_parent() => Assert.True(FolderFacts.FreeBytes(_folder["a/b/c"]) > 0);

    [Fact]
    public void Limit_of_names_must_be_that_of_the_file_system_and_of_the_path()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        Assert.Equal(255, FolderFacts.NameLimit(_folder.Path));
        Assert.Equal(95, FolderFacts.NameLimit("/" + new string('x', 3998)));
        FolderFacts.Flush(_folder.Path);
        Assert.Equal(2, Assert.Throws<IOException>(() => FolderFacts.Flush(_folder["none"])).HResult);
    }

    private static Func<string, string, bool> OtherMove(string kind) =>
        kind == "link" ? (from, to) => FreeName.TryLink(from, to) ?? throw new IOException("This file system has no links.") : FreeName.TryReserve;
}
