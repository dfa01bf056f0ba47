using System.Collections.Immutable;

namespace ActorTransfer.Protocol;

/// <summary>
/// What a conversation does with one input: the state it is in now, and what is to be carried out, in this order.
/// Conversations are pure: the same state and input give the same step.
/// </summary>
/// <typeparam name="TState">State of the conversation.</typeparam>
/// <typeparam name="TOutput">What the conversation can ask to be done.</typeparam>
internal readonly record struct Step<TState, TOutput>(TState State, ImmutableArray<TOutput> Outputs)
{
    /// <summary>Nothing changes and nothing is to be done: the input came too late or means nothing here.</summary>
    public static Step<TState, TOutput> Ignore(TState state) => new(state, []);
}
