using ActorTransfer.Transports.Files;
using Microsoft.Win32.SafeHandles;

namespace ActorTransfer.Testing.Files;

/// <summary>What is done to the disk.</summary>
public enum DiskCall
{
    CreateFolder,
    Create,
    Write,
    SetLength,
    Flush,
    FlushFolder,
    Move,
    Delete,
}

/// <summary>A disk whose calls fail as a script says. Each call is carried out on the real disk otherwise.</summary>
internal class ScriptedDisk : Disk
{
    /// <summary>Called before each call with its path. Throws to let the call fail.</summary>
    public Action<DiskCall, string> Before { get; init; } = (_, _) => { };

    /// <summary>How many bytes of a write are written before it fails.</summary>
    public Func<int, int> Torn { get; init; } = _ => 0;

    /// <summary>For moves: a file system that refuses a name.</summary>
    public Func<string, string, bool> Moves { get; init; } = FreeName.TryMove;

    /// <summary>Free bytes of the disk; null = those of the real one.</summary>
    public Func<string, long?>? Free { get; init; }

    /// <summary>A disk on which all calls of one kind fail, for paths with this end.</summary>
    public static ScriptedDisk Failing(DiskCall failing, int errno, string end = "") => new()
    {
        Before = (call, path) =>
        {
            if (call == failing && path.EndsWith(end, StringComparison.Ordinal))
            {
                throw Error(call, errno);
            }
        },
    };

    /// <summary>The exception that .NET throws for an error number of Linux.</summary>
    public static Exception Error(DiskCall call, int errno) => errno switch
    {
        27 when call == DiskCall.Write => new ArgumentOutOfRangeException(null, "Specified file length was too large for the file system."),
        2 => new DirectoryNotFoundException("Could not find a part of the path."),
        1 or 13 => new UnauthorizedAccessException("Access to the path is denied.", new IOException("Permission denied", errno)),
        _ => new IOException($"error {errno}", errno),
    };

    public override DirectoryInfo CreateFolder(string path)
    {
        Before(DiskCall.CreateFolder, path);
        return base.CreateFolder(path);
    }

    public override SafeFileHandle Create(string path, FileAccess access, FileShare share, long preallocate = 0)
    {
        Before(DiskCall.Create, path);
        return base.Create(path, access, share, preallocate);
    }

    public override ValueTask WriteAsync(SafeFileHandle file, ReadOnlyMemory<byte> bytes, long position)
    {
        Write(file, bytes.Span, position);
        return ValueTask.CompletedTask;
    }

    public override void Write(SafeFileHandle file, ReadOnlySpan<byte> bytes, long position)
    {
        try
        {
            Before(DiskCall.Write, PathOf(file));
        }
        catch (Exception)
        {
            base.Write(file, bytes[..Torn(bytes.Length)], position);
            throw;
        }

        base.Write(file, bytes, position);
    }

    public override void SetLength(SafeFileHandle file, long length)
    {
        Before(DiskCall.SetLength, PathOf(file));
        base.SetLength(file, length);
    }

    public override void Flush(SafeFileHandle file)
    {
        Before(DiskCall.Flush, PathOf(file));
        base.Flush(file);
    }

    public override void FlushFolder(string folder)
    {
        Before(DiskCall.FlushFolder, folder);
        base.FlushFolder(folder);
    }

    public override bool TryMove(string from, string to)
    {
        Before(DiskCall.Move, from);
        return Moves(from, to);
    }

    public override void Delete(string path)
    {
        Before(DiskCall.Delete, path);
        base.Delete(path);
    }

    public override long? FreeBytes(string folder) => Free is null ? base.FreeBytes(folder) : Free(folder);

    /// <summary>The present path of an open file.</summary>
    protected static string PathOf(SafeFileHandle file) => new FileInfo($"/proc/self/fd/{file.DangerousGetHandle()}").LinkTarget!;
}
