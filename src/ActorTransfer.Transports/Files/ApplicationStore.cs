using ActorTransfer.Extensibility;

namespace ActorTransfer.Transports.Files;

/// <summary>Writes received bytes to a store of the application, whose calls do not overlap.</summary>
internal sealed class ApplicationStore(IIncomingStore store) : ByteStore
{
    private readonly Lock _lock = new();
    private readonly CancellationTokenSource _life = new(); // not disposed: it has no timer, and may be cancelled while the last call returns
    private bool _busy;
    private bool _ended;

    /// <inheritdoc/>
    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes)
    {
        Begin();
        try
        {
            await store.WriteAsync(bytes, _life.Token);
        }
        catch (Exception failure)
        {
            await EndAsync();
            throw Failed(failure);
        }

        if (IsOver())
        {
            await ReleaseAsync();
        }
    }

    /// <inheritdoc/>
    public override async Task<string?> CompleteAsync()
    {
        Begin();
        try
        {
            return await store.CompleteAsync(_life.Token);
        }
        catch (Exception failure)
        {
            throw Failed(failure);
        }
        finally
        {
            await EndAsync();
        }
    }

    /// <summary>The running call releases the store.</summary>
    public override void Dispose()
    {
        lock (_lock)
        {
            if (_ended)
            {
                return;
            }

            _ended = true;
            if (!_busy)
            {
                _ = ReleaseAsync();
                return;
            }
        }

        _life.Cancel();
    }

    private static IncomingFileException Failed(Exception failure) =>
        failure as IncomingFileException ?? IncomingFileException.From(failure, "The file cannot be stored");

    private void Begin()
    {
        lock (_lock)
        {
            if (_ended)
            {
                throw new IncomingFileException(IncomingFileFault.Closed, "The file was completed or discarded already.");
            }

            _busy = true;
        }
    }

    /// <summary>A call has returned. True: the transfer ended meanwhile.</summary>
    private bool IsOver()
    {
        lock (_lock)
        {
            _busy = false;
            return _ended;
        }
    }

    /// <summary>The last call has returned.</summary>
    private async ValueTask EndAsync()
    {
        lock (_lock)
        {
            _ended = true;
        }

        await ReleaseAsync();
    }

    /// <summary>Called once.</summary>
    private async Task ReleaseAsync()
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding); // Dispose does not run code of the application
        try
        {
            await store.DisposeAsync();
        }
#pragma warning disable CA1031 // the application's; the transfer has ended
        catch (Exception)
#pragma warning restore CA1031
        {
            // There is nothing to do about it.
        }
    }
}
