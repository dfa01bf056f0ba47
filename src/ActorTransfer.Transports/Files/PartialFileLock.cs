using Microsoft.Win32.SafeHandles;

namespace ActorTransfer.Transports.Files;

/// <summary>A partial file that is open for this transfer only. Closes it unless it is taken over.</summary>
internal sealed class PartialFileLock : IDisposable
{
    private SafeFileHandle? _file;

    private PartialFileLock(SafeFileHandle file) => _file = file;

    /// <summary>The open file.</summary>
    public SafeFileHandle Handle => _file ?? throw new ObjectDisposedException(nameof(PartialFileLock));

    /// <summary>Null when the file is in use, deleted, or a foreign link.</summary>
    public static PartialFileLock? TryTake(string path)
    {
        try
        {
            return new FileInfo(path).LinkTarget is not null
                ? null
                : new PartialFileLock(File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Passes the open file to the caller.</summary>
    public SafeFileHandle Release()
    {
        SafeFileHandle released = Handle;
        _file = null;
        return released;
    }

    /// <inheritdoc/>
    public void Dispose() => _file?.Dispose();
}
