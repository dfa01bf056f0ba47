using System.Collections.Immutable;

namespace ActorTransfer;

/// <summary>A running recording of stanzas and states, made by <see cref="IFileTransfers.RecordAsync"/>; its caller stops it.</summary>
public interface ITraceRecording
{
    /// <summary>
    /// Stops the recording. It contains all events before an awaited <see cref="ITransfer.Completion"/>. Later calls return the same.
    /// </summary>
    Task<RecordedTrace> StopAsync();
}

/// <summary>A recording.</summary>
/// <param name="Events">In chronological order.</param>
/// <param name="Dropped">Number of events above the capacity.</param>
public sealed record RecordedTrace(ImmutableArray<TraceEvent> Events, long Dropped);

/// <summary>An event of a transfer.</summary>
/// <param name="At">Time.</param>
public abstract record TraceEvent(DateTimeOffset At)
{
    /// <summary>A stanza was sent, or received from outside this process.</summary>
    /// <param name="At">Time.</param>
    /// <param name="From">Sender.</param>
    /// <param name="To">Addressee; null = the own server.</param>
    /// <param name="Summary">One-line summary, without secrets and file content.</param>
    public sealed record Stanza(DateTimeOffset At, Jid? From, Jid? To, string Summary) : TraceEvent(At);

    /// <summary>A side of a transfer of this process entered a state.</summary>
    /// <param name="At">Time.</param>
    /// <param name="Id">Id of the transfer.</param>
    /// <param name="Self">This process's address in it.</param>
    /// <param name="State">Its new state.</param>
    public sealed record Entered(DateTimeOffset At, TransferId Id, Jid Self, TransferState State) : TraceEvent(At);
}
