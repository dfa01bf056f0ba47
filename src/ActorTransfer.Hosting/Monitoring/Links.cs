using System.Collections.Immutable;
using ActorTransfer.Actors;
using ActorTransfer.Actors.Connections;
using Akka.Actor;

namespace ActorTransfer.Hosting.Monitoring;

/// <summary>The accounts and proxies of the engine and what they reported last. Confined to the <see cref="MonitorActor"/>.</summary>
/// <param name="parts">The engine's actors.</param>
internal sealed class Links(Engine.Parts parts)
{
    private readonly HashSet<IActorRef> _subscribed = [];
    private Engine.Parts _parts = parts;
    private readonly Dictionary<IActorRef, AccountStatus> _connections = [];
    private readonly Dictionary<IActorRef, BytestreamsProxy.Status> _proxies = [];
    private readonly HashSet<IActorRef> _asked = [];
    private ImmutableArray<MonitoredAccount>? _accountViews;
    private ImmutableArray<MonitoredProxy>? _proxyViews;

    public ImmutableArray<MonitoredAccount> Accounts => _accountViews ??=
        [.. _parts.Connections.OrderBy(account => account.Key, StringComparer.Ordinal)
            .Select(account => new MonitoredAccount(account.Key, _connections.GetValueOrDefault(account.Value)))];

    public ImmutableArray<MonitoredProxy> Proxies => _proxyViews ??=
        [.. _parts.Proxies.OrderBy(proxy => proxy.Key.ToString(), StringComparer.Ordinal).Select(proxy => new MonitoredProxy(
            proxy.Key,
            _parts.ProxyConnections.TryGetValue(proxy.Key, out var connection) ? _connections.GetValueOrDefault(connection) : null,
            _proxies.GetValueOrDefault(proxy.Value)))];

    /// <summary>Bytes relayed so far.</summary>
    public long Relayed => _proxies.Values.Sum(status => status.Bytes);

    /// <summary>The engine's actors as they are now. Requests the reports of all connections, and the stanzas of those that transfer files.</summary>
    public void Use(Engine.Parts parts, IActorRef self)
    {
        _parts = parts;
        _accountViews = null;
        foreach (var connection in parts.Connections.Values)
        {
            Subscribe(connection, self);
        }

        foreach (var connection in parts.ProxyConnections.Values.Where(_subscribed.Add))
        {
            connection.Tell(new Connection.Subscribe(), self);
        }
    }

    /// <summary>An account was added.</summary>
    public void Opened(Engine.AccountOpened opened, IActorRef self)
    {
        _parts = _parts.With(opened);
        _accountViews = null;
        Subscribe(opened.Connection, self);
    }

    /// <summary>An account was removed.</summary>
    public void Closed(Engine.AccountClosed closed)
    {
        if (_parts.Connections.GetValueOrDefault(closed.Name) is { } connection)
        {
            _parts = _parts.Without(closed);
            _subscribed.Remove(connection);
            _connections.Remove(connection);
            _accountViews = null;
        }
    }

    /// <summary>Requests the statuses of the proxies that have responded to the last request: one that does not listen yet responds later.</summary>
    public void AskProxies(IActorRef self)
    {
        foreach (var proxy in _parts.Proxies.Values.Where(_asked.Add))
        {
            proxy.Tell(new BytestreamsProxy.GetStatus(), self);
        }
    }

    public void Reported(IActorRef connection, AccountStatus status)
    {
        _connections[connection] = status;
        _accountViews = null;
        _proxyViews = null;
    }

    public void Reported(IActorRef proxy, BytestreamsProxy.Status status)
    {
        _asked.Remove(proxy);
        if (!_proxies.TryGetValue(proxy, out var known) || !IsSame(known, status))
        {
            _proxies[proxy] = status;
            _proxyViews = null;
        }
    }

    public void Drain(IActorRef self)
    {
        foreach (var proxy in _parts.Proxies.Values)
        {
            proxy.Tell(new BytestreamsProxy.Drain(), self);
        }
    }

    private void Subscribe(IActorRef connection, IActorRef self)
    {
        if (_subscribed.Add(connection))
        {
            connection.Tell(new Connection.Subscribe(), self);
            connection.Tell(new Connection.Trace(), self);
        }
    }

    /// <summary>Collections are compared by their content: an idle proxy reports no change.</summary>
    private static bool IsSame(BytestreamsProxy.Status known, BytestreamsProxy.Status status) =>
        known with { EndPoints = status.EndPoints, Refusals = status.Refusals } == status
        && known.EndPoints.SequenceEqual(status.EndPoints) && known.Refusals.SequenceEqual(status.Refusals);
}
