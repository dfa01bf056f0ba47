using ActorTransfer.Cluster.Messages;

namespace ActorTransfer.Cluster.Nodes;

/// <summary>What this node has: shared connections that it holds, and accounts that live here. Thread-safe.</summary>
internal sealed class NodeFacts
{
    /// <summary>Accounts in a report: one message has them all.</summary>
    public const int MaxPlaces = 1000;

    private readonly Lock _lock = new();
    private readonly HashSet<string> _connections = [];
    private readonly Dictionary<string, bool> _accounts = [];
    private int _moving;

    /// <summary>Whether this process did not execute for a while. <see cref="NodeReportsActor"/> tells it every second that it does.</summary>
    public SuspensionDetector Suspension { get; } = new(TimeProvider.System);

    /// <summary>Names of all accounts that live here, and whether they are being opened or closed.</summary>
    public NodeMessage.Report ToReport()
    {
        lock (_lock)
        {
            return new NodeMessage.Report(
                [.. _connections.Order(StringComparer.Ordinal)],
                _accounts.Count,
                _moving,
                [.. _accounts.Take(MaxPlaces).Select(account => new AccountPlace(account.Key, account.Value))]);
        }
    }

    /// <summary>This node holds a shared connection from now on.</summary>
    public void Hold(string connection)
    {
        lock (_lock)
        {
            _connections.Add(connection);
        }
    }

    /// <summary>It does not hold it any more.</summary>
    public void Release(string connection)
    {
        lock (_lock)
        {
            _connections.Remove(connection);
        }
    }

    /// <summary>An account lives here.</summary>
    /// <param name="account">Its name.</param>
    /// <param name="isMoving">It is being opened or closed.</param>
    public void Place(string account, bool isMoving)
    {
        lock (_lock)
        {
            _moving += (isMoving ? 1 : 0) - (_accounts.GetValueOrDefault(account) ? 1 : 0);
            _accounts[account] = isMoving;
        }
    }

    /// <summary>Whether the account is being opened or closed here.</summary>
    public bool IsMoving(string account)
    {
        lock (_lock)
        {
            return _accounts.GetValueOrDefault(account);
        }
    }

    /// <summary>An account does not live here any more.</summary>
    public void Remove(string account)
    {
        lock (_lock)
        {
            if (_accounts.Remove(account, out var wasMoving) && wasMoving)
            {
                _moving--;
            }
        }
    }

    /// <summary>How many shared connections this node holds, and how many accounts live here; those that move are not among the settled ones.</summary>
    public (int Connections, int Settled, int Moving) Count()
    {
        lock (_lock)
        {
            return (_connections.Count, _accounts.Count - _moving, _moving);
        }
    }
}
