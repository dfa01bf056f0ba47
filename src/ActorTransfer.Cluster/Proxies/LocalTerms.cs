using ActorTransfer.Actors.Proxy;

namespace ActorTransfer.Cluster.Proxies;

/// <summary>Access list and quotas of this node's proxy as last reloaded; the farm's hub, if it is on this node, applies them. Thread-safe.</summary>
internal sealed class LocalTerms
{
    private volatile ProxyFarm.Terms? _current;

    /// <summary>Null until the proxy has started.</summary>
    public ProxyFarm.Terms? Current
    {
        get => _current;
        set => _current = value;
    }
}
