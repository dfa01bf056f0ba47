namespace ActorTransfer;

/// <summary>Names for OpenTelemetry and <c>dotnet-counters</c>. <c>docs/operating.md</c> lists every instrument and span.</summary>
public static class Telemetry
{
    /// <summary>Name of the meter. It comes from the container's <c>IMeterFactory</c> if there is one.</summary>
    public const string MeterName = "ActorTransfer";

    /// <summary>Name of the activity source: a trace for each transfer, with a span for each of its states.</summary>
    public const string ActivitySourceName = "ActorTransfer";
}
