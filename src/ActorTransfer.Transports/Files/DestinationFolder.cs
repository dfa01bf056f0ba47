using System.Security.Cryptography;
using ActorTransfer.Extensibility;
using ActorTransfer.Protocol.Files;

namespace ActorTransfer.Transports.Files;

/// <summary>A folder that receives files: names for temporary files, and free names for complete ones.</summary>
/// <param name="path">The path of an existing folder, from <see cref="Create"/>.</param>
/// <param name="options">How files are moved, and the length of names.</param>
internal sealed class DestinationFolder(string path, IncomingFileOptions options)
{
    /// <summary>Maximum number of numbered names before <see cref="IncomingFileFault.NoFreeName"/>.</summary>
    private const int MaxNumber = 10_000;

    private const int NameBytesInTemporaryName = 100;
    private const int RandomBytes = 8;

    private readonly int _nameLimit = options.NameLimit ?? FolderFacts.NameLimit(path);

    /// <summary>The path.</summary>
    public string Path { get; } = path;

    /// <summary>Creates the folder if it is missing. Returns its path, and that of its target if it is a symbolic link.</summary>
    /// <exception cref="IncomingFileException">It cannot be created.</exception>
    public static string Create(string folder, IncomingFileOptions options)
    {
        try
        {
            string path = System.IO.Path.GetFullPath(folder);
            if (File.Exists(path))
            {
                throw new DirectoryNotFoundException($"'{path}' is a file.");
            }

            List<string> parents = options.Durability == FileDurability.Folder ? ParentsOfMissing(path) : [];
            DirectoryInfo info = options.Disk.CreateFolder(path);
            parents.ForEach(options.Disk.FlushFolder);
            return info.ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? info.FullName;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw Unusable(folder, failure);
        }
    }

    /// <summary>Refuses to use the reserve of the disk.</summary>
    /// <param name="bytes">Bytes that are still to be written.</param>
    /// <exception cref="IncomingFileException">They would.</exception>
    public void CheckReserve(long bytes)
    {
        if (options.DiskReserve > 0 && options.Disk.FreeBytes(Path) is { } free && free - bytes < options.DiskReserve)
        {
            throw new IncomingFileException(
                IncomingFileFault.NoSpace, $"{free} bytes are free in '{Path}', too few for {bytes} more and files.disk-reserve = {options.DiskReserve}.");
        }
    }

    /// <summary>The exception for a folder in which no file can be created.</summary>
    public static IncomingFileException Unusable(string folder, Exception failure) =>
        IncomingFileException.From(failure, $"A file cannot be created in '{folder}'");

    /// <summary>A new path: <c>.name.random.part</c>.</summary>
    public string TemporaryPath(string name)
    {
        string random = RandomNumberGenerator.GetHexString(2 * RandomBytes, lowercase: true);
        int room = _nameLimit - 1 - $".{random}.part".Length;
        string beginning = SafeFileName.Beginning(SafeFileName.From(name), Math.Min(room, NameBytesInTemporaryName));
        return System.IO.Path.Combine(Path, $".{beginning}.{random}.part");
    }

    /// <summary>Moves a file to a safe name, or to the first free numbered variant of it. Returns its new path.</summary>
    /// <exception cref="IOException">It cannot be moved.</exception>
    /// <exception cref="IncomingFileException">All variants are taken.</exception>
    public string MoveToFreeName(string from, string name)
    {
        int limit = _nameLimit;
        for (int number = 1; number <= MaxNumber; number++)
        {
            string to = System.IO.Path.Combine(Path, SafeFileName.Numbered(name, number, limit));
            try
            {
                if (options.Disk.TryMove(from, to))
                {
                    return to;
                }
            }
            catch (IOException failure) when (limit > SafeFileName.MinBytes && FreeName.IsTooLong(failure))
            {
                limit = Math.Max(SafeFileName.MinBytes, limit * 3 / 4); // the file system does not report its limit
                number--;
            }
        }

        throw new IncomingFileException(IncomingFileFault.NoFreeName, $"'{name}' and all its numbered variants exist in '{Path}'.");
    }

    /// <summary>The folders that get a new name when the path is created, innermost first.</summary>
    private static List<string> ParentsOfMissing(string path)
    {
        List<string> parents = [];
        for (string missing = path; !Directory.Exists(missing) && System.IO.Path.GetDirectoryName(missing) is { } parent; missing = parent)
        {
            parents.Add(parent);
        }

        return parents;
    }
}
