using ActorTransfer.Extensibility;
using ActorTransfer.Protocol.Files;
using Microsoft.Win32.SafeHandles;

namespace ActorTransfer.Transports.Files;

/// <summary>
/// A file that is being received: <c>.name.random.part</c> in its destination folder, created exclusively. <see cref="Commit"/> moves it to
/// a free name and never replaces a file; <see cref="Dispose"/> without a commit deletes it, or keeps it for resumption if it was created
/// by <see cref="PartialFolder"/>. A file whose commit failed is kept. One writer at a time.
/// </summary>
internal sealed class IncomingFile : ByteStore, IAsyncDisposable
{
    /// <summary>How many bytes are written between two checks of the disk's reserve.</summary>
    private const long ReserveInterval = 16 << 20;

    private readonly SafeFileHandle _handle;
    private readonly IncomingFileOptions _options;
    private readonly DestinationFolder _folder;
    private readonly string _name;
    private readonly CheckpointFileWriter? _checkpoints;
    private readonly Lock _ending = new();
    private long _nextCheck = ReserveInterval;
    private bool _closed;
    private bool _isUncertain;

    private IncomingFile(
        SafeFileHandle handle, DestinationFolder folder, string name, string temporaryPath, IncomingFileOptions options, CheckpointFileWriter? checkpoints)
    {
        _checkpoints = checkpoints;
        _handle = handle;
        _folder = folder;
        _name = name;
        _options = options;
        TemporaryPath = temporaryPath;
    }

    /// <summary>Path of the file before the commit.</summary>
    public string TemporaryPath { get; }

    /// <summary>Bytes written so far.</summary>
    public long Length { get; private set; }

    /// <inheritdoc/>
    public override long CheckpointEvery => _checkpoints?.Every ?? 0;

    /// <summary>Creates the temporary file, and the folder if it is missing.</summary>
    /// <param name="folder">The destination folder. Symbolic links in its path are trusted and followed.</param>
    /// <param name="name">The name for <see cref="CompleteAsync"/>; any text.</param>
    /// <param name="options">How; <see cref="IncomingFileOptions.Default"/> when null.</param>
    /// <exception cref="IncomingFileException">It cannot be created.</exception>
    public static IncomingFile Create(string folder, string name, IncomingFileOptions? options = null) =>
        Create(folder, name, options ?? IncomingFileOptions.Default, FileAccess.Write, FileShare.Read, _ => null);

    /// <summary>A resumable file. It is locked against other transfers.</summary>
    internal static IncomingFile CreatePartial(
        string folder, string name, IncomingFileOptions options, Func<string, CheckpointFileWriter> checkpoints) => Create(
        folder, name, options, FileAccess.ReadWrite, FileShare.None, checkpoints);

    /// <summary>An existing, locked partial file.</summary>
    internal static IncomingFile Continue(
        SafeFileHandle partial, string folder, string name, string path, long length, IncomingFileOptions options, CheckpointFileWriter checkpoints) =>
        new(partial, new DestinationFolder(folder, options), name, path, options, checkpoints) { Length = length };

    /// <summary>Refuses a file that would use the reserve of the disk, see <see cref="DestinationFolder.CheckReserve"/>; it is disposed then.</summary>
    /// <param name="size">Bytes of the whole file, as far as it is known.</param>
    public void CheckReserve(long size)
    {
        try
        {
            _folder.CheckReserve(Math.Max(size - Length, 0));
        }
        catch (IncomingFileException)
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Appends.</summary>
    /// <exception cref="IncomingFileException">It cannot be written; the written bytes are kept until the file is disposed.</exception>
    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            await _options.Disk.WriteAsync(_handle, bytes, Length);
            Length += bytes.Length;
            if (Length >= _nextCheck)
            {
                _nextCheck = Length + ReserveInterval;
                _folder.CheckReserve(0);
            }
        }
        catch (Exception failure) when (IncomingFileException.IsOfDisk(failure) || failure is ObjectDisposedException)
        {
            throw IncomingFileException.From(failure, $"'{TemporaryPath}' cannot be written");
        }
    }

    /// <summary>
    /// Closes the file and moves it to <paramref name="finalName"/>, made safe, or to the first free "name (2)", "name (3)"... Blocks for
    /// the time of a rename, and of fsyncs if configured. A name that is too long for the file system is truncated before its extension.
    /// </summary>
    /// <returns>The full path after the move.</returns>
    /// <exception cref="IncomingFileException">
    /// It cannot be moved; all its bytes are kept in <see cref="IncomingFileException.PartialFile"/>.
    /// </exception>
    public string Commit(string finalName)
    {
        if (!TryClose())
        {
            throw new IncomingFileException(IncomingFileFault.Closed, "This file was committed or disposed already.");
        }

        string path = TemporaryPath;
        try
        {
            FinishWhole();
            path = _folder.MoveToFreeName(TemporaryPath, SafeFileName.From(finalName));
            _checkpoints?.Delete();
            if (_options.Durability == FileDurability.Folder)
            {
                _options.Disk.FlushFolder(_folder.Path);
            }

            return path;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            string what = $"'{finalName}' cannot be put in place";
            throw File.Exists(path) ? IncomingFileException.Kept(failure, what, path, _isUncertain) : IncomingFileException.From(failure, what);
        }
        finally
        {
            _checkpoints?.Dispose();
            _handle.Dispose(); // after the move: the lock keeps other transfers from resuming it
        }
    }

    /// <summary>As <see cref="Commit"/>, without blocking the caller's thread.</summary>
    public Task<string> CommitAsync(string finalName) => Task.Run(() => Commit(finalName));

    /// <inheritdoc/>
    public override void Mark(Checkpoint checkpoint)
    {
        lock (_ending)
        {
            if (!_closed)
            {
                _checkpoints?.Append(checkpoint);
            }
        }
    }

    /// <inheritdoc/>
    public override void Restart()
    {
        lock (_ending)
        {
            if (!_closed)
            {
                _checkpoints?.Delete();
            }
        }

        Length = 0;
    }

    /// <summary>Commits it under its original name.</summary>
    public override async Task<string?> CompleteAsync() => await CommitAsync(_name);

    /// <summary>Deletes the temporary file, or keeps it for a later transfer, unless it was committed. A pending write may still fail.</summary>
    public override void Dispose()
    {
        if (TryClose())
        {
            End(keep: _checkpoints is { HasCheckpoints: true });
        }
    }

    /// <summary>Deletes the temporary file unless it was committed.</summary>
    public override void Discard()
    {
        if (TryClose())
        {
            End(keep: false);
        }
    }

    /// <inheritdoc cref="Dispose"/>
    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }

    private static IncomingFile Create(
        string folder,
        string name,
        IncomingFileOptions options,
        FileAccess access,
        FileShare share,
        Func<string, CheckpointFileWriter?> checkpoints)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        DestinationFolder real = new(DestinationFolder.Create(folder, options), options);
        try
        {
            string path = real.TemporaryPath(name);
            return new IncomingFile(options.Disk.Create(path, access, share, options.Preallocate), real, name, path, options, checkpoints(path));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw DestinationFolder.Unusable(folder, failure);
        }
    }

    /// <summary>True for the first caller, which decides how the file ends.</summary>
    private bool TryClose()
    {
        lock (_ending)
        {
            (bool first, _closed) = (!_closed, true);
            return first;
        }
    }

    private void End(bool keep)
    {
        if (!keep)
        {
            DeleteTemporary();
        }

        _checkpoints?.Dispose();
        _handle.Dispose();
    }

    private void FinishWhole()
    {
        if (RandomAccess.GetLength(_handle) > Length)
        {
            _options.Disk.SetLength(_handle, Length); // unused preallocated space, or bytes of a sender that restarted
        }

        if (_options.Durability != FileDurability.None)
        {
            Flush();
        }

        if (OperatingSystem.IsWindows())
        {
            _handle.Dispose(); // an open file cannot be moved there
        }
    }

    /// <summary>After an error it is unknown what is on the disk, and a second fsync would not report it again: such a file is not resumed.</summary>
    private void Flush()
    {
        try
        {
            _options.Disk.Flush(_handle);
        }
        catch
        {
            _isUncertain = true;
            _checkpoints?.Delete();
            throw;
        }
    }

    private void DeleteTemporary()
    {
        _checkpoints?.Delete();
        try
        {
            if (OperatingSystem.IsWindows())
            {
                _handle.Dispose(); // an open file cannot be deleted there
            }

            _options.Disk.Delete(TemporaryPath);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // The folder was moved or is no longer writable; nothing can be done here.
        }
    }
}
