using ActorTransfer.Extensibility;

namespace ActorTransfer.Testing.Links;

/// <summary>
/// One direction of a <see cref="MemoryLink"/>: a bounded queue of chunks with an end. Thread-safe. A blocked side leaves a callback that
/// is called once when a retry may succeed.
/// </summary>
internal sealed class MemoryPipe(long capacity)
{
    private readonly Lock _lock = new();
    private readonly Queue<Chunk> _chunks = new();
    private long _bytes;
    private bool _ended;
    private bool _readerGone;
    private ByteLinkException? _fault;
    private Action? _readerWaits;
    private Action? _writerWaits;
    private Action? _endWatcher;

    public enum Outcome
    {
        Done,
        Wait,
        End,
        Fault,
    }

    /// <summary>Takes ownership of the chunk on success. <c>End</c>: the reader has closed.</summary>
    public Outcome TryWrite(Chunk chunk, Action again, out ByteLinkException? fault)
    {
        Action? wake;
        lock (_lock)
        {
            fault = _fault;
            if (_fault is not null || _readerGone || _ended)
            {
                return _fault is null ? Outcome.End : Outcome.Fault;
            }

            if (_bytes > 0 && _bytes + chunk.Length > capacity)
            {
                _writerWaits = again;
                return Outcome.Wait;
            }

            _chunks.Enqueue(chunk);
            _bytes += chunk.Length;
            wake = Take(ref _readerWaits);
        }

        wake?.Invoke();
        return Outcome.Done;
    }

    public Outcome TryRead(Action again, out Chunk? chunk, out ByteLinkException? fault)
    {
        Action? wake = null;
        Outcome outcome = Outcome.Done;
        lock (_lock)
        {
            fault = _fault;
            if (_fault is not null)
            {
                chunk = null;
                return Outcome.Fault;
            }

            if (_chunks.TryDequeue(out chunk))
            {
                _bytes -= chunk.Length;
                wake = Take(ref _writerWaits);
            }
            else if (_ended)
            {
                outcome = Outcome.End;
            }
            else
            {
                _readerWaits = again;
                outcome = Outcome.Wait;
            }
        }

        wake?.Invoke();
        return outcome;
    }

    /// <summary>The result of a read, without reading; null: nothing yet, and <paramref name="again"/> is called when that changes.</summary>
    public Outcome? Peek(Action again)
    {
        lock (_lock)
        {
            if (_chunks.Count > 0)
            {
                return Outcome.Done;
            }

            if (_ended || _fault is not null)
            {
                return Outcome.End;
            }

            _readerWaits = again;
            return null;
        }
    }

    /// <summary>The writer has sent its last byte.</summary>
    public void End() => Change(() => _ended = true);

    /// <summary>The reader's side was closed: nothing more can be delivered.</summary>
    public void CloseReader() => Change(() =>
    {
        _readerGone = true;
        Drop();
    });

    /// <summary>Reset: queued bytes are lost.</summary>
    public void Fail(ByteLinkException fault) => Change(() =>
    {
        _fault ??= fault;
        Drop();
    });

    /// <summary>Calls back once when the pipe has ended or failed, at once if it already has.</summary>
    public void WatchEnd(Action ended)
    {
        lock (_lock)
        {
            if (!_ended && _fault is null)
            {
                _endWatcher = ended;
                return;
            }
        }

        ended();
    }

    private static Action? Take(ref Action? waiting)
    {
        Action? taken = waiting;
        waiting = null;
        return taken;
    }

    private void Drop()
    {
        while (_chunks.TryDequeue(out Chunk? chunk))
        {
            chunk.Dispose();
        }

        _bytes = 0;
    }

    private void Change(Action change)
    {
        Action? reader;
        Action? writer;
        Action? watcher;
        lock (_lock)
        {
            change();
            reader = Take(ref _readerWaits);
            writer = Take(ref _writerWaits);
            watcher = _ended || _fault is not null ? Take(ref _endWatcher) : null;
        }

        reader?.Invoke();
        writer?.Invoke();
        watcher?.Invoke();
    }
}
