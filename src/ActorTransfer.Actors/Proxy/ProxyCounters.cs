using System.Collections.Immutable;
using ActorTransfer.Actors.Instrumentation;
using ActorTransfer.Protocol.FileTransfer;
using ActorTransfer.Protocol.ProxyService;
using ActorTransfer.Protocol.Stanzas;

namespace ActorTransfer.Actors.Proxy;

/// <summary>Counters of a proxy, for its status and the metrics. Confined to the proxy's actor.</summary>
/// <param name="metrics">Counts the same for all proxies.</param>
internal sealed class ProxyCounters(ProxyMetrics metrics)
{
    private readonly long[] _refusals = new long[ProxyRefusals.Count];

    public int Waiting { get; private set; }

    public int Active { get; private set; }

    public long SetUps { get; private set; }

    public long Ended { get; private set; }

    public long Bytes { get; private set; }

    public ImmutableSortedDictionary<string, long> Refusals =>
        _refusals.Select((count, number) => (Name: ((ProxyRefusal)number).Name(), Count: count)).Where(refusal => refusal.Count > 0)
            .ToImmutableSortedDictionary(refusal => refusal.Name, refusal => refusal.Count, StringComparer.Ordinal);

    public void Refused(ProxyRefusal why, long times = 1)
    {
        if (why != ProxyRefusal.None && times > 0)
        {
            _refusals[(int)why] += times;
            metrics.Refused(why, times);
        }
    }

    /// <summary>An activation was answered. Limits and ends of pairs are counted where they occur.</summary>
    public void Refused(StanzaError? error) => Refused(error?.Condition switch
    {
        ErrorConditions.ItemNotFound => ProxyRefusal.ItemNotFound,
        ErrorConditions.NotAllowed => ProxyRefusal.NotAllowed,
        ErrorConditions.Conflict => ProxyRefusal.Conflict,
        _ => ProxyRefusal.None,
    });

    /// <summary>A pair has ended, which counts as a refusal for some reasons.</summary>
    public void RefusedBy(PairEnd end) => Refused(end switch
    {
        PairEnd.NotActivated => ProxyRefusal.PendingTimeout,
        PairEnd.Idle => ProxyRefusal.Idle,
        PairEnd.ShutDown => ProxyRefusal.Draining,
        PairEnd.Failed => ProxyRefusal.InternalError,
        _ => ProxyRefusal.None,
    });

    public void PairBegan()
    {
        Waiting++;
        metrics.PairBegan();
    }

    public void PairActivated()
    {
        Waiting--;
        Active++;
        SetUps++;
        metrics.PairActivated();
    }

    public void PairEnded(PairEnd why, bool wasActive)
    {
        if (wasActive)
        {
            Active--;
            Ended++;
        }
        else
        {
            Waiting--;
        }

        metrics.PairEnded(why, wasActive);
    }

    public void Accepted(long connections) => metrics.Accepted(connections);

    public void Moved(long bytes)
    {
        if (bytes > 0)
        {
            Bytes += bytes;
            metrics.Relayed(bytes);
        }
    }
}
