namespace ActorTransfer.Transports.Tests.Stages;

public sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("actortransfer-").FullName;

    /// <summary>Names of all files, hidden ones included, in order.</summary>
    public string[] Names => [.. new DirectoryInfo(Path).GetFileSystemInfos().Select(info => info.Name).Order(StringComparer.Ordinal)];

    public string this[string name] => System.IO.Path.Combine(Path, name);

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
