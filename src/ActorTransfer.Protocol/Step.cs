using System.Collections.Immutable;

namespace ActorTransfer.Protocol;

/// <summary>
/// The result of applying one input to a state machine: the new state and the outputs to execute, in order. State machines are pure: the
/// same state and input give the same step.
/// </summary>
/// <typeparam name="TState">State of the state machine.</typeparam>
/// <typeparam name="TOutput">Outputs of the state machine.</typeparam>
internal readonly record struct Step<TState, TOutput>(TState State, ImmutableArray<TOutput> Outputs)
{
    /// <summary>No change and no outputs: the input came too late or is irrelevant in this state.</summary>
    public static Step<TState, TOutput> Ignore(TState state) => new(state, []);
}
