using System.Diagnostics;

namespace ActorTransfer.Hosting.Internal;

/// <summary>Makes steps that took the time since it was started.</summary>
internal readonly struct StepWatch
{
    private readonly long _start;

    private StepWatch(long start) => _start = start;

    public static StepWatch Start() => new(Stopwatch.GetTimestamp());

    public DiagnosticStep Step(string what, DiagnosticResult result, string detail) => new(what, result, detail, Stopwatch.GetElapsedTime(_start));
}
