using System.Collections.Immutable;

namespace ActorTransfer;

/// <summary>Listens to conversations until it is stopped. Made by <see cref="IFileTransfers.RecordAsync"/>; whoever asked for it stops it.</summary>
public interface ITraceRecording
{
    /// <summary>
    /// Ends the recording. What happened before an <see cref="ITransfer.Completion"/> that was awaited is in it. Later calls give the same.
    /// </summary>
    Task<RecordedTrace> StopAsync();
}

/// <summary>What was recorded.</summary>
/// <param name="Events">In the order of time.</param>
/// <param name="Dropped">Events above the capacity, which were not kept.</param>
public sealed record RecordedTrace(ImmutableArray<TraceEvent> Events, long Dropped);

/// <summary>Something that happened in a conversation.</summary>
/// <param name="At">When.</param>
public abstract record TraceEvent(DateTimeOffset At)
{
    /// <summary>A stanza was sent, or came from outside this process.</summary>
    /// <param name="At">When.</param>
    /// <param name="From">Who says it.</param>
    /// <param name="To">To whom; null = the own server.</param>
    /// <param name="Summary">One line about it, without secrets and file content.</param>
    public sealed record Stanza(DateTimeOffset At, Jid? From, Jid? To, string Summary) : TraceEvent(At);

    /// <summary>A side of a transfer of this process entered a state.</summary>
    /// <param name="At">When.</param>
    /// <param name="Id">Which transfer.</param>
    /// <param name="Self">This process's address in it.</param>
    /// <param name="State">Its state now.</param>
    public sealed record Entered(DateTimeOffset At, TransferId Id, Jid Self, TransferState State) : TraceEvent(At);
}
