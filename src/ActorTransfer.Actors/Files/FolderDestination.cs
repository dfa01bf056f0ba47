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
    /// <summary>
    /// A folder of its own for each name below <paramref name="root"/>, for example for each peer. The name may be any text: it becomes the name of one folder,
    /// which is always directly below the root. Names that are not valid as a folder name, or have capital letters, get a part of their SHA-256, so that two
    /// names never share a folder, whether or not the file system distinguishes case.
    /// </summary>
    /// <param name="root">The folder that contains them all; created if missing.</param>
    /// <param name="name">For example the peer's bare JID.</param>
    /// <param name="fileName">File name to use instead of the offered one; either is sanitized.</param>
    public static FolderDestination Below(string root, string name, string? fileName = null) =>
        new(Path.Combine(root, SafeFileName.OfFolder(name)), fileName);

    /// <inheritdoc/>
    public Task<IIncomingContent> PrepareAsync(IncomingOffer offer, FileSettings settings, CancellationToken life) =>
        Task.Run(() => PrepareOffAsync(offer, settings, life), life);

    private async Task<IIncomingContent> PrepareOffAsync(IncomingOffer offer, FileSettings settings, CancellationToken life)
    {
        var (name, size, md5) = (fileName ?? offer.File.Name, offer.File.Size, offer.File.Md5);
        var (sha256, function) = (offer.File.Sha256Hex, offer.File.HashFunction);
        var options = new IncomingFileOptions { Durability = settings.Durability, DiskReserve = settings.DiskReserve };
        _ = PartialCleanup.Shared.Start(folder, settings.PartialTtl);
        var every = PartialState.Interval(size, settings.Checkpoint);
        var identity = settings.KeepPartials && offer.File.Ranged && size > every ? PartialState.Identity(offer.Peer, offer.File) : null;
        if (identity is null)
        {
            var created = IncomingFile.Create(folder, name, options);
            created.CheckReserve(offer.Size ?? 0);
            return Tie(new Reception(created, offer.Size, md5, null, offer.MaxSize, settings.ComputesDigest, sha256, function), life);
        }

        var terms = new PartialTerms(identity, size, every, md5 is not null, options) { Function = function };
        var (file, earlier) = await PartialFolder.OpenAsync(folder, name, terms, life).ConfigureAwait(false);
        file.CheckReserve(size);
        return Tie(new Reception(file, size, md5, earlier, sha256: sha256, function: function), life);
    }

    private static Reception Tie(Reception content, CancellationToken life)
    {
        life.Register(content.Dispose);
        return content;
    }
}
