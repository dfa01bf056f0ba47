using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace ActorTransfer.Transports.Files;

/// <summary>
/// The calls by which a received file reaches the disk. Tests replace them: each may fail, and after each the process or the machine may stop.
/// </summary>
internal class Disk
{
    private const int FileSizeExceeded = 25; // SIGXFSZ on Linux and macOS

#pragma warning disable CA1823, IDE0052 // holds the registration
    /// <summary>A write beyond the largest file size of the process (ulimit -f) must fail. By default the signal ends the process: any peer could.</summary>
    private static readonly PosixSignalRegistration? s_fileSizeExceeded = OperatingSystem.IsWindows()
        ? null
        : PosixSignalRegistration.Create((PosixSignal)FileSizeExceeded, context => context.Cancel = true);
#pragma warning restore CA1823, IDE0052

    /// <summary>The disk of this machine.</summary>
    public static Disk Real { get; } = new();

    /// <summary>Creates a folder and its parents, if they are missing.</summary>
    public virtual DirectoryInfo CreateFolder(string path) => Directory.CreateDirectory(path);

    /// <summary>Creates a file that must not exist.</summary>
    public virtual SafeFileHandle Create(string path, FileAccess access, FileShare share, long preallocate = 0) =>
        File.OpenHandle(path, FileMode.CreateNew, access, share, FileOptions.None, preallocate);

    /// <summary>Writes all bytes.</summary>
    public virtual ValueTask WriteAsync(SafeFileHandle file, ReadOnlyMemory<byte> bytes, long position) => RandomAccess.WriteAsync(file, bytes, position);

    /// <summary>As <see cref="WriteAsync"/>, on this thread.</summary>
    public virtual void Write(SafeFileHandle file, ReadOnlySpan<byte> bytes, long position) => RandomAccess.Write(file, bytes, position);

    /// <summary>Truncates or extends a file.</summary>
    public virtual void SetLength(SafeFileHandle file, long length) => RandomAccess.SetLength(file, length);

    /// <summary>Synchronises the bytes of a file (fsync).</summary>
    public virtual void Flush(SafeFileHandle file) => RandomAccess.FlushToDisk(file);

    /// <summary>See <see cref="FolderFacts.Flush"/>.</summary>
    public virtual void FlushFolder(string folder) => FolderFacts.Flush(folder);

    /// <summary>See <see cref="FreeName.TryMove"/>.</summary>
    public virtual bool TryMove(string from, string to) => FreeName.TryMove(from, to);

    /// <summary>Deletes a file, if it exists.</summary>
    public virtual void Delete(string path) => File.Delete(path);

    /// <summary>See <see cref="FolderFacts.FreeBytes"/>.</summary>
    public virtual long? FreeBytes(string folder) => FolderFacts.FreeBytes(folder);
}
