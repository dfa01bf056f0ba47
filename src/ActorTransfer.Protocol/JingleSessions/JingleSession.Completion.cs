using System.Collections.Immutable;
using ActorTransfer.Protocol.FileTransfer;
using ActorTransfer.Protocol.Hashes;
using ActorTransfer.Protocol.Jingle;
using ActorTransfer.Protocol.JingleFiles;
using ActorTransfer.Protocol.JingleTransports;

namespace ActorTransfer.Protocol.JingleSessions;

/// <content>The bytes, and the end.</content>
internal static partial class JingleSession
{
    private static Step<JingleSessionState, JingleOutput> StartFlow(JingleSessionState state, StreamMethod method, TransportCandidate? candidate)
    {
        var length = !state.Sends || state.File.Size is not { } size ? state.File.Size : state.Range.LengthIn(size);
        return new(
            state with { Stage = JingleStage.Flowing, Method = method },
            [Timer(JingleTimer.Bytes), new JingleOutput.StartFlow(state.Range.Offset, length, method, candidate)]);
    }

    /// <summary>Sent before the last bytes: some peers end the session with the last one.</summary>
    private static Step<JingleSessionState, JingleOutput> HashesKnown(JingleSessionState state, FileHashes hashes) =>
        state.IsPeerGone ? Ignore(state) : new(state, [Tell(state, new FileInfoPayload.Checksum(hashes))]);

    private static JingleOutput.Ask Tell(JingleSessionState state, FileInfoPayload payload) =>
        new(JingleAsk.Other, Request(state, JingleAction.SessionInfo) with { Info = payload.ToXml(state.Content) });

    private static Step<JingleSessionState, JingleOutput> FlowEnded(JingleSessionState state, FlowEnd end) =>
        state.Sends ? Completed(state with { Sending = state.Sending with { Flow = end } }) : Stored(state, end);

    /// <summary>Sender: decides about the outcome, or waits.</summary>
    private static Step<JingleSessionState, JingleOutput> Completed(JingleSessionState state, bool hasTimedOut = false)
    {
        if (state.Sending.Decide(state.Phase, state.Method, hasTimedOut) is { } outcome)
        {
            return End(state, outcome, ReasonOf(outcome));
        }

        // The bytes or the peer's word are missing. Bytes that were only handed over may be on their way for long: a proxy has them, or the network.
        return state.Sending.Flow switch
        {
            FlowEnd.Broken or FlowEnd.ClosedByPeer => AwaitReason(state),
            FlowEnd.Whole { Delivery: Delivery.HandedOver } => new(state with { Stage = JingleStage.Verifying }, [Timer(JingleTimer.Bytes)]),
            _ => new(state with { Stage = JingleStage.Verifying }, [Timer(JingleTimer.End)]),
        };
    }

    /// <summary>
    /// The bytes ended early, and the peer may be about to say why. The end of an in-band bytestream comes by the same way as that, so the answer to a ping
    /// shows that nothing follows.
    /// </summary>
    private static Step<JingleSessionState, JingleOutput> AwaitReason(JingleSessionState state)
    {
        ImmutableArray<JingleOutput> ping =
            state.Method == StreamMethod.InBand && !state.IsPeerGone ? [new JingleOutput.Ask(JingleAsk.Ping, Request(state, JingleAction.SessionInfo))] : [];
        return new(state with { Stage = JingleStage.Verifying }, [Timer(JingleTimer.Reason), .. ping]);
    }

    private static Step<JingleSessionState, JingleOutput> HashesGiven(JingleSessionState state, FileInfoPayload.Checksum checksum)
    {
        var given = state with { Receiving = state.Receiving with { Given = state.Receiving.Given.And(checksum.Hashes) } };
        return given.Receiving.Computed is null ? new(given, []) : Verify(given);
    }

    private static Step<JingleSessionState, JingleOutput> Arrived(JingleSessionState state, FileHashes computed) =>
        Verify(state with { HasBytes = true, Receiving = state.Receiving with { Computed = computed } });

    /// <summary>Receiver: compares the hashes, or waits for one that was announced.</summary>
    private static Step<JingleSessionState, JingleOutput> Verify(JingleSessionState state)
    {
        if (state.Receiving.Computed is null)
        {
            return Broken(state);
        }

        return state.Receiving.Decide() switch
        {
            null => new(state with { Stage = JingleStage.Verifying }, [Timer(JingleTimer.Checksum)]),
            HashMatch.Mismatch => Fail(
                state, TransferSide.Peer, FailureReason.WrongHash, "The hash of the received bytes differs from that of the sender.",
                JingleCondition.MediaError, "The hash differs."),
            HashMatch.Unverified when state.File.Size is null && state.Receiving.IsHashMissing => Fail(
                state, TransferSide.Peer, FailureReason.WrongLength,
                "Nothing tells whether all bytes arrived: the sender gave neither a size nor the hash that it announced.",
                JingleCondition.MediaError, "The announced hash did not arrive."),
            { } match => new(
                state with { Stage = JingleStage.Verifying, Match = match, IsPuttingInPlace = true }, [new JingleOutput.PutInPlace()]),
        };
    }

    /// <summary>Receiver: the file is in place, or the bytes ended early.</summary>
    private static Step<JingleSessionState, JingleOutput> Stored(JingleSessionState state, FlowEnd end)
    {
        if (end is FlowEnd.Whole)
        {
            var outcome = FlowOutcomes.Outcome(state.Phase, end, state.Method);
            var ended = End(state, outcome, ReasonOf(outcome));
            return state.IsPeerGone ? ended : After([Tell(state, new FileInfoPayload.Received())], ended);
        }

        var broken = state with { Stage = JingleStage.Verifying, Interruption = end };
        var mayExplain = end is FlowEnd.ClosedByPeer
            or (FlowEnd.Broken { Side: not TransferSide.Local }
                and not (FlowEnd.Broken { Reason: FailureReason.WrongHash } or FlowEnd.Broken { Reason: FailureReason.WrongLength, IsShort: false }));
        return mayExplain && !state.IsPeerGone && !state.IsPuttingInPlace ? AwaitReason(broken) : Broken(broken);
    }

    /// <summary>Receiver: the bytes ended early, and the sender did not say why.</summary>
    private static Step<JingleSessionState, JingleOutput> Broken(JingleSessionState state)
    {
        var outcome = state.Interruption is { } end
            ? EndReasons.Interrupted(state.Phase, end, state.Method)
            : new TransferOutcome.Failed(
                state.Phase, TransferSide.Peer, FailureReason.WrongLength, "The sender ended the session before all bytes had arrived.");
        return End(state, outcome, state.Interruption is FlowEnd.Broken { IsShort: true, Detail: var detail }
            ? new JingleReason(JingleCondition.FailedTransport, detail)
            : ReasonOf(outcome));
    }

    /// <summary>
    /// Receiver: the sender has ended the session. After success the bytes may still be on their way; they decide, as they do if the sender
    /// gave no reason.
    /// </summary>
    private static Step<JingleSessionState, JingleOutput> SenderEnded(JingleSessionState state, JingleReason? reason)
    {
        var last = state with { Receiving = state.Receiving with { IsLast = true } };
        return last switch
        {
            _ when reason is not (null or { Condition: JingleCondition.Success }) => End(last, EndReasons.Later(last.Phase, reason), null),
            { Receiving.Computed: null, Interruption: null } => new(last with { Stage = JingleStage.Verifying }, [Timer(JingleTimer.End)]),
            _ => Verify(last),
        };
    }

    /// <summary>What the peer is told about an outcome.</summary>
    private static JingleReason ReasonOf(TransferOutcome outcome) => outcome switch
    {
        TransferOutcome.Completed => new JingleReason(JingleCondition.Success),
        TransferOutcome.Failed { Reason: FailureReason.NoSpace or FailureReason.TooLarge } => FileErrors.TooLarge("No space for the file."),
        TransferOutcome.Failed { Reason: FailureReason.WrongLength } => FileErrors.TooLarge("The number of bytes is not that of the offer."),
        TransferOutcome.Failed { Reason: FailureReason.WrongHash } => new JingleReason(JingleCondition.MediaError, "The hash differs."),
        TransferOutcome.Failed { Reason: FailureReason.ConnectionLost } => new JingleReason(JingleCondition.FailedTransport, "The connection was lost."),
        TransferOutcome.Failed { Reason: FailureReason.Timeout } => new JingleReason(JingleCondition.Timeout),
        _ => new JingleReason(JingleCondition.FailedApplication),
    };
}
