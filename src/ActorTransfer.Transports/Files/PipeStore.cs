using System.IO.Pipelines;
using ActorTransfer.Extensibility;

namespace ActorTransfer.Transports.Files;

/// <summary>
/// Writes received bytes to a pipe, at the pace of its reader. The writer is completed at the end: with an exception unless all bytes were
/// received and verified.
/// </summary>
internal sealed class PipeStore(PipeWriter writer) : ByteStore
{
    private readonly Lock _lock = new();
    private bool _writing;
    private bool _closed;
    private Exception? _end;

    /// <inheritdoc/>
    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes)
    {
        if (!TryBegin())
        {
            throw new IncomingFileException(IncomingFileFault.Closed, "The pipe for the file was completed already.");
        }

        FlushResult flushed;
        try
        {
            flushed = await writer.WriteAsync(bytes);
        }
        catch (Exception failure) when (failure is IOException or InvalidOperationException)
        {
            throw IncomingFileException.From(failure, "The pipe for the file cannot be written");
        }
        finally
        {
            EndWrite();
        }

        if (flushed.IsCompleted)
        {
            throw new IncomingFileException(IncomingFileFault.Closed, "The reader of the pipe for the file has completed.");
        }
    }

    /// <inheritdoc/>
    public override Task<string?> CompleteAsync()
    {
        Close(null);
        return Task.FromResult<string?>(null);
    }

    /// <inheritdoc/>
    public override void Dispose() => Close(new OperationCanceledException("The file was not received completely."));

    /// <summary>A pipe must not be completed during a write: then the write completes it.</summary>
    private void Close(Exception? end)
    {
        lock (_lock)
        {
            if (_closed)
            {
                return;
            }

            _closed = true;
            _end = end;
            if (_writing)
            {
                writer.CancelPendingFlush();
                return;
            }
        }

        writer.Complete(end);
    }

    private bool TryBegin()
    {
        lock (_lock)
        {
            _writing = !_closed;
            return _writing;
        }
    }

    private void EndWrite()
    {
        lock (_lock)
        {
            _writing = false;
            if (!_closed)
            {
                return;
            }
        }

        writer.Complete(_end);
    }
}
