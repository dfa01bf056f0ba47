using System.Text.RegularExpressions;
using ActorTransfer.Extensibility;
using ActorTransfer.Protocol.Files;
using Microsoft.Win32.SafeHandles;

namespace ActorTransfer.Transports.Files;

/// <summary>
/// Parts of files in a folder: <c>.name.random.part</c>, each with its <see cref="PartialLog"/>, whose name follows from the offer: a part is found
/// without a look at the rest of the folder. A part in use is locked, so of two transfers of the same file one begins anew; the lock goes with the
/// process, however it ends. The name of a part is never used twice: a part that is locked and still has its name has not been put in place by
/// anybody.
/// </summary>
internal static partial class PartialFolder
{
    private const int LargestNote = 1 << 20;

    /// <summary>Continues an earlier part, or begins one that can be continued. Blocks for the time of a few file operations, and not for the check.</summary>
    /// <param name="folder">Where the file will stay; created if need be.</param>
    /// <param name="name">The name that it will get.</param>
    /// <param name="terms">Which file, and how it is received.</param>
    /// <param name="ct">Ends the check of a part, and the wait for it.</param>
    /// <exception cref="IncomingFileException">Nothing can be created there.</exception>
    public static Task<(IncomingFile File, EarlierPart? Earlier)> OpenAsync(string folder, string name, PartialTerms terms, CancellationToken ct) =>
        OpenAsync(folder, name, terms, HashingLimit.Shared, ct);

    /// <summary>The same with a limit of its own for checks: each reads all of a partial file.</summary>
    internal static async Task<(IncomingFile File, EarlierPart? Earlier)> OpenAsync(
        string folder, string name, PartialTerms terms, HashingLimit limit, CancellationToken ct)
    {
        string real = IncomingFile.RealFolder(folder);
        string note = PartialLog.PathOf(real, terms.Identity);
        if (ReadNote(note, terms) is { } noted && Path.Combine(real, noted.Part) is var part && TryLock(part) is { } locked)
        {
            using Claim claim = new(locked);
            // Without its name it was put in place a moment ago, and is nobody's part any more.
            if (File.Exists(part) && await limit.RunAsync(() => Task.FromResult(Check(locked, noted, terms, ct)), ct) is var (earlier, kept))
            {
                PartialLog log = new(part, terms.Identity, terms.Every);
                log.Keep(kept);
                return (IncomingFile.Continue(claim.Release(), real, name, part, earlier.Length, terms.Options, log), earlier);
            }

            if (File.Exists(part))
            {
                Delete(part);
                Delete(note);
            }
        }
        else if (!IsInUse(real, note, terms))
        {
            Delete(note);
        }

        return (IncomingFile.CreatePart(real, name, terms.Options, path => new PartialLog(path, terms.Identity, terms.Every)), null);
    }

    /// <summary>Deletes parts that nobody has written since, and that nobody uses. Lists the whole folder.</summary>
    public static void Sweep(string folder, DateTimeOffset olderThan)
    {
        foreach (string old in Hidden(folder).Where(path => OwnName().IsMatch(Path.GetFileName(path))))
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

    private static IEnumerable<string> Hidden(string folder)
    {
        try
        {
            return [.. Directory.EnumerateFiles(folder, ".*.part*")];
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return []; // not there yet, or one may write there and not look
        }
    }

    private static (EarlierPart Earlier, IReadOnlyList<Checkpoint> Kept)? Check(
        SafeFileHandle locked, PartialNote note, PartialTerms terms, CancellationToken ct)
    {
        try
        {
            var found = PartialCheck.Find(locked, note.Checkpoints, terms.WithMd5, ct);
            if (found is { } good)
            {
                RandomAccess.SetLength(locked, good.Part.Length);
            }

            return found;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return null; // a part that cannot be read is not worth a transfer
        }
    }

    private static PartialNote? ReadNote(string path, PartialTerms terms)
    {
        try
        {
            FileInfo note = new(path);
            return note is { Exists: true, LinkTarget: null, Length: <= LargestNote }
                && PartialState.Read(File.ReadAllText(path), terms.Identity, terms.Size) is { } read
                && Path.GetFileName(read.Part) == read.Part && OwnName().IsMatch(read.Part)
                ? read
                : null;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Whether the part of a note is being written.</summary>
    private static bool IsInUse(string folder, string note, PartialTerms terms) =>
        ReadNote(note, terms) is { } noted && File.Exists(Path.Combine(folder, noted.Part));

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

    /// <summary>Closes a locked part unless somebody takes it over.</summary>
    private sealed class Claim(SafeFileHandle part) : IDisposable
    {
        private SafeFileHandle? _part = part;

        public SafeFileHandle Release()
        {
            SafeFileHandle released = _part!;
            _part = null;
            return released;
        }

        public void Dispose() => _part?.Dispose();
    }
}
