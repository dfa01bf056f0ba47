using System.Runtime.InteropServices;

namespace ActorTransfer.Transports.Files;

/// <summary>Moves a file to a name that nobody has, within one folder, without ever replacing a file.</summary>
/// <remarks>
/// <c>File.Move(overwrite: false)</c> looks first and renames then on Unix: two that move at the same time may both see a free name.
/// On Linux renameat2(RENAME_NOREPLACE) decides in the kernel. Where that does not exist (other systems, file systems that refuse the
/// flag) the name is taken first, by an exclusive create of an empty file, and the file renamed over this placeholder of our own;
/// whoever else creates files exclusively finds the name taken. A symbolic link under the name counts as taken in both ways.
/// </remarks>
internal static partial class FreeName
{
    private const int CurrentFolder = -100; // AT_FDCWD; both paths are absolute
    private const uint NoReplace = 1; // RENAME_NOREPLACE
    private const int Exists = 17; // EEXIST
    private const int InvalidArgument = 22; // EINVAL: the file system knows no flags
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

        return OperatingSystem.IsLinux() && TryRename(from, to) is { } moved ? moved : TryReserve(from, to);
    }

    /// <summary>Whether the name, or the whole path, is longer than the file system takes.</summary>
    public static bool IsTooLong(IOException failure) => failure is PathTooLongException || failure.HResult == (OperatingSystem.IsMacOS() ? 63 : 36); // ENAMETOOLONG

    /// <summary>The portable way; internal for its test.</summary>
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

    /// <summary>Null when this way is not open here.</summary>
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

    [LibraryImport("libc", EntryPoint = "renameat2", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int RenameAt2(int fromFolder, string from, int toFolder, string to, uint flags);
}
