using ActorTransfer.Extensibility;

namespace ActorTransfer;

/// <summary>
/// Opens content of the application by its name, for example in an object store, on the node where the sending account lives: see <see cref="NamedContent"/>.
/// Register it in the application's services, on all nodes. Must be thread-safe.
/// </summary>
public interface IContentResolver
{
    /// <summary>The content of this name. It is disposed after the transfer, if it can be.</summary>
    /// <param name="name">As in <see cref="NamedContent"/>.</param>
    /// <param name="file">As in <see cref="NamedContent"/>.</param>
    /// <param name="ct">The transfer was cancelled.</param>
    /// <exception cref="IOException">It cannot be read: the transfer ends as <see cref="FailureReason.FileUnreadable"/>.</exception>
    ValueTask<IOutgoingContent> OpenAsync(string name, FileDescription file, CancellationToken ct);
}
