using ActorTransfer.Transports.Files;
using Microsoft.Win32.SafeHandles;

namespace ActorTransfer.Testing.Files;

/// <summary>How a run ends before its end.</summary>
internal enum CrashKind
{
    /// <summary>The process is killed: the kernel has all of its calls.</summary>
    Killed,

    /// <summary>The machine stops: what was not synchronised (fsync) may be missing, block by block and name by name.</summary>
    PowerLost,
}

/// <summary>
/// A disk that remembers what is synchronised, and copies what a crash at the chosen call would leave into another folder. The run goes on afterwards, so that
/// one run shows where it would have been. Files in the folder at the beginning are synchronised.
/// </summary>
internal sealed class CrashingDisk : Disk
{
    private const int BlockSize = 4096;

    private readonly string _folder;
    private readonly Random _random;
    private readonly CrashKind _kind;
    private readonly int _at;
    private readonly Action _crash;
    private readonly Dictionary<string, Content> _names = new(StringComparer.Ordinal);
    private readonly List<Dictionary<string, Content>> _history; // of names since the folder was synchronised

    /// <param name="folder">The folder of the received files.</param>
    /// <param name="random">Chooses what is lost.</param>
    /// <param name="kind">The crash.</param>
    /// <param name="at">The number of the call at which it happens; a number above that of all calls: after the end.</param>
    /// <param name="crash">Called at the crash, to call <see cref="CopyTo"/>.</param>
    public CrashingDisk(string folder, Random random, CrashKind kind, int at, Action crash)
    {
        (_folder, _random, _kind, _at, _crash) = (folder, random, kind, at, crash);
        foreach (string path in Directory.GetFiles(folder))
        {
            byte[] bytes = File.ReadAllBytes(path);
            _names[path] = new Content { Now = bytes, Synced = bytes };
        }

        _history = [new(_names, StringComparer.Ordinal)];
    }

    /// <summary>Calls so far. A write counts twice: there is a point within it.</summary>
    public int Calls { get; private set; }

    /// <summary>The last call.</summary>
    public string Last { get; private set; } = "nothing";

    /// <summary>Writes what the crash leaves to another folder.</summary>
    public void CopyTo(string folder)
    {
        Dictionary<string, Content> names = _kind == CrashKind.Killed ? _names : _history[_random.Next(_history.Count)];
        foreach ((string path, Content content) in names)
        {
            byte[] bytes = _kind == CrashKind.Killed ? content.Now : Lose(content);
            File.WriteAllBytes(Path.Combine(folder, Path.GetFileName(path)), bytes);
        }
    }

    public override SafeFileHandle Create(string path, FileAccess access, FileShare share, long preallocate = 0)
    {
        SafeFileHandle file = base.Create(path, access, share, preallocate);
        _names[path] = new Content();
        NamesChanged();
        Step($"create {Path.GetFileName(path)}");
        return file;
    }

    public override ValueTask WriteAsync(SafeFileHandle file, ReadOnlyMemory<byte> bytes, long position)
    {
        Write(file, bytes.Span, position);
        return ValueTask.CompletedTask;
    }

    public override void Write(SafeFileHandle file, ReadOnlySpan<byte> bytes, long position)
    {
        string path = PathOf(file);
        int half = _random.Next(bytes.Length + 1);
        Write(file, path, bytes[..half], position, $"write {half} of {bytes.Length} bytes of {Path.GetFileName(path)} at {position}");
        Write(file, path, bytes[half..], position + half, $"write {bytes.Length} bytes of {Path.GetFileName(path)} at {position}");
    }

    public override void SetLength(SafeFileHandle file, long length)
    {
        base.SetLength(file, length);
        Content content = Of(PathOf(file));
        byte[] now = content.Now;
        Array.Resize(ref now, (int)length);
        content.Now = now;
        Step($"set the length to {length}");
    }

    public override void Flush(SafeFileHandle file)
    {
        base.Flush(file);
        Content content = Of(PathOf(file));
        content.Synced = content.Now;
        Step("fsync");
    }

    public override void FlushFolder(string folder)
    {
        base.FlushFolder(folder);
        if (folder == _folder)
        {
            _history.RemoveRange(0, _history.Count - 1);
        }

        Step("fsync of the folder");
    }

    public override bool TryMove(string from, string to)
    {
        bool moved = base.TryMove(from, to);
        if (moved)
        {
            _names.Remove(from, out Content? content);
            _names[to] = content!;
            NamesChanged();
        }

        Step($"rename to {Path.GetFileName(to)}");
        return moved;
    }

    public override void Delete(string path)
    {
        base.Delete(path);
        if (_names.Remove(path))
        {
            NamesChanged();
        }

        Step($"delete {Path.GetFileName(path)}");
    }

    private static string PathOf(SafeFileHandle file) => new FileInfo($"/proc/self/fd/{file.DangerousGetHandle()}").LinkTarget!;

    private Content Of(string path) => _names.TryGetValue(path, out Content? content) ? content : new Content(); // deleted while it is open

    private void Write(SafeFileHandle file, string path, ReadOnlySpan<byte> bytes, long position, string what)
    {
        base.Write(file, bytes, position);
        Content content = Of(path);
        byte[] now = [.. content.Now];
        Array.Resize(ref now, (int)Math.Max(now.Length, position + bytes.Length));
        bytes.CopyTo(now.AsSpan((int)position));
        content.Now = now;
        Step(what);
    }

    private void NamesChanged() => _history.Add(new(_names, StringComparer.Ordinal));

    private void Step(string what)
    {
        Last = what;
        if (Calls++ == _at)
        {
            _crash();
        }
    }

    /// <summary>Each block as it was synchronised, or as it is; the length as one of both, or cut between.</summary>
    private byte[] Lose(Content content)
    {
        (byte[] synced, byte[] now) = (content.Synced, content.Now);
        if (synced == now)
        {
            return now;
        }

        int length = _random.Next(3) switch
        {
            0 => synced.Length,
            1 => now.Length,
            _ => _random.Next(Math.Min(synced.Length, now.Length), Math.Max(synced.Length, now.Length) + 1),
        };
        byte[] left = new byte[length];
        int kept = _random.Next(101); // percent
        for (int at = 0; at < length; at += BlockSize)
        {
            byte[] from = _random.Next(100) < kept ? now : synced;
            int count = Math.Min(BlockSize, Math.Min(length, from.Length) - at);
            if (count > 0)
            {
                from.AsSpan(at, count).CopyTo(left.AsSpan(at));
            }
        }

        return left;
    }

    private sealed class Content
    {
        public byte[] Now { get; set; } = [];

        public byte[] Synced { get; set; } = [];
    }
}
