using ActorTransfer.Protocol.ProxyService;
using ActorTransfer.Transports.Files;
using ActorTransfer.Transports.Stages;

namespace ActorTransfer.Actors.Files;

/// <summary>A file to send. Its size is fixed when the offer is made; a file that shrinks meanwhile fails the transfer.</summary>
internal sealed class FileContent : ReadableContent
{
    /// <summary>Reads the file's metadata.</summary>
    /// <param name="file">An existing, readable file.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="NotARegularFileException">It is a folder, a pipe, a socket or a device.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    public FileContent(FileInfo file)
        : base(Describe(file)) => Path = file.FullName;

    /// <summary>Full path of the file.</summary>
    public string Path { get; }

    private protected override IByteReader OpenReader() => new FileReader(Path);

    private static FileDescription Describe(FileInfo file)
    {
        if (FileKind.OtherThanRegular(file.FullName) is { } kind)
        {
            throw new NotARegularFileException(file.FullName, kind);
        }

        using var probe = file.Open(FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        return new FileDescription(file.Name, probe.Length, new DateTimeOffset(file.LastWriteTimeUtc));
    }
}
