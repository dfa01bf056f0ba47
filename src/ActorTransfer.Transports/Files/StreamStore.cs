using ActorTransfer.Extensibility;

namespace ActorTransfer.Transports.Files;

/// <summary>Writes received bytes to a stream of the application. They are written before they are verified.</summary>
/// <param name="stream">Writable.</param>
/// <param name="leaveOpen">False: it is disposed at the end of any kind.</param>
internal sealed class StreamStore(Stream stream, bool leaveOpen) : ByteStore
{
    private int _closed;

    /// <inheritdoc/>
    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            await stream.WriteAsync(bytes);
        }
        catch (Exception failure) when (IncomingFileException.IsOfDisk(failure) || failure is ObjectDisposedException or NotSupportedException)
        {
            throw IncomingFileException.From(failure, "The stream for the file cannot be written");
        }
    }

    /// <inheritdoc/>
    public override async Task<string?> CompleteAsync()
    {
        try
        {
            await stream.FlushAsync();
        }
        catch (Exception failure) when (failure is IOException or ObjectDisposedException)
        {
            throw IncomingFileException.From(failure, "The stream for the file cannot be flushed");
        }

        Dispose();
        return null;
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        if (Interlocked.Exchange(ref _closed, 1) == 0 && !leaveOpen)
        {
            stream.Dispose();
        }
    }
}
