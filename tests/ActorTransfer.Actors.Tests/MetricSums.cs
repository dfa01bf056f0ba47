using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace ActorTransfer.Actors.Tests;

/// <summary>Sums of the process: other tests may run at the same time and count as well.</summary>
internal sealed class MetricSums : IDisposable
{
    private readonly ConcurrentDictionary<string, long> _most = new();
    private readonly ConcurrentDictionary<string, long> _sums = new();
    private readonly MeterListener _listener = new();

    public MetricSums()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == Telemetry.MeterName)
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) =>
        {
            var key = $"{instrument.Name} {string.Join(' ', tags.ToArray().Select(tag => tag.Value))}";
            var sum = _sums.AddOrUpdate(key, value, (_, before) => before + value);
            _most.AddOrUpdate(key, sum, (_, before) => Math.Max(before, sum));
        });
        _listener.Start();
    }

    /// <summary>The largest that the sum has been.</summary>
    public long Of(string instrument, string tags = "") => _most.GetValueOrDefault($"{instrument} {tags}");

    public void Dispose() => _listener.Dispose();
}
