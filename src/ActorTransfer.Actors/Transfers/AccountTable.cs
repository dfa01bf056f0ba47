using ActorTransfer.Actors.Connections;
using Akka.Actor;

namespace ActorTransfer.Actors.Transfers;

/// <summary>The accounts of an engine and whether they are connected. Confined to the transfers actor.</summary>
internal sealed class AccountTable
{
    private readonly Dictionary<string, Account> _accounts = [];
    private readonly Dictionary<IActorRef, string> _names = [];
    private readonly Dictionary<string, Connection.Lost> _losses = [];
    private readonly Dictionary<string, IActorRef> _closing = [];

    public Account this[string name] => _accounts[name];

    public void Add(Account account)
    {
        _accounts.Add(account.Name, account);
        _names.Add(account.Connection, account.Name);
    }

    public Account? Find(string name) => _accounts.GetValueOrDefault(name);

    /// <summary>The account with this connection.</summary>
    public Account? Find(IActorRef connection) => _names.TryGetValue(connection, out var name) ? _accounts[name] : null;

    /// <summary>The account allows no new transfers.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="closer">Is notified when its last transfer has ended.</param>
    public void BeginClosing(string name, IActorRef closer) => _closing[name] = closer;

    public bool IsClosing(string name) => _closing.ContainsKey(name);

    /// <summary>Removes an account that is being closed; null = it is not. Value: who is notified.</summary>
    public IActorRef? RemoveClosing(string name)
    {
        if (_closing.Remove(name, out var closer) && _accounts.Remove(name, out var account))
        {
            _names.Remove(account.Connection);
            _losses.Remove(name);
        }

        return closer;
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

    private void Update(string name, Jid? self) => _accounts[name] = _accounts[name] with { Self = self };
}
