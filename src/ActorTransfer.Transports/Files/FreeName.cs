using System.Runtime.InteropServices;

namespace ActorTransfer.Transports.Files;

/// <summary>Moves a file to an unused name within one folder, without ever replacing a file.</summary>
/// <remarks>
/// On Unix, <c>File.Move(overwrite: false)</c> checks first and then renames: of two concurrent moves, both may see a free name. On Linux
/// renameat2(RENAME_NOREPLACE) is atomic. File systems that reject the flag (NFS) can link the file under its new name and remove the old one: a
/// process that is killed in between leaves a whole file with two names, which <see cref="PartialFolder"/> does not resume. Without links (other
/// systems, FAT by FUSE) the name is reserved by an exclusive create of an empty file, and the file renamed over this placeholder, which a killed process
/// may leave; other exclusive creates then find the name taken. A symbolic link under the name counts as taken in all cases.
/// </remarks>
internal static partial class FreeName
{
    private const int CurrentFolder = -100; // AT_FDCWD; both paths are absolute
    private const uint NoReplace = 1; // RENAME_NOREPLACE
    private const int Exists = 17; // EEXIST
    private const int InvalidArgument = 22; // EINVAL: the file system supports no flags
    private const int NoSuchCall = 38; // ENOSYS
    private const int NotSupported = 95; // EOPNOTSUPP

    /// <summary>False when the name is taken.</summary>
    /// <exception cref="IOException">Any other failure, errno in HResult.</exception>
    public static bool TryMove(string from, string to)
    {
        if (OperatingSystem.IsWindows())
        {
            return TryMoveOnWindows(from, to);
        }

        return OperatingSystem.IsLinux() && (TryRename(from, to) ?? TryLink(from, to)) is { } moved ? moved : TryReserve(from, to);
    }

    /// <summary>For file systems that reject the flag; null when not supported here, or refused. Internal for its test.</summary>
    internal static bool? TryLink(string from, string to)
    {
        if (Link(from, to) != 0)
        {
            return Marshal.GetLastPInvokeError() == Exists ? false : null;
        }

        try
        {
            File.Delete(from);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // It is in place; the cleanup of partial files retries this.
        }

        return true;
    }

    /// <summary>Whether the name, or the whole path, exceeds the limit of the file system.</summary>
    public static bool IsTooLong(IOException failure) =>
        failure is PathTooLongException || failure.HResult == (OperatingSystem.IsMacOS() ? 63 : 36); // ENAMETOOLONG

    /// <summary>The portable implementation; internal for its test.</summary>
    internal static bool TryReserve(string from, string to)
    {
        try
        {
            File.OpenHandle(to, FileMode.CreateNew, FileAccess.Write).Dispose();
        }
        catch (IOException) when (Path.Exists(to) || new FileInfo(to).LinkTarget is not null)
        {
            return false;
        }

        try
        {
            File.Move(from, to, overwrite: true);
            return true;
        }
        catch
        {
            File.Delete(to);
            throw;
        }
    }

    /// <summary>Null when not supported here.</summary>
    private static bool? TryRename(string from, string to)
    {
        try
        {
            if (RenameAt2(CurrentFolder, from, CurrentFolder, to, NoReplace) == 0)
            {
                return true;
            }
        }
        catch (TypeLoadException)
        {
            return null; // no such library, or no such function in it
        }

        int errno = Marshal.GetLastPInvokeError();
        return errno switch
        {
            Exists => false,
            InvalidArgument or NoSuchCall or NotSupported => null,
            _ => throw new IOException($"rename to '{to}': {Marshal.GetPInvokeErrorMessage(errno)}", errno),
        };
    }

    private static bool TryMoveOnWindows(string from, string to)
    {
        try
        {
            File.Move(from, to, overwrite: false);
            return true;
        }
        catch (IOException) when (Path.Exists(to))
        {
            return false;
        }
    }

    /// <summary>link(2); internal for a test.</summary>
    [LibraryImport("libc", EntryPoint = "link", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int Link(string from, string to);

    [LibraryImport("libc", EntryPoint = "renameat2", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int RenameAt2(int fromFolder, string from, int toFolder, string to, uint flags);
}
