using ActorTransfer.Extensibility;
using ActorTransfer.Protocol.Files;
using ActorTransfer.Protocol.ProxyService;
using ActorTransfer.Transports.Files;

namespace ActorTransfer;

/// <summary>A folder; created if missing. The file has a hidden name until it is complete; nothing is overwritten.</summary>
/// <param name="folder">The folder.</param>
/// <param name="fileName">Name to use instead of the offered one; either is sanitized.</param>
public sealed class FolderDestination(string folder, string? fileName = null) : IIncomingDestination
{
    /// <inheritdoc/>
    public Task<IIncomingContent> PrepareAsync(IncomingOffer offer, FileSettings settings, CancellationToken life) =>
        Task.Run(() => PrepareOffAsync(offer, settings, life), life);

    private async Task<IIncomingContent> PrepareOffAsync(IncomingOffer offer, FileSettings settings, CancellationToken life)
    {
        var (name, size, md5) = (fileName ?? offer.File.Name, offer.File.Size, offer.File.Md5);
        var options = new IncomingFileOptions { Durability = settings.Durability };
        _ = PartialCleanup.Shared.Start(folder, settings.PartialTtl);
        var every = PartialState.Interval(size, settings.Checkpoint);
        var identity = settings.KeepPartials && offer.File.Ranged && size > every ? PartialState.Identity(offer.Peer, offer.File) : null;
        if (identity is null)
        {
            return Tie(new Reception(IncomingFile.Create(folder, name, options), offer.Size, md5, null, offer.MaxSize, settings.ComputesDigest), life);
        }

        var terms = new PartialTerms(identity, size, every, md5 is not null, options);
        var (file, earlier) = await PartialFolder.OpenAsync(folder, name, terms, life).ConfigureAwait(false);
        return Tie(new Reception(file, size, md5, earlier), life);
    }

    private static Reception Tie(Reception content, CancellationToken life)
    {
        life.Register(content.Dispose);
        return content;
    }
}
