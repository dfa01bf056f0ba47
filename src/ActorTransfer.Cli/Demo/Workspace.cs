namespace ActorTransfer.Cli.Demo;

/// <summary>A temporary folder that is deleted with its content when disposed.</summary>
internal sealed class Workspace : IDisposable
{
    public string Folder { get; } = Directory.CreateTempSubdirectory("actor-transfer-").FullName;

    public string Path(string name) => System.IO.Path.Combine(Folder, name);

    public void Dispose()
    {
        try
        {
            Directory.Delete(Folder, recursive: true);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // Already deleted, or access denied; the system cleans its temporary folder.
        }
    }
}
