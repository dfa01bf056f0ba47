using System.Collections.Immutable;
using ActorTransfer.Actors;
using ActorTransfer.Actors.Connections;
using Akka.Actor;

namespace ActorTransfer.Hosting.Internal;

/// <summary>Which connections and proxies of the engine are ready, and the calls that wait for them. Owned by the <see cref="TransferGateway"/>.</summary>
internal sealed class Readiness
{
    private readonly HashSet<IActorRef> _notReady = [];
    private readonly Dictionary<IActorRef, Connection.Lost> _down = [];
    private readonly HashSet<IActorRef> _listening = [];
    private readonly List<TransferGateway.WaitReady> _waiting = [];
    private readonly List<TransferGateway.FindProxy> _finding = [];
    private Engine.Parts? _parts;
    private string? _end;

    public void Wait(TransferGateway.WaitReady wait)
    {
        if (!IsOver(wait))
        {
            _waiting.Add(wait);
        }
    }

    public void Wait(TransferGateway.FindProxy find)
    {
        if (!IsFound(find))
        {
            _finding.Add(find);
        }
    }

    public void Started(Engine.Parts parts)
    {
        _parts = parts;
        _notReady.UnionWith([.. parts.Connections.Values, .. parts.ProxyConnections.Values, .. parts.Proxies.Values]);
        Settle();
    }

    /// <summary>An account was added. False: the engine has not started; <see cref="Started"/> has the account.</summary>
    public bool Opened(Engine.AccountOpened opened)
    {
        if (_parts is null)
        {
            return false;
        }

        _parts = _parts.With(opened);
        _notReady.Add(opened.Connection);
        return true;
    }

    /// <summary>An account was removed: nothing waits for it.</summary>
    public void Closed(Engine.AccountClosed closed)
    {
        if (_parts?.Connections.GetValueOrDefault(closed.Name) is { } connection)
        {
            _parts = _parts.Without(closed);
            _notReady.Remove(connection);
            _down.Remove(connection);
            Settle();
        }
    }

    /// <summary>The engine has stopped, or cannot start. The first reason counts.</summary>
    public void Ended(string reason)
    {
        _end ??= reason;
        Settle();
    }

    public void Up(IActorRef connection)
    {
        _notReady.Remove(connection);
        _down.Remove(connection);
        Settle();
    }

    public void Down(IActorRef connection, Connection.Lost lost)
    {
        _notReady.Add(connection);
        _down[connection] = lost;
        Settle();
    }

    public void Listens(IActorRef proxy)
    {
        _listening.Add(proxy);
        _notReady.Remove(proxy);
        Settle();
    }

    /// <summary>What is not ready, and why; by the names of <see cref="HealthData"/>. And how many accounts are up.</summary>
    public TransferGateway.Health Report()
    {
        if (_parts is null || _end is not null)
        {
            return new TransferGateway.Health([new(HealthData.Engine, _end ?? "has not started")], 0);
        }

        var faults = ImmutableSortedDictionary.CreateBuilder<string, string>();
        foreach (var (name, connection) in _parts.Connections.Where(account => _notReady.Contains(account.Value)))
        {
            faults.Add(HealthData.Account(name), DescribeLoss(connection));
        }

        foreach (var (proxy, connection) in _parts.ProxyConnections.Where(proxy => _notReady.Contains(proxy.Value)))
        {
            faults.Add(HealthData.Proxy(proxy), DescribeLoss(connection));
        }

        foreach (var (proxy, _) in _parts.Proxies.Where(proxy => !_listening.Contains(proxy.Value)))
        {
            faults[HealthData.Proxy(proxy)] = "does not listen yet";
        }

        return new TransferGateway.Health([.. faults], _parts.Connections.Values.Count(connection => !_notReady.Contains(connection)));
    }

    private string DescribeLoss(IActorRef connection) => _down.TryGetValue(connection, out var lost) ? lost.Reason : "is connecting for the first time";

    private void Settle()
    {
        _waiting.RemoveAll(IsOver);
        _finding.RemoveAll(IsFound);
    }

    private bool IsOver(TransferGateway.WaitReady wait)
    {
        var isReady = _parts is not null && _notReady.Count == 0;
        var lost = _down.Values.FirstOrDefault(lost => lost.ForGood) ?? _down.Values.FirstOrDefault();
        return _end is not null ? wait.Ready.TrySetException(new EngineException(_end))
            : isReady ? wait.Ready.TrySetResult()
            : lost is not null && (lost.ForGood || !wait.KeepTrying)
                ? wait.Ready.TrySetException(new EngineException($"connection {lost.Name}: {lost.Reason}", lost.ForGood))
            : wait.Ready.Task.IsCompleted;
    }

    private bool IsFound(TransferGateway.FindProxy find)
    {
        if (_end is not null)
        {
            return find.Found.TrySetException(new EngineException(_end));
        }

        return _parts is null ? find.Found.Task.IsCompleted
            : !_parts.Proxies.TryGetValue(find.Address, out var proxy)
                ? find.Found.TrySetException(new EngineException($"There is no proxy {find.Address}."))
            : _listening.Contains(proxy) && find.Found.TrySetResult(proxy);
    }
}
