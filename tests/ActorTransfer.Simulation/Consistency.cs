using ActorTransfer.Simulation.Peers;

namespace ActorTransfer.Simulation;

/// <summary>
/// Which outcomes of the two sides go together. Neither XEP-0065 nor XEP-0096 has a receipt, so after a fault of the network the sides may differ
/// (the last message of any protocol can be lost); each difference below needs such a fault, a cancel or a fault of the target's disk as its cause.
/// </summary>
internal static class Consistency
{
    /// <summary>The rules that do not hold.</summary>
    /// <param name="world">The run.</param>
    /// <param name="initiator">The initiator's outcome.</param>
    /// <param name="target">The last session of the target; null = no offer arrived.</param>
    public static IEnumerable<string> Check(World world, TransferOutcome initiator, IReceivingEnd? target)
    {
        var other = target is { Outcomes: [var outcome] } ? outcome : null;
        var (isCompleted, isCancelled) = (initiator is TransferOutcome.Completed, world.Plan.TargetCancels is not null);

        // A target waits some seconds for the end of nothing, which an initiator behind long delays may exceed. A target that reads byte by byte, and
        // slowly, may take longer than an initiator waits.
        var isSlow = world.Plan is { SplitsBytes: true, MaxReadTime: > 20 };
        var mayBeLate = world.HasFaulted || isSlow || world.Plan.Size == world.Plan.Offset;
        var rules = new (string Rule, bool Holds)[]
        {
            // Each side ends of what happened to it, and of nothing else.
            ("a side cancels only if it is told to",
                Implies(IsLocalCancel(initiator), world.Plan.InitiatorCancels is not null) && Implies(IsLocalCancel(other), isCancelled)),
            ("a side refuses only if it is told to", Implies(other is TransferOutcome.Refused, world.Plan.Declines || isCancelled)),
            ("without a fault that a transfer may fail of, both complete",
                Implies(world.MustComplete && !mayBeLate, isCompleted && other is TransferOutcome.Completed)),

            // What the target says is true.
            ("a target completes with the file in place, and not otherwise",
                Implies(target is not null, other is TransferOutcome.Completed == target?.HasFile)),

            // What the initiator says is as true as the protocol lets it be.
            ("an initiator completes only if a target received",
                Implies(isCompleted, target is { HadAllBytes: true } || (MayDiffer(world) && other is not null))),
            ("acknowledged blocks are lost only by the target's own disk or decision",
                Implies(
                    initiator is TransferOutcome.Completed { Delivery: Delivery.Acknowledged } && world.Plan.Size > world.Plan.Offset,
                    IsOwnFault(other) || world.Jingle is { IsSizeUnknown: true })),
            ("an orderly close after the end of the bytes means that the target has all of them, unless it cancels",
                Implies(
                    initiator is TransferOutcome.Completed { Delivery: Delivery.PeerClosed } && world.Plan.Size > world.Plan.Offset,
                    other is TransferOutcome.Completed || IsLocalCancel(other))),
            ("an initiator is refused only by a target that refuses, cancels or does not decide",
                Implies(
                    initiator is TransferOutcome.Refused,
                    other is TransferOutcome.Refused or TransferOutcome.Failed { Phase: TransferState.Offer } || isCancelled)),
            ("an initiator is cancelled by a target that completes only if an acknowledgement was lost",
                Implies(
                    initiator is TransferOutcome.Cancelled { By: TransferSide.Peer },
                    other is not (null or TransferOutcome.Completed) || world.HasFaulted)),
            ("an initiator fails although the target completes or refuses, only after a fault of the network",
                Implies(initiator is TransferOutcome.Failed && other is (TransferOutcome.Completed or TransferOutcome.Refused), mayBeLate)),
        };
        return rules.Concat(world.Jingle is null ? [] : OfJingle(world, initiator, other, mayBeLate)).Where(rule => !rule.Holds).Select(rule => rule.Rule);
    }

    /// <summary>A Jingle session has a receipt, and a reason for its end.</summary>
    private static IEnumerable<(string Rule, bool Holds)> OfJingle(World world, TransferOutcome initiator, TransferOutcome? other, bool mayBeLate) =>
    [
        ("a confirmed file is in place",
            Implies(initiator is TransferOutcome.Completed { Delivery: Delivery.Confirmed }, other is TransferOutcome.Completed)),
        ("a completed target has confirmed the file, unless a stanza was lost or the initiator has cancelled",
            Implies(
                other is TransferOutcome.Completed && !mayBeLate,
                initiator is TransferOutcome.Completed { Delivery: Delivery.Confirmed } || IsLocalCancel(initiator))),
        ("a file whose hash differs does not complete",
            Implies(
                world is { Jingle.HashDiffers: true, HasFaulted: false },
                initiator is not TransferOutcome.Completed && other is not TransferOutcome.Completed)),
        ("an initiator fails if the disk of the target is full",
            Implies(
                !mayBeLate && other is TransferOutcome.Failed { Reason: FailureReason.NoSpace },
                initiator is TransferOutcome.Failed || IsLocalCancel(initiator))),
    ];

    private static bool Implies(bool condition, bool consequence) => !condition || consequence;

    private static bool IsLocalCancel(TransferOutcome? outcome) => outcome is TransferOutcome.Cancelled { By: TransferSide.Local };

    private static bool IsOwnFault(TransferOutcome? outcome) =>
        outcome is TransferOutcome.Completed or TransferOutcome.Failed { Side: TransferSide.Local } or TransferOutcome.Failed { Reason: FailureReason.WrongHash }
        || IsLocalCancel(outcome);

    private static bool MayDiffer(World world) =>
        world.HasFaulted || world.Plan is { DiskSpace: not null } or { PlacingFails: true } or { TargetCancels: not null };
}
