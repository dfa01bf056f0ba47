using System.Text.RegularExpressions;
using ActorTransfer.Protocol.Files;
using ActorTransfer.Transports.Stages;
using Microsoft.Win32.SafeHandles;

namespace ActorTransfer.Transports.Content;

/// <summary>
/// Parts of files in a folder: <c>.name.identity.random.part</c>, each with its <see cref="PartialLog"/>. A part in use is locked, so of two
/// transfers of the same file one begins anew; the lock goes with the process, however it ends. A name is never used twice: a part that is
/// locked and still has its name has not been put in place by anybody.
/// </summary>
public static partial class PartialFolder
{
    private const int IdentityLength = 16;
    private const int LargestNote = 1 << 20;

    /// <summary>Continues an earlier part, or begins one that can be continued.</summary>
    /// <param name="folder">Where the file will stay; created if need be.</param>
    /// <param name="name">The name that it will get.</param>
    /// <param name="identity">See <see cref="PartialState.Identity"/>.</param>
    /// <param name="size">Bytes of the whole file.</param>
    /// <param name="every">Bytes between two checkpoints.</param>
    /// <param name="withMd5">Whether its MD5 is wanted.</param>
    /// <param name="ct">Ends the check of a part.</param>
    /// <exception cref="IncomingFileException">Nothing can be created there.</exception>
    public static (IncomingFile File, EarlierPart? Earlier) Open(
        string folder, string name, string identity, long size, long every, bool withMd5, CancellationToken ct)
    {
        string real = IncomingFile.RealFolder(folder);
        foreach (string part in Find(real, $".*.{identity[..IdentityLength]}.*.part"))
        {
            if (TryContinue(part, real, name, identity, size, every, withMd5, ct) is { } taken)
            {
                return taken;
            }
        }

        return (IncomingFile.CreatePart(real, name, identity[..IdentityLength], path => new PartialLog(path, identity, every)), null);
    }

    /// <summary>Deletes parts that nobody has written since, and that nobody uses.</summary>
    public static void Sweep(string folder, DateTimeOffset olderThan)
    {
        foreach (string old in Find(folder, ".*").Where(path => OwnName().IsMatch(Path.GetFileName(path))))
        {
            if (File.GetLastWriteTimeUtc(old) < olderThan.UtcDateTime)
            {
                using SafeFileHandle? locked = TryLock(old);
                if (locked is not null)
                {
                    Delete(old);
                }
            }
        }
    }

    private static IReadOnlyList<string> Find(string folder, string pattern)
    {
        try
        {
            return Directory.GetFiles(folder, pattern);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return []; // not there yet, or one may write there and not look
        }
    }

    private static (IncomingFile File, EarlierPart? Earlier)? TryContinue(
        string part, string folder, string name, string identity, long size, long every, bool withMd5, CancellationToken ct)
    {
        SafeFileHandle? locked = TryLock(part);
        if (locked is null)
        {
            return null;
        }

        try
        {
            if (!File.Exists(part))
            {
                return null; // put in place by its transfer a moment ago
            }

            if (PartialCheck.Find(locked, PartialState.Read(ReadNote(part), identity, size), withMd5, ct) is var (earlier, kept))
            {
                PartialLog log = new(part, identity, every);
                log.Keep(kept);
                RandomAccess.SetLength(locked, earlier.Length);
                IncomingFile file = IncomingFile.Continue(locked, folder, name, part, earlier.Length, log);
                locked = null;
                return (file, earlier);
            }

            Delete(part);
            Delete(PartialLog.PathBeside(part));
            return null;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return null; // a part that cannot be read is not worth a transfer
        }
        finally
        {
            locked?.Dispose();
        }
    }

    private static string ReadNote(string partPath)
    {
        FileInfo note = new(PartialLog.PathBeside(partPath));
        return note is { Exists: true, LinkTarget: null, Length: <= LargestNote } ? File.ReadAllText(note.FullName) : "";
    }

    /// <summary>Null when it is in use, gone, or a link that somebody else put there.</summary>
    private static SafeFileHandle? TryLock(string path)
    {
        try
        {
            return new FileInfo(path).LinkTarget is not null ? null : File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static void Delete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // It will be tried again by the next who looks.
        }
    }

    /// <summary>What <see cref="IncomingFile"/> and <see cref="PartialLog"/> call their files.</summary>
    [GeneratedRegex(@"^\..+\.[0-9a-f]{16}\.part(\.state)?$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex OwnName();
}
