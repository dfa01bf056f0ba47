using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using ActorTransfer.Actors.Instrumentation;
using Akka.Actor;

namespace ActorTransfer.Actors.Tests;

/// <summary>Sums of one actor system.</summary>
internal sealed class MetricSums : IDisposable
{
    private readonly ConcurrentDictionary<string, long> _maxima = new();
    private readonly ConcurrentDictionary<string, long> _sums = new();
    private readonly MeterListener _listener = new();

    public MetricSums(ActorSystem system)
    {
        var meter = EngineMetrics.Of(system).Meter;
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter == meter)
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) =>
        {
            var key = $"{instrument.Name} {string.Join(' ', tags.ToArray().Select(tag => tag.Value))}";
            var sum = _sums.AddOrUpdate(key, value, (_, before) => before + value);
            _maxima.AddOrUpdate(key, sum, (_, before) => Math.Max(before, sum));
        });
        _listener.Start();
    }

    /// <summary>The maximum of the sum.</summary>
    public long Of(string instrument, string tags = "") => _maxima.GetValueOrDefault($"{instrument} {tags}");

    public void Dispose() => _listener.Dispose();
}
