using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace ActorTransfer;

/// <summary>Adds the metrics and traces of all engines of the process to OpenTelemetry. <c>docs/operating.md</c> lists them.</summary>
public static class OpenTelemetryExtensions
{
    /// <summary>Adds the meter <see cref="Telemetry.MeterName"/>.</summary>
    /// <param name="builder">The application's metrics.</param>
    public static MeterProviderBuilder AddActorTransferInstrumentation(this MeterProviderBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.AddMeter(Telemetry.MeterName);
    }

    /// <summary>Adds the activity source <see cref="Telemetry.ActivitySourceName"/>.</summary>
    /// <param name="builder">The application's traces.</param>
    public static TracerProviderBuilder AddActorTransferInstrumentation(this TracerProviderBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.AddSource(Telemetry.ActivitySourceName);
    }
}
