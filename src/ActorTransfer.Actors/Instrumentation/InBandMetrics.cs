using System.Diagnostics.Metrics;

namespace ActorTransfer.Actors.Instrumentation;

/// <summary>Metrics of in-band bytestreams.</summary>
internal sealed class InBandMetrics(Meter meter)
{
    private readonly UpDownCounter<long> _memory = meter.CreateUpDownCounter<long>(
        "actortransfer.in_band.receive_memory", "By", "Bytes of in-band.receive-memory that receiving sessions have reserved.");

    private readonly Counter<long> _orderLost = meter.CreateCounter<long>(
        "actortransfer.in_band.order_lost", "{session}", "In-band sessions with several unacknowledged blocks whose peer did not handle them in order.");

    /// <param name="more">Bytes reserved; negative when they are returned.</param>
    public void MemoryReserved(long more) => _memory.Add(more);

    public void OrderLost() => _orderLost.Add(1);
}
