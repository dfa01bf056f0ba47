using System.Collections.Concurrent;

namespace ActorTransfer.Scenarios.Faults;

/// <summary>Reads the offers of all runs, and hands each to the run that waits for its file.</summary>
internal sealed class OfferReader : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, TaskCompletionSource<IIncomingOffer>> _offers = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _reading;

    private OfferReader(IFileTransfers transfers) => _reading = ReadAsync(transfers);

    public static OfferReader Start(IFileTransfers transfers) => new(transfers);

    public Task<IIncomingOffer> NextAsync(string name, CancellationToken ct) => Of(name).Task.WaitAsync(ct);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _reading;
        _stop.Dispose();
    }

    private async Task ReadAsync(IFileTransfers transfers)
    {
        try
        {
            await foreach (var offer in transfers.IncomingAsync(_stop.Token))
            {
                Of(offer.File.Name).TrySetResult(offer);
            }
        }
        catch (OperationCanceledException)
        {
            // The runs are over.
        }
    }

    private TaskCompletionSource<IIncomingOffer> Of(string name) =>
        _offers.GetOrAdd(name, _ => new TaskCompletionSource<IIncomingOffer>(TaskCreationOptions.RunContinuationsAsynchronously));
}
