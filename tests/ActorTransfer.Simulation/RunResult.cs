namespace ActorTransfer.Simulation;

/// <summary>What came of one run.</summary>
/// <param name="Seed">Repeats it.</param>
/// <param name="Plan">Its faults.</param>
/// <param name="Initiator">The initiator's outcome in one or two words.</param>
/// <param name="Target">The target's.</param>
/// <param name="Violations">Properties that do not hold.</param>
/// <param name="Events">How many events happened.</param>
/// <param name="Ended">Simulated time at which both sides had their outcome.</param>
/// <param name="History">The lines, if they were kept.</param>
internal sealed record RunResult(
    ulong Seed, FaultPlan Plan, string Initiator, string Target, IReadOnlyList<string> Violations, int Events, TimeSpan Ended, IReadOnlyList<string> History);
