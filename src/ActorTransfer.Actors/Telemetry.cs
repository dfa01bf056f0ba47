namespace ActorTransfer;

/// <summary>Names for OpenTelemetry and <c>dotnet-counters</c>. <c>docs/operating.md</c> lists every instrument.</summary>
public static class Telemetry
{
    /// <summary>Name of the meter. It comes from the container's <c>IMeterFactory</c> if there is one.</summary>
    public const string MeterName = "ActorTransfer";
}
