using System.Diagnostics.Metrics;

namespace ActorTransfer.Benchmarks.Load;

/// <summary>Bytes that the receivers of this process have received, as counted by the engine.</summary>
internal sealed class BytesMoved : IDisposable
{
    private readonly MeterListener _listener = new();
    private long _bytes;

    private BytesMoved()
    {
        _listener.InstrumentPublished = static (instrument, listener) =>
        {
            if (instrument.Meter.Name == Telemetry.MeterName && instrument.Name == "actortransfer.transfers.io")
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((_, bytes, tags, _) =>
        {
            if (tags.Length > 0 && tags[0].Value is "target")
            {
                Interlocked.Add(ref _bytes, bytes);
            }
        });
    }

    public long Bytes => Interlocked.Read(ref _bytes);

    public static BytesMoved Start()
    {
        BytesMoved moved = new();
        moved._listener.Start();
        return moved;
    }

    public void Reset() => Interlocked.Exchange(ref _bytes, 0);

    public void Dispose() => _listener.Dispose();
}
