using System.Collections.Immutable;

namespace ActorTransfer.Protocol.Conversations;

/// <summary>
/// What a conversation does with one input: the state it is in now, and what is to be carried out, in this order.
/// Conversations are pure: the same state and input give the same step.
/// </summary>
/// <typeparam name="TState">State of the conversation.</typeparam>
/// <typeparam name="TOutput">What the conversation can ask to be done.</typeparam>
public readonly record struct Step<TState, TOutput>(TState State, ImmutableArray<TOutput> Outputs)
{
    /// <summary>Nothing changes and nothing is to be done: the input came too late or means nothing here.</summary>
    public static Step<TState, TOutput> Ignore(TState state) => new(state, []);
}

/// <summary>What the byte flow of a transfer reported at its end.</summary>
public abstract record FlowEnd
{
    private FlowEnd()
    {
    }

    /// <summary>All bytes moved.</summary>
    /// <param name="Bytes">How many.</param>
    /// <param name="Sha256">SHA-256 of the whole file, lower-case hexadecimal; null when it was not computed.</param>
    /// <param name="Path">Receiver: the file in place.</param>
    public sealed record Whole(long Bytes, string? Sha256, string? Path = null) : FlowEnd
    {
        /// <summary>What is known of their arrival.</summary>
        public Delivery Delivery { get; init; }
    }

    /// <summary>The peer closed the byte stream before its end, which is how a receiver cancels (there is no stanza for it).</summary>
    public sealed record ClosedByPeer : FlowEnd;

    /// <summary>The flow broke.</summary>
    public sealed record Broken(TransferSide Side, FailureReason Reason, string Detail) : FlowEnd
    {
        /// <summary>Receiver: where the whole file lies, when only the last step failed.</summary>
        public string? PartialFile { get; init; }
    }
}
