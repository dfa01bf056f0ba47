using System.Diagnostics.Metrics;
using ActorTransfer.Protocol.ProxyService;

namespace ActorTransfer.Actors.Instrumentation;

/// <summary>Metrics of the SOCKS5 bytestreams proxies.</summary>
internal sealed class ProxyMetrics(Meter meter)
{
    private readonly UpDownCounter<long> _pairs =
        meter.CreateUpDownCounter<long>("actortransfer.proxy.pairs.open", "{pair}", "Pairs of connections at the proxy: waiting or active.");

    private readonly Counter<long> _setUps =
        meter.CreateCounter<long>("actortransfer.proxy.setups", "{pair}", "Pairs that were activated.");

    private readonly Counter<long> _pairsEnded =
        meter.CreateCounter<long>("actortransfer.proxy.pairs.ended", "{pair}", "Pairs that ended.");

    private readonly Counter<long> _refused =
        meter.CreateCounter<long>("actortransfer.proxy.refusals", "{refusal}", "What the proxy refused.");

    private readonly Counter<long> _connections =
        meter.CreateCounter<long>("actortransfer.proxy.connections", "{connection}", "Connections that the proxy accepted, before their handshakes.");

    private readonly Counter<long> _io =
        meter.CreateCounter<long>("actortransfer.proxy.io", "By", "Bytes relayed, both directions together.");

    public void PairBegan() => _pairs.Add(1, State("waiting"));

    public void PairActivated()
    {
        _pairs.Add(-1, State("waiting"));
        _pairs.Add(1, State("active"));
        _setUps.Add(1);
    }

    public void PairEnded(PairEnd why, bool wasActive)
    {
        _pairs.Add(-1, State(wasActive ? "active" : "waiting"));
        if (_pairsEnded.Enabled)
        {
            _pairsEnded.Add(1, MetricAttributes.Of(MetricAttributes.Reason, why));
        }
    }

    public void Refused(ProxyRefusal why, long times) => _refused.Add(times, MetricAttributes.Of(MetricAttributes.Reason, why.Name()));

    public void Accepted(long connections)
    {
        if (connections > 0)
        {
            _connections.Add(connections);
        }
    }

    public void Relayed(long bytes) => _io.Add(bytes);

    private static KeyValuePair<string, object?> State(string state) => MetricAttributes.Of(MetricAttributes.State, state);
}
