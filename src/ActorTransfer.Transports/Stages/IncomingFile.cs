using System.Security.Cryptography;
using System.Text;
using ActorTransfer.Protocol.Files;
using ActorTransfer.Transports.Content;
using Microsoft.Win32.SafeHandles;

namespace ActorTransfer.Transports.Stages;

/// <summary>How a file is received.</summary>
public sealed record IncomingFileOptions
{
    /// <summary>Everything off.</summary>
    public static IncomingFileOptions Default { get; } = new();

    /// <summary>Bytes to reserve on the disk at once, so a full disk is noticed before the first byte; 0 for none.</summary>
    public long Preallocate { get; init; }

    /// <summary>Ask the disk to keep the bytes (fsync) before the file gets its name. Costs what the disk costs.</summary>
    public bool FlushToDisk { get; init; }
}

/// <summary>
/// A file that is being received: <c>.name.random.part</c> in the folder where it will stay, created exclusively.
/// <see cref="Commit"/> gives it a free name and never replaces a file; <see cref="Dispose"/> without a commit
/// deletes it. One writer at a time.
/// </summary>
public sealed class IncomingFile : ByteStore, IAsyncDisposable
{
    /// <summary>Numbers that are tried before <see cref="IncomingFileFault.NoFreeName"/>.</summary>
    private const int MaxNumber = 10_000;

    private const int NameBytesInTemporaryName = 100;
    private const int RandomBytes = 8;

    private readonly SafeFileHandle _handle;
    private readonly IncomingFileOptions _options;
    private readonly string _folder;
    private readonly string _name;
    private int _closed;

    private IncomingFile(SafeFileHandle handle, string folder, string name, string temporaryPath, IncomingFileOptions options)
    {
        _handle = handle;
        _folder = folder;
        _name = name;
        _options = options;
        TemporaryPath = temporaryPath;
    }

    /// <summary>Where the bytes are until the commit.</summary>
    public string TemporaryPath { get; }

    /// <summary>Bytes written so far.</summary>
    public long Length { get; private set; }

    /// <summary>Creates the temporary file, and the folder if it is missing.</summary>
    /// <param name="folder">Where the file will stay. Symbolic links in the folder's own path are the operator's and are followed.</param>
    /// <param name="name">The name that <see cref="CompleteAsync"/> gives it; any text.</param>
    /// <param name="options">How; <see cref="IncomingFileOptions.Default"/> when null.</param>
    /// <exception cref="IncomingFileException">It cannot be created.</exception>
    public static IncomingFile Create(string folder, string name, IncomingFileOptions? options = null) =>
        Create(folder, name, options ?? IncomingFileOptions.Default, OpenNew);

    /// <summary>The seam of the tests: what a full disk does is shown on a device that is always full.</summary>
    internal static IncomingFile Create(string folder, string name, IncomingFileOptions options, Func<string, long, SafeFileHandle> open)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        try
        {
            string real = RealFolder(folder);
            string path = Path.Combine(real, TemporaryName(name));
            return new IncomingFile(open(path, options.Preallocate), real, name, path, options);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw IncomingFileException.From(failure, $"A file cannot be created in '{folder}'");
        }
    }

    /// <summary>Appends.</summary>
    /// <exception cref="IncomingFileException">It cannot be written; what was written stays until the file is disposed.</exception>
    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            await RandomAccess.WriteAsync(_handle, bytes, Length);
            Length += bytes.Length;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ObjectDisposedException)
        {
            throw IncomingFileException.From(failure, $"'{TemporaryPath}' cannot be written");
        }
    }

    /// <summary>
    /// Closes the file and moves it to <paramref name="finalName"/>, made safe, or to the first free "name (2)", "name (3)"... Blocks
    /// for the time of a rename, and of an fsync if asked for.
    /// </summary>
    /// <returns>The full path that the file has now.</returns>
    /// <exception cref="IncomingFileException">It cannot be moved; the temporary file is deleted.</exception>
    public string Commit(string finalName)
    {
        if (Interlocked.Exchange(ref _closed, 1) != 0)
        {
            throw new IncomingFileException(IncomingFileFault.Closed, "This file was committed or disposed already.");
        }

        try
        {
            CloseWhole();
            return MoveToFreeName(SafeFileName.From(finalName));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            DeleteTemporary();
            throw IncomingFileException.From(failure, $"'{finalName}' cannot be put in place");
        }
    }

    /// <summary>As <see cref="Commit"/>, off the caller's thread: for those who must not block.</summary>
    public Task<string> CommitAsync(string finalName) => Task.Run(() => Commit(finalName));

    /// <summary>Commits it under the name that it was created for.</summary>
    public override async Task<string?> CompleteAsync() => await CommitAsync(_name);

    /// <summary>Deletes the temporary file unless it was committed. A write under way may still fail.</summary>
    public override void Dispose()
    {
        if (Interlocked.Exchange(ref _closed, 1) == 0)
        {
            _handle.Dispose();
            DeleteTemporary();
        }
    }

    /// <inheritdoc cref="Dispose"/>
    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }

    private static SafeFileHandle OpenNew(string path, long preallocate) =>
        File.OpenHandle(path, FileMode.CreateNew, FileAccess.Write, FileShare.Read, FileOptions.None, preallocate);

    private static string RealFolder(string folder)
    {
        string path = Path.GetFullPath(folder);
        if (File.Exists(path))
        {
            throw new DirectoryNotFoundException($"'{path}' is a file.");
        }

        DirectoryInfo info = Directory.CreateDirectory(path);
        return info.ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? info.FullName;
    }

    private static string TemporaryName(string name)
    {
        StringBuilder text = new(".");
        int bytes = 0;
        foreach (Rune rune in SafeFileName.From(name).EnumerateRunes())
        {
            bytes += rune.Utf8SequenceLength;
            if (bytes > NameBytesInTemporaryName)
            {
                break;
            }

            text.Append(rune.ToString());
        }

        return text.Append('.').Append(RandomNumberGenerator.GetHexString(2 * RandomBytes, lowercase: true)).Append(".part").ToString();
    }

    private void CloseWhole()
    {
        using (_handle)
        {
            if (_options.Preallocate > Length)
            {
                RandomAccess.SetLength(_handle, Length); // gives back what was reserved and not used
            }

            if (_options.FlushToDisk)
            {
                RandomAccess.FlushToDisk(_handle);
            }
        }
    }

    private string MoveToFreeName(string name)
    {
        for (int number = 1; number <= MaxNumber; number++)
        {
            string path = Path.Combine(_folder, number == 1 ? name : SafeFileName.Numbered(name, number));
            if (FreeName.TryMove(TemporaryPath, path))
            {
                return path;
            }
        }

        throw new IncomingFileException(IncomingFileFault.NoFreeName, $"'{name}' and all its numbers are taken in '{_folder}'.");
    }

    private void DeleteTemporary()
    {
        try
        {
            File.Delete(TemporaryPath);
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            // The folder was moved or its rights taken away meanwhile; there is nothing left that could be done here.
        }
    }
}
