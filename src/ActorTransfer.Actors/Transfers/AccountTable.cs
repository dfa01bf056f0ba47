using ActorTransfer.Actors.Connections;
using Akka.Actor;

namespace ActorTransfer.Actors.Transfers;

/// <summary>The accounts of an engine and whether they are connected. Confined to the transfers actor.</summary>
internal sealed class AccountTable(IEnumerable<Account> accounts)
{
    private readonly Dictionary<string, Account> _accounts = accounts.ToDictionary(account => account.Name);
    private readonly Dictionary<string, Connection.Lost> _losses = [];

    public IEnumerable<Account> All => _accounts.Values;

    public Account this[string name] => _accounts[name];

    public Account? Find(string name) => _accounts.GetValueOrDefault(name);

    /// <summary>The account with this connection.</summary>
    public Account? Find(IActorRef connection)
    {
        foreach (var account in _accounts.Values)
        {
            if (account.Connection.Equals(connection))
            {
                return account;
            }
        }

        return null;
    }

    public void Up(Connection.Up up)
    {
        Update(up.Name, up.Self);
        _losses.Remove(up.Name);
    }

    public void Lost(Connection.Lost lost)
    {
        Update(lost.Name, null);
        _losses[lost.Name] = lost;
    }

    /// <summary>Whether the connection may come up without a change of the configuration.</summary>
    public bool MayComeUp(string name) => _losses.GetValueOrDefault(name) is not { ForGood: true };

    /// <summary>A sentence about a connection that is not up.</summary>
    public string DescribeLoss(string name) =>
        _losses.TryGetValue(name, out var lost) ? $"Connection {name} is not up: {lost.Reason}" : $"Connection {name} is not up.";

    private void Update(string name, Jid? self)
    {
        if (_accounts.TryGetValue(name, out var account))
        {
            _accounts[name] = account with { Self = self };
        }
    }
}
