using ActorTransfer.Actors.Settings;
using ActorTransfer.Transports.Content;
using ActorTransfer.Transports.Stages;

namespace ActorTransfer.Actors.Transfers;

/// <summary>A folder; created if need be. The file has a hidden name until it is complete, and replaces nothing.</summary>
/// <param name="folder">The folder.</param>
/// <param name="fileName">Name to use instead of the one that is offered; either is cleaned.</param>
public sealed class FolderDestination(string folder, string? fileName = null) : IIncomingDestination
{
    /// <inheritdoc/>
    public Task<IIncomingContent> PrepareAsync(IncomingOffer offer, FileSettings settings, CancellationToken life) => Task.Run(
        () =>
        {
            var file = IncomingFile.Create(folder, fileName ?? offer.File.Name);
            life.Register(file.Dispose);
            return (IIncomingContent)new Reception(file, offer.File.Size, offer.File.Md5);
        },
        life);
}
