namespace ActorTransfer.Testing;

/// <summary>A folder for one test, in the temporary directory; deleted with its content on disposal.</summary>
public sealed class TemporaryFolder : IDisposable
{
    /// <summary>Its full path.</summary>
    public string Path { get; } = Directory.CreateTempSubdirectory("actor-transfer-test-").FullName;

    /// <summary>Names of all files and folders in it, hidden ones included, in order.</summary>
    public string[] Names => [.. new DirectoryInfo(Path).GetFileSystemInfos().Select(info => info.Name).Order(StringComparer.Ordinal)];

    /// <summary>The full path of a name in it.</summary>
    public string this[string name] => System.IO.Path.Combine(Path, name);

    /// <summary>Creates a folder in it and returns its full path.</summary>
    public string Folder(string name) => Directory.CreateDirectory(this[name]).FullName;

    /// <summary>Creates a file in it and returns its full path.</summary>
    public string File(string name, ReadOnlySpan<byte> bytes)
    {
        System.IO.File.WriteAllBytes(this[name], bytes);
        return this[name];
    }

    /// <inheritdoc/>
    public void Dispose() => Directory.Delete(Path, recursive: true);
}
