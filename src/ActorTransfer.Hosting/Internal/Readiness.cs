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
        _waiting.Add(wait);
        Settle();
    }

    public void Wait(TransferGateway.FindProxy find)
    {
        ArgumentNullException.ThrowIfNull(find.Address);
        _finding.Add(find);
        Settle();
    }

    public void Started(Engine.Parts parts)
    {
        _parts = parts;
        _notReady.UnionWith([.. parts.Connections.Values, .. parts.ProxyConnections.Values, .. parts.Proxies.Values]);
        Settle();
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

    private void Settle()
    {
        var fault = _end ?? Describe(_down.Values.FirstOrDefault(lost => lost.ForGood));
        var down = Describe(_down.Values.FirstOrDefault());
        var isReady = _parts is not null && _notReady.Count == 0;
        _waiting.RemoveAll(wait => fault switch
        {
            not null => wait.Ready.TrySetException(new EngineException(fault)),
            null when isReady => wait.Ready.TrySetResult(),
            null when down is not null && !wait.KeepTrying => wait.Ready.TrySetException(new EngineException(down, forGood: false)),
            _ => wait.Ready.Task.IsCompleted,
        });
        _finding.RemoveAll(find => _end is not null ? find.Found.TrySetException(new EngineException(_end)) : IsFound(find));
    }

    private static string? Describe(Connection.Lost? lost) => lost is null ? null : $"connection {lost.Name}: {lost.Why}";

    private bool IsFound(TransferGateway.FindProxy find)
    {
        if (_parts is null)
        {
            return find.Found.Task.IsCompleted;
        }

        return !_parts.Proxies.TryGetValue(find.Address, out var proxy)
            ? find.Found.TrySetException(new EngineException($"There is no proxy {find.Address}."))
            : _listening.Contains(proxy) && find.Found.TrySetResult(proxy);
    }
}
