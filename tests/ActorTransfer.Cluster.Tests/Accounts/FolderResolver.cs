using ActorTransfer.Actors.Files;
using ActorTransfer.Extensibility;

namespace ActorTransfer.Cluster.Tests.Accounts;

/// <summary>Content named after the files of a folder.</summary>
internal sealed class FolderResolver(string folder) : IContentResolver
{
    public ValueTask<IOutgoingContent> OpenAsync(string name, FileDescription file, CancellationToken ct) =>
        ValueTask.FromResult<IOutgoingContent>(new FileContent(new FileInfo(Path.Combine(folder, name))));
}
