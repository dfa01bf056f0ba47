using ActorTransfer.Extensibility;
using ActorTransfer.Transports.Files;

namespace ActorTransfer;

/// <summary>A store of the application, such as a blob store. The transfer completes when the store has the file; an interrupted one begins again.</summary>
/// <param name="open">
/// Makes the store for an accepted offer, before the peer is answered; an exception refuses the offer. Its token is cancelled when the offer has ended.
/// </param>
public sealed class StoreDestination(Func<IncomingOffer, CancellationToken, ValueTask<IIncomingStore>> open) : IIncomingDestination
{
    /// <inheritdoc/>
    public async Task<IIncomingContent> PrepareAsync(IncomingOffer offer, FileSettings settings, CancellationToken life)
    {
        var store = new ApplicationStore(await open(offer, life).ConfigureAwait(false));
        var content = new Reception(
            store, offer.Size, offer.File.Md5, null, offer.MaxSize, settings.ComputesDigest, offer.File.Sha256Hex, offer.File.HashFunction);
        life.Register(content.Dispose);
        return content;
    }
}
