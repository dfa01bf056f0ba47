using System.Text.RegularExpressions;
using ActorTransfer.Extensibility;
using ActorTransfer.Protocol.Files;
using Microsoft.Win32.SafeHandles;

namespace ActorTransfer.Transports.Files;

/// <summary>
/// Partial files in a folder: <c>.name.random.part</c>, each with its <see cref="CheckpointFileWriter"/>, whose name follows from the offer, so that
/// no search is needed. A partial file in use is locked: of two transfers of the same file, one starts from 0. The lock ends with the
/// process. Names of partial files are never reused: one that is locked and still has its name has not been put in place.
/// </summary>
internal static partial class PartialFolder
{
    private const int MaxCheckpointFileSize = 1 << 20;

    /// <summary>Resumes a partial file, or creates a resumable one. Blocks for the time of a few file operations, but not for verification.</summary>
    /// <param name="folder">The destination folder; created if necessary.</param>
    /// <param name="name">The final name.</param>
    /// <param name="terms">The file to receive, and its settings.</param>
    /// <param name="ct">Cancels the verification and the wait for it.</param>
    /// <exception cref="IncomingFileException">No file can be created there.</exception>
    public static Task<(IncomingFile File, VerifiedPartialFile? Earlier)> OpenAsync(string folder, string name, PartialTerms terms, CancellationToken ct) =>
        OpenAsync(folder, name, terms, HashingLimit.Shared, ct);

    /// <summary>The same with a separate limit for verification, which reads all of a partial file.</summary>
    internal static async Task<(IncomingFile File, VerifiedPartialFile? Earlier)> OpenAsync(
        string folder, string name, PartialTerms terms, HashingLimit limit, CancellationToken ct)
    {
        string real = DestinationFolder.Create(folder, terms.Options);
        string checkpointFile = CheckpointFileWriter.PathOf(real, terms.Identity);
        if (ReadCheckpointFile(checkpointFile, terms) is { } content
            && Path.Combine(real, content.PartialName) is var partial && PartialFileLock.TryTake(partial) is { } taken)
        {
            using PartialFileLock locked = taken;
            // Without its name it has just been put in place and is not a partial file any more. With two it has been, and the process was killed
            // before it could remove this one.
            if (File.Exists(partial) && !FolderFacts.HasOtherName(partial) && await limit.RunAsync(() => Task.FromResult(Check(locked.Handle, content, terms, ct)), ct) is var (verified, kept))
            {
                CheckpointFileWriter writer = new(partial, terms.Identity, terms.Every, terms.Options.Disk);
                writer.Keep(kept);
                return (IncomingFile.Continue(locked.Release(), real, name, partial, verified.Length, terms.Options, writer), verified);
            }

            if (File.Exists(partial))
            {
                Delete(partial, terms.Options.Disk);
                Delete(checkpointFile, terms.Options.Disk);
            }
        }
        else if (!IsInUse(real, checkpointFile, terms))
        {
            Delete(checkpointFile, terms.Options.Disk);
        }

        CheckpointFileWriter Checkpoints(string path) => new(path, terms.Identity, terms.Every, terms.Options.Disk);
        return (IncomingFile.CreatePartial(real, name, terms.Options, Checkpoints), null);
    }

    /// <summary>Deletes expired partial files that are not in use. Lists the whole folder.</summary>
    public static void Sweep(string folder, DateTimeOffset olderThan)
    {
        foreach (string old in Hidden(folder).Where(path => OwnName().IsMatch(Path.GetFileName(path))))
        {
            if (File.GetLastWriteTimeUtc(old) < olderThan.UtcDateTime)
            {
                using PartialFileLock? locked = PartialFileLock.TryTake(old);
                if (locked is not null)
                {
                    Delete(old, Disk.Real);
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
            return []; // missing, or not readable
        }
    }

    private static (VerifiedPartialFile Earlier, IReadOnlyList<Checkpoint> Kept)? Check(
        SafeFileHandle locked, CheckpointFileContent content, PartialTerms terms, CancellationToken ct)
    {
        try
        {
            var found = PartialCheck.Find(locked, content.Checkpoints, terms, ct);
            if (found is { } good)
            {
                terms.Options.Disk.SetLength(locked, good.PartialFile.Length);
            }

            return found;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return null; // an unreadable partial file must not fail the transfer
        }
    }

    private static CheckpointFileContent? ReadCheckpointFile(string path, PartialTerms terms)
    {
        try
        {
            FileInfo checkpointFile = new(path);
            return checkpointFile is { Exists: true, LinkTarget: null, Length: <= MaxCheckpointFileSize }
                && PartialState.Read(File.ReadAllText(path), terms.Identity, terms.Size) is { } read
                && Path.GetFileName(read.PartialName) == read.PartialName && OwnName().IsMatch(read.PartialName)
                ? read
                : null;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Whether the partial file of a checkpoint file is in use.</summary>
    private static bool IsInUse(string folder, string checkpointFile, PartialTerms terms) =>
        ReadCheckpointFile(checkpointFile, terms) is { } content && File.Exists(Path.Combine(folder, content.PartialName));

    private static void Delete(string path, Disk disk)
    {
        try
        {
            disk.Delete(path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // The next cleanup retries it.
        }
    }

    /// <summary>The file names of <see cref="IncomingFile"/> and <see cref="CheckpointFileWriter"/>.</summary>
    [GeneratedRegex(@"^\..+\.[0-9a-f]{16}\.part(\.state)?$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex OwnName();
}
