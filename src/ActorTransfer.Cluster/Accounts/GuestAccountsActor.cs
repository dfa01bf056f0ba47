using ActorTransfer.Actors;
using ActorTransfer.Cluster.Links;
using Akka.Actor;

namespace ActorTransfer.Cluster.Accounts;

/// <summary>
/// The accounts of other nodes that transfers of this node use, each an account of this node's engine whose link is remote. It is opened for the first transfer
/// and closed some time after the last one. One on each node.
/// </summary>
internal sealed class GuestAccountsActor : ReceiveActor, IWithTimers
{
    private static readonly TimeSpan s_idle = TimeSpan.FromSeconds(60);

    private readonly Func<Task<IActorRef>> _engine;
    private readonly string _region;
    private readonly Dictionary<string, GuestAccount> _accounts = [];

    /// <summary>Use <see cref="Props(Func{Task{IActorRef}}, string)"/>.</summary>
    public GuestAccountsActor(Func<Task<IActorRef>> engine, string region)
    {
        (_engine, _region) = (engine, region);
        Receive<Use>(use => Add(use, Sender));
        Receive<Release>(release => Remove(release.Name));
        Receive<Opened>(Open);
        Receive<Engine.AccountClosed>(closed => Closed(closed.Name));
        Receive<Engine.AccountRefused>(refused => Closed(refused.Name));
        Receive<Idle>(idle => Close(idle.Name));
    }

    /// <inheritdoc/>
    public ITimerScheduler Timers { get; set; } = null!;

    /// <param name="engine">The engine of this node, when it has started.</param>
    /// <param name="region">Path of the actor that finds the accounts.</param>
    public static Props Props(Func<Task<IActorRef>> engine, string region) => Akka.Actor.Props.Create(() => new GuestAccountsActor(engine, region));

    /// <summary>Name in the engine: the account may move to this node meanwhile.</summary>
    public static string NameOf(string account) => $"{account} (remote)";

    private void Add(Use use, IActorRef requester)
    {
        var name = NameOf(use.Account);
        if (!_accounts.TryGetValue(name, out var account))
        {
            _accounts.Add(name, account = new GuestAccount());
            OpenAsync(use, name).PipeTo(Self, failure: exception => new Opened(name, exception));
        }

        account.Uses++;
        Timers.Cancel(name);
        if (account.IsOpen)
        {
            requester.Tell(new InUse(name));
        }
        else if (account.IsClosing)
        {
            account.Next.Add((use, requester));
        }
        else
        {
            account.Requesters.Add(requester);
        }
    }

    private async Task<Opened> OpenAsync(Use use, string name)
    {
        var link = new LinkDefinition.Configured(settings => RemoteLinkActor.Props(use.Account, _region, settings, name));
        var engine = await _engine().ConfigureAwait(false);
        var reply = await engine.Ask<object>(new Engine.OpenAccount(new AccountDefinition(name, link, Jid.Parse(use.Server))), Timeout.InfiniteTimeSpan)
            .ConfigureAwait(false);
        return new Opened(name, reply is Engine.AccountRefused { Reason: var reason } ? new EngineException(reason) : null);
    }

    private void Open(Opened opened)
    {
        var account = _accounts[opened.Name];
        account.IsOpen = opened.Fault is null;
        foreach (var requester in account.Requesters)
        {
            requester.Tell(opened.Fault is { } fault ? new Status.Failure(fault) : new InUse(opened.Name));
        }

        account.Requesters.Clear();
        if (!account.IsOpen)
        {
            _accounts.Remove(opened.Name);
        }
    }

    private void Remove(string name)
    {
        if (_accounts.TryGetValue(name, out var account) && --account.Uses == 0)
        {
            Timers.StartSingleTimer(name, new Idle(name), s_idle);
        }
    }

    private void Close(string name)
    {
        if (_accounts.TryGetValue(name, out var account) && account is { Uses: 0, IsOpen: true })
        {
            (account.IsOpen, account.IsClosing) = (false, true);
            var self = Self;
            CloseAsync(name).PipeTo(self, failure: _ => new Engine.AccountClosed(name));
        }
    }

    private async Task<object> CloseAsync(string name) =>
        await (await _engine().ConfigureAwait(false)).Ask<object>(new Engine.CloseAccount(name, TimeSpan.Zero), Timeout.InfiniteTimeSpan).ConfigureAwait(false);

    /// <summary>Transfers that came meanwhile open it again.</summary>
    private void Closed(string name)
    {
        if (_accounts.Remove(name, out var account))
        {
            account.Next.ForEach(next => Add(next.Use, next.Requester));
        }
    }

    /// <summary>Opens an account for one transfer. The sender gets <see cref="InUse"/>, or a failure.</summary>
    /// <param name="Account">Name of the account.</param>
    /// <param name="Server">Domain of its JID.</param>
    internal sealed record Use(string Account, string Server);

    /// <summary>The account is open until <see cref="Release"/>.</summary>
    /// <param name="Name">Its name in the engine of this node.</param>
    internal sealed record InUse(string Name);

    /// <summary>The transfer has ended.</summary>
    internal sealed record Release(string Name);

    private sealed record Opened(string Name, Exception? Fault);

    private sealed record Idle(string Name);

    private sealed class GuestAccount
    {
        public int Uses { get; set; }

        public bool IsOpen { get; set; }

        public bool IsClosing { get; set; }

        /// <summary>Wait until it is open.</summary>
        public List<IActorRef> Requesters { get; } = [];

        /// <summary>Wait until it is closed, and then open.</summary>
        public List<(Use Use, IActorRef Requester)> Next { get; } = [];
    }
}
