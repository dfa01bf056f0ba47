namespace ActorTransfer.Actors.Instrumentation;

/// <summary>Measures one transfer: the time in each state, to the first byte, and its rate. Confined to the transfer's actor.</summary>
/// <param name="metrics">Gets the measurements.</param>
/// <param name="sends">True: the initiator.</param>
/// <param name="now">Time of its begin.</param>
internal sealed class TransferTimes(TransferMetrics metrics, bool sends, TimeSpan now)
{
    private TransferState _state = TransferState.Offer;
    private TimeSpan _stateSince = now;
    private TimeSpan? _acceptedAt;
    private TimeSpan? _firstByteAt;
    private long _bytes;

    /// <summary>The method that was selected last; null before.</summary>
    public StreamMethod? Method { get; set; }

    /// <summary>Bytes of the file that the current byte flow has moved.</summary>
    public long Bytes => _bytes;

    public void Entered(TransferState state, TimeSpan now)
    {
        if (state == _state)
        {
            return;
        }

        metrics.StateLeft(sends, _state, now - _stateSince);
        (_state, _stateSince) = (state, now);
        if (state == TransferState.Accepted)
        {
            _acceptedAt ??= now;
        }
    }

    /// <param name="bytes">Moved by the current byte flow.</param>
    /// <param name="now">The time.</param>
    public void Moved(long bytes, TimeSpan now)
    {
        metrics.Moved(sends, Method, bytes < _bytes ? bytes : bytes - _bytes); // less: restarted from the beginning
        if (bytes > 0 && _firstByteAt is null)
        {
            _firstByteAt = now;
            metrics.FirstByte(sends, Method, now - (_acceptedAt ?? now));
        }

        _bytes = bytes;
    }

    public void Ended(TransferOutcome outcome, TimeSpan now)
    {
        metrics.StateLeft(sends, _state, now - _stateSince);
        if (outcome is TransferOutcome.Completed && _firstByteAt is { } first && now > first)
        {
            metrics.Rate(sends, Method, _bytes / (now - first).TotalSeconds);
        }
    }
}
