using System.Diagnostics;

namespace ActorTransfer.Hosting.Internal;

/// <summary>Creates steps with the time elapsed since its start.</summary>
internal readonly struct StepWatch
{
    private readonly long _start;

    private StepWatch(long start) => _start = start;

    public static StepWatch Start() => new(Stopwatch.GetTimestamp());

    public DiagnosticStep Step(string what, DiagnosticResult result, string detail) => new(what, result, detail, Stopwatch.GetElapsedTime(_start));
}
