namespace ActorTransfer.Simulation;

/// <summary>What came of one run.</summary>
/// <param name="Kind">What was simulated.</param>
/// <param name="Seed">Repeats it.</param>
/// <param name="Plan">Its file and its faults, for display.</param>
/// <param name="Faults">The names of the faults.</param>
/// <param name="Initiator">The initiator's outcome in one or two words.</param>
/// <param name="Target">The target's.</param>
/// <param name="Violations">Properties that do not hold.</param>
/// <param name="Events">How many events happened.</param>
/// <param name="Ended">Simulated time at which both sides had their outcome.</param>
/// <param name="History">The lines, if they were kept.</param>
internal sealed record RunResult(
    TransferKind Kind,
    ulong Seed,
    string Plan,
    IReadOnlyList<string> Faults,
    string Initiator,
    string Target,
    IReadOnlyList<string> Violations,
    int Events,
    TimeSpan Ended,
    IReadOnlyList<string> History);
