using System.Collections.Immutable;
using ActorTransfer.Extensibility;

namespace ActorTransfer.Protocol.FileTransfer;

/// <summary>What must be known before a file is offered, as pure steps: the resource of the peer, then the signalling by what it advertises.</summary>
internal static class Preparation
{
    /// <summary>Applies one input.</summary>
    public static Step<PreparationState, PreparationOutput> Next(PreparationState state, PreparationInput input) => input switch
    {
        _ when state.Phase.IsEnd() => Step<PreparationState, PreparationOutput>.Ignore(state),
        PreparationInput.Cancel cancel => End(state, new TransferOutcome.Cancelled(state.Phase, TransferSide.Local) { Reason = cancel.Reason }),
        PreparationInput.TimedOut => Fail(state, TransferSide.Peer, FailureReason.Timeout, "The features of the peer were not known in time."),
        PreparationInput.Begin when !state.Peer.IsOneEntity => new(state, [new PreparationOutput.FindResource(state.Peer)]),
        PreparationInput.Begin => new(state, [new PreparationOutput.AskFeatures(state.Peer)]),
        PreparationInput.ResourceFound found => Choose(state with { Peer = found.Resource }, found.Features),
        PreparationInput.ResourceNotFound { Reason: FailureReason.LinkLost } none => Fail(state, TransferSide.Server, none.Reason, none.Detail),
        PreparationInput.ResourceNotFound none => Fail(state, TransferSide.Peer, none.Reason, none.Detail),
        PreparationInput.FeaturesFound found => Choose(state, found.Features),
        _ => Step<PreparationState, PreparationOutput>.Ignore(state),
    };

    private static Step<PreparationState, PreparationOutput> Choose(PreparationState state, PeerFeatures features)
    {
        Signalling? choice = state switch
        {
            { Refused: var (signalling, _) } => SignallingChoice.After(signalling, features, state.Methods),
            { Wanted: not Signalling.Auto } => state.Wanted,
            _ => SignallingChoice.Of(features, state.Methods),
        };
        return choice is { } chosen ? new(state, [new PreparationOutput.Choose(state.Peer, chosen, features)]) : End(state, state.Refused!.Value.Outcome);
    }

    private static Step<PreparationState, PreparationOutput> Fail(PreparationState state, TransferSide side, FailureReason reason, string detail) =>
        End(state, new TransferOutcome.Failed(state.Phase, side, reason, detail));

    private static Step<PreparationState, PreparationOutput> End(PreparationState state, TransferOutcome outcome) =>
        new(state with { Phase = outcome.EndState }, [new PreparationOutput.Finish(outcome)]);
}

/// <summary>State of a preparation.</summary>
/// <param name="Peer">A bare JID until its resource is found.</param>
/// <param name="Wanted">The signalling that is asked for.</param>
/// <param name="Methods">Allowed stream methods.</param>
internal sealed record PreparationState(Jid Peer, Signalling Wanted, StreamMethods Methods)
{
    /// <summary>The state of the transfer.</summary>
    public TransferState Phase { get; init; } = TransferState.Offer;

    /// <summary>The signalling that the peer has responded that it does not support, and the outcome if there is no other one.</summary>
    public (Signalling Signalling, TransferOutcome Outcome)? Refused { get; init; }
}

/// <summary>The inputs of a preparation.</summary>
internal abstract record PreparationInput
{
    private PreparationInput()
    {
    }

    /// <summary>Start.</summary>
    public sealed record Begin : PreparationInput;

    /// <summary>This resource of the peer's account can take the file.</summary>
    public sealed record ResourceFound(Jid Resource, PeerFeatures Features) : PreparationInput;

    /// <summary>No resource of the peer's account can take the file.</summary>
    public sealed record ResourceNotFound(FailureReason Reason, string Detail) : PreparationInput;

    /// <summary>What the peer advertises.</summary>
    public sealed record FeaturesFound(PeerFeatures Features) : PreparationInput;

    /// <summary>It took too long.</summary>
    public sealed record TimedOut : PreparationInput;

    /// <summary>The application cancels, or the engine for a reason.</summary>
    public sealed record Cancel(string? Reason) : PreparationInput;
}

/// <summary>The outputs of a preparation.</summary>
internal abstract record PreparationOutput
{
    private PreparationOutput()
    {
    }

    /// <summary>
    /// Find a resource of this account; report <see cref="PreparationInput.ResourceFound"/> or <see cref="PreparationInput.ResourceNotFound"/>.
    /// </summary>
    public sealed record FindResource(Jid Account) : PreparationOutput;

    /// <summary>Find out what the peer advertises; report <see cref="PreparationInput.FeaturesFound"/>.</summary>
    public sealed record AskFeatures(Jid Peer) : PreparationOutput;

    /// <summary>Offer the file to this peer by this signalling.</summary>
    public sealed record Choose(Jid Peer, Signalling Signalling, PeerFeatures Features) : PreparationOutput;

    /// <summary>The transfer has ended.</summary>
    public sealed record Finish(TransferOutcome Outcome) : PreparationOutput;
}
