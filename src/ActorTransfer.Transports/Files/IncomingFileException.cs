namespace ActorTransfer.Extensibility;

/// <summary>Why a file cannot be received, by file system error.</summary>
public enum IncomingFileFault
{
    /// <summary>The file system is full, or the user's quota is exceeded.</summary>
    NoSpace,

    /// <summary>No permission, or the file system is read-only.</summary>
    NoPermission,

    /// <summary>The folder does not exist and cannot be created, is not a folder, or was deleted.</summary>
    NoFolder,

    /// <summary>The file would be larger than the file system or a limit of the process allows.</summary>
    TooLarge,

    /// <summary>All numbered names are taken.</summary>
    NoFreeName,

    /// <summary>The application does not accept the content, for example because of a virus.</summary>
    Rejected,

    /// <summary>The file was committed or disposed already.</summary>
    Closed,

    /// <summary>Any other error, such as a failing disk.</summary>
    Other,
}

/// <summary>A file cannot be received.</summary>
public sealed class IncomingFileException : IOException
{
    /// <summary>A failure with its reason.</summary>
    public IncomingFileException(IncomingFileFault reason, string message, Exception? inner = null)
        : base(message, inner) => Reason = reason;

    /// <summary>Why.</summary>
    public IncomingFileFault Reason { get; }

    /// <summary>
    /// Full path of the file with all the bytes, when only the last step failed; null otherwise. If that step was the fsync, some may not be on the disk.
    /// </summary>
    public string? PartialFile { get; init; }

    /// <summary>Whether a call to the disk failed. .NET reports EFBIG as an argument out of range.</summary>
    internal static bool IsOfDisk(Exception failure) => failure is IOException or UnauthorizedAccessException or ArgumentOutOfRangeException;

    internal static IncomingFileException From(Exception failure, string what) =>
        new(ReasonOf(failure), $"{what}: {failure.Message}", failure);

    /// <summary>The last step failed; the complete file is at this path. Uncertain: the disk did not confirm its bytes.</summary>
    internal static IncomingFileException Kept(Exception failure, string what, string path, bool isUncertain) => new(
        ReasonOf(failure),
        $"{what}: {failure.Message} The complete file was kept as '{path}'{(isUncertain ? "; its bytes may not be on the disk" : "")}.",
        failure)
    { PartialFile = path };

    /// <summary>.NET reports errors without a type as errno in HResult on Unix, and as a Win32 code on Windows.</summary>
    private static IncomingFileFault ReasonOf(Exception failure) => failure switch
    {
        IncomingFileException known => known.Reason,
        UnauthorizedAccessException => IncomingFileFault.NoPermission,
        DirectoryNotFoundException or FileNotFoundException => IncomingFileFault.NoFolder,
        ObjectDisposedException => IncomingFileFault.Closed,
        ArgumentOutOfRangeException => IncomingFileFault.TooLarge,
        _ when OperatingSystem.IsWindows() => OfWindows(failure.HResult & 0xFFFF),
        _ => OfErrno(failure.HResult),
    };

    private static IncomingFileFault OfErrno(int errno) => errno switch
    {
        28 or 122 or 69 => IncomingFileFault.NoSpace, // ENOSPC; EDQUOT on Linux, on macOS
        27 => IncomingFileFault.TooLarge, // EFBIG
        1 or 13 or 30 => IncomingFileFault.NoPermission, // EPERM, EACCES, EROFS
        2 or 20 => IncomingFileFault.NoFolder, // ENOENT, ENOTDIR
        _ => IncomingFileFault.Other,
    };

    private static IncomingFileFault OfWindows(int code) => code switch
    {
        39 or 112 or 1295 => IncomingFileFault.NoSpace, // ERROR_HANDLE_DISK_FULL, ERROR_DISK_FULL, ERROR_DISK_QUOTA_EXCEEDED
        223 => IncomingFileFault.TooLarge, // ERROR_FILE_TOO_LARGE
        5 or 19 => IncomingFileFault.NoPermission, // ERROR_ACCESS_DENIED, ERROR_WRITE_PROTECT
        2 or 3 => IncomingFileFault.NoFolder,
        _ => IncomingFileFault.Other,
    };
}
