using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;

namespace ActorTransfer.Scenarios.Watching;

/// <summary>Records the measurements of all engines from its creation on; each application has a meter of its own.</summary>
internal sealed class MetricRecorder : IDisposable
{
    private readonly ConcurrentQueue<Measured> _measured = [];
    private readonly MeterListener _listener = new();

    public MetricRecorder()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == Telemetry.MeterName)
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Add(instrument, value, tags));
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Add(instrument, value, tags));
        _listener.Start();
    }

    /// <summary>The measurements of one application.</summary>
    public IReadOnlyList<Measured> Of(IServiceProvider services)
    {
        _listener.RecordObservableInstruments();
        var factory = services.GetRequiredService<IMeterFactory>();
        return [.. _measured.Where(one => one.Instrument.Meter.Scope == factory)];
    }

    public void Dispose() => _listener.Dispose();

    private void Add(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags) =>
        _measured.Enqueue(new Measured(instrument, value, tags.ToArray().ToDictionary(tag => tag.Key, tag => tag.Value)));

    /// <summary>One measurement.</summary>
    public sealed record Measured(Instrument Instrument, double Value, Dictionary<string, object?> Tags)
    {
        /// <summary>The instrument, and the values of its attributes in their order, without <c>actortransfer.</c>.</summary>
        public override string ToString() => $"{Instrument.Name["actortransfer.".Length..]}({string.Join(',', Tags.Values)})";
    }
}
