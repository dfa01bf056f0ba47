using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace ActorTransfer.Hosting.Internal;

/// <summary>
/// Offers that no reader has taken yet, in order of arrival. An offer that ends is removed at once. The engine limits their number, see
/// <c>transfers.max-pending-offers</c>.
/// </summary>
internal sealed class OfferQueue
{
    private readonly Lock _lock = new();
    private readonly LinkedList<IIncomingOffer> _offers = [];
    private readonly Dictionary<TransferId, LinkedListNode<IIncomingOffer>> _places = [];

    /// <summary>Wakes one reader, which wakes the next if there are more offers.</summary>
    private readonly Channel<bool> _wake = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    public void Add(IIncomingOffer offer)
    {
        lock (_lock)
        {
            _places.Add(offer.Id, _offers.AddLast(offer));
        }

        _wake.Writer.TryWrite(true);
    }

    /// <summary>Removes an offer that has ended, if it is still queued.</summary>
    public void Remove(TransferId id)
    {
        lock (_lock)
        {
            if (_places.Remove(id, out var place))
            {
                _offers.Remove(place);
            }
        }
    }

    public async IAsyncEnumerable<IIncomingOffer> ReadAllAsync([EnumeratorCancellation] CancellationToken ct)
    {
        while (true)
        {
            ct.ThrowIfCancellationRequested();
            if (Take() is { } offer)
            {
                yield return offer;
            }
            else
            {
                await _wake.Reader.ReadAsync(ct).ConfigureAwait(false);
            }
        }
    }

    private IIncomingOffer? Take()
    {
        lock (_lock)
        {
            if (_offers.First is not { Value: var first })
            {
                return null;
            }

            _offers.RemoveFirst();
            _places.Remove(first.Id);
            if (_offers.Count > 0)
            {
                _wake.Writer.TryWrite(true);
            }

            return first;
        }
    }
}
