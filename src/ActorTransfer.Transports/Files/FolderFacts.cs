using System.Runtime.InteropServices;
using ActorTransfer.Protocol.Files;
using Microsoft.Win32.SafeHandles;

namespace ActorTransfer.Transports.Files;

/// <summary>Folder functions that .NET lacks.</summary>
internal static partial class FolderFacts
{
    private const int ReadOnly = 0; // O_RDONLY
    private const int NoPermission = 13; // EACCES
    private const int CurrentFolder = -100; // AT_FDCWD
    private const int NoFollow = 0x100; // AT_SYMLINK_NOFOLLOW
    private const uint LinkCount = 4; // STATX_NLINK
    private const int LinkCountAt = 16;
    private const int MaxPathBytes = 4095; // PATH_MAX without its NUL

    private static readonly int s_nameMax = OperatingSystem.IsMacOS() ? 4 : 3; // _PC_NAME_MAX

    /// <summary>Maximum bytes of a name in the folder, by its file system (eCryptfs: 143) and the length of its path.</summary>
    public static int NameLimit(string folder)
    {
        long max = SafeFileName.MaxBytes;
        if (!OperatingSystem.IsWindows())
        {
            long reported = QueryNameLimit(folder);
            long left = MaxPathBytes - System.Text.Encoding.UTF8.GetByteCount(folder) - 1;
            max = Math.Min(Math.Min(reported > 0 ? reported : max, left), max); // FAT reports 1530: it counts other bytes
        }

        return (int)Math.Max(max, SafeFileName.MinBytes);
    }

    /// <summary>Bytes that this process may still write to the file system of the folder, or of its nearest parent that exists; null if unknown.</summary>
    public static long? FreeBytes(string folder)
    {
        try
        {
            string? path = Path.GetFullPath(folder);
            while (path is not null && !Directory.Exists(path))
            {
                path = Path.GetDirectoryName(path);
            }

            string? disk = OperatingSystem.IsWindows() ? Path.GetPathRoot(path) : path;
            return disk is null ? null : new DriveInfo(disk).AvailableFreeSpace;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return null;
        }
    }

    /// <summary>Synchronises the folder (fsync). Does nothing on Windows, on file systems without support for it, and if it may not be read.</summary>
    /// <exception cref="IOException">The disk failed, or the folder cannot be opened; errno in HResult.</exception>
    public static void Flush(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        using SafeFileHandle handle = new(Open(folder, ReadOnly), ownsHandle: true);
        if (!handle.IsInvalid)
        {
            RandomAccess.FlushToDisk(handle);
        }
        else if (Marshal.GetLastPInvokeError() is not NoPermission and var errno)
        {
            throw new IOException($"'{folder}' cannot be synchronised: {Marshal.GetPInvokeErrorMessage(errno)}", errno);
        }
    }

    /// <summary>Whether a file has another name too (a hard link). Linux only: false elsewhere, and when it cannot be told.</summary>
    public static bool HasOtherName(string file)
    {
        if (!OperatingSystem.IsLinux())
        {
            return false;
        }

        Span<byte> facts = stackalloc byte[256]; // struct statx: the same on all processors
        try
        {
            return StatX(CurrentFolder, file, NoFollow, LinkCount, facts) == 0 && BitConverter.ToUInt32(facts[LinkCountAt..]) > 1;
        }
        catch (TypeLoadException)
        {
            return false; // no such function in the library
        }
    }

    private static long QueryNameLimit(string folder)
    {
        try
        {
            return PathConf(folder, s_nameMax);
        }
        catch (TypeLoadException)
        {
            return 0; // no such library, or no such function in it
        }
    }

    [LibraryImport("libc", EntryPoint = "pathconf", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint PathConf(string path, int name);

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int StatX(int folder, string path, int flags, uint mask, Span<byte> facts);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);
}
