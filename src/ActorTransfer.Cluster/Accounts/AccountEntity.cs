using ActorTransfer.Actors;
using ActorTransfer.Actors.Connections;
using ActorTransfer.Actors.Logging;
using ActorTransfer.Cluster.Messages;
using ActorTransfer.Hosting.Internal;
using Akka.Actor;
using Akka.Cluster.Sharding;
using Akka.Event;

namespace ActorTransfer.Cluster.Accounts;

/// <summary>
/// An account that lives on this node, a sharded entity: asks the directory for the credentials, opens the account in the engine of this node, and closes it
/// before it stops, so that it is never logged in on two nodes. States: asking the directory -> opening -> open -> closing; what arrives before it is open
/// waits.
/// </summary>
internal sealed class AccountEntity : ReceiveActor, IWithTimers
{
    /// <summary>Requests that may wait until the account is open.</summary>
    private const int MaxEarly = 1000;

    private static readonly TimeSpan s_findTimeout = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan s_resourceTimeout = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan s_firstRetry = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan s_lastRetry = TimeSpan.FromSeconds(60);

    private readonly string _name;
    private readonly AccountServices _services;
    private readonly string _node = Akka.Cluster.Cluster.Get(Context.System).SelfAddress.ToString();
    private readonly ILoggingAdapter _log = ActorLog.GetLogger(Context);
    private readonly CancellationTokenSource _life = new();
    private readonly Queue<(object Message, IActorRef Sender)> _early = [];
    private AccountMessage.Located _status = new("", "", "", "", false, 0);
    private IActorRef _engine = ActorRefs.Nobody;
    private IActorRef _guests = ActorRefs.Nobody;
    private Engine.AccountOpened? _opened;
    private TimeSpan _retry = s_firstRetry;
    private bool _isOpening;
    private bool _isClosing;
    private bool _isStopping;

    /// <summary>Use <see cref="Props(string, AccountServices)"/>.</summary>
    public AccountEntity(string name, AccountServices services)
    {
        (_name, _services) = (name, services);
        Receive<AccountMessage.Start>(_ => Sender.Tell(new AccountMessage.Started()));
        Receive<AccountMessage.Reload>(_ => Reload());
        Receive<StopAccount>(_ => Stop());
        Receive<Found>(Open);
        Receive<Failed>(failed => TryAgain(failed.Reason));
        Receive<Retry>(_ => Find());
        Receive<Engine.AccountOpened>(Opened);
        Receive<Engine.AccountRefused>(refused => TryAgain(new EngineException(refused.Reason)));
        Receive<Engine.AccountClosed>(_ => Closed());
        Receive<Connection.Up>(up => _status = _status with { Self = up.Self.ToString(), Reason = "", IsForGood = false, Fault = 0 });
        Receive<Connection.Lost>(lost => _status = _status with { Self = "", Reason = lost.Reason, IsForGood = lost.ForGood, Fault = (int)lost.Fault });
        Receive<Terminated>(_ => Context.Stop(Self), ended => ended.ActorRef.Equals(_engine));
        ReceiveAny(message => Handle(message, Sender));
    }

    /// <inheritdoc/>
    public ITimerScheduler Timers { get; set; } = null!;

    /// <param name="name">Name of the account.</param>
    /// <param name="services">What it needs.</param>
    public static Props Props(string name, AccountServices services) => Akka.Actor.Props.Create(() => new AccountEntity(name, services));

    /// <inheritdoc/>
    protected override void PreStart() => Find();

    /// <summary>An account that is stopped without being asked is closed nevertheless.</summary>
    protected override void PostStop()
    {
        _life.Cancel();
        _life.Dispose();
        if (_opened is not null)
        {
            _engine.Tell(new Engine.CloseAccount(_name, TimeSpan.Zero), ActorRefs.NoSender);
        }
    }

    private void Find()
    {
        _isOpening = true;
        FindAsync(_services, _name, _life.Token).PipeTo(Self, failure: exception => new Failed(exception));
    }

    private static async Task<Found> FindAsync(AccountServices services, string name, CancellationToken life)
    {
        var parts = await services.Engine.Lifetime.RunningAsync(life).ConfigureAwait(false);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(life);
        limit.CancelAfter(s_findTimeout);
        return new Found(await services.Directory.FindAsync(name, limit.Token).AsTask().WaitAsync(limit.Token).ConfigureAwait(false), parts.Engine);
    }

    private void Open(Found found)
    {
        if (_isStopping)
        {
            Context.Stop(Self);
        }
        else if (found.Account is not { } account)
        {
            Forget();
        }
        else
        {
            _engine = Context.Watch(found.Engine);
            account = account.Jid.IsFull ? account : account with { Jid = account.Jid.WithResource(AccountServices.DefaultResource) };
            _status = new AccountMessage.Located(_node, account.Jid.Bare.ToString(), "", "", false, 0);
            _engine.Tell(new Engine.OpenAccount(_services.Define(account) with { Name = _name }));
        }
    }

    /// <summary>Not an account of the directory: it is not started again, until someone names it.</summary>
    private void Forget()
    {
        _log.Write(ClusterLog.AccountUnknown, _name);
        _isOpening = false;
        _isClosing = true;
        _status = new AccountMessage.Located("", "", "", "", false, 0);
        HandleEarly();
        Context.Parent.Tell(new Passivate(StopAccount.Instance));
    }

    private void TryAgain(Exception reason)
    {
        if (_isStopping)
        {
            Context.Stop(Self);
            return;
        }

        _log.Write(reason, ClusterLog.AccountNotOpened, _name, reason.Message, _retry);
        Timers.StartSingleTimer(Retry.Instance, Retry.Instance, _retry);
        _retry = TimeSpan.FromTicks(Math.Min(s_lastRetry.Ticks, 2 * _retry.Ticks));
    }

    private void Opened(Engine.AccountOpened opened)
    {
        _isOpening = false;
        _opened = opened;
        _retry = s_firstRetry;
        if (_isStopping)
        {
            Close();
            return;
        }

        _log.Write(ClusterLog.AccountOpened, _name);
        opened.Connection.Tell(new Connection.Subscribe());
        HandleEarly();
    }

    private void HandleEarly()
    {
        while (_early.TryDequeue(out var early))
        {
            Handle(early.Message, early.Sender);
        }
    }

    private void Handle(object message, IActorRef sender)
    {
        if (_opened is null && !_isClosing && !_isStopping)
        {
            if (_early.Count < MaxEarly)
            {
                _early.Enqueue((message, sender));
            }

            return;
        }

        switch (message)
        {
            case AccountMessage.Locate:
                sender.Tell(_status);
                break;
            case AccountMessage.Send when _opened is null || _isClosing:
                sender.Tell(new AccountMessage.NotSent((int)FailureReason.LinkLost, _status.Node.Length == 0
                    ? $"There is no account named {_name}."
                    : $"Account {_name} is being closed, or moves to another node."));
                break;
            case AccountMessage.Send:
                _services.Sends.Tell(message, sender);
                break;
            case AccountMessage.FindResource find when _opened is { } opened && Jid.TryParse(find.Contact, out var contact):
                FindResourceAsync(opened.Contacts, contact).PipeTo(sender, Self);
                break;
            case LinkMessage.Register when _opened is { } opened && !_isClosing:
                Guests(opened.Connection).Tell(message, sender);
                break;
        }
    }

    /// <summary>Other nodes that run transfers of this account; most accounts have none.</summary>
    private IActorRef Guests(IActorRef connection) => _guests.IsNobody()
        ? _guests = Context.ActorOf(GuestLinksActor.Props(connection, _services.Engine.Settings.Connection), "guests")
        : _guests;

    private static async Task<AccountMessage.ResourceFound> FindResourceAsync(IActorRef contacts, Jid contact)
    {
        var found = await contacts.Ask<object>(new Contacts.FindResource(contact, Signalling.Auto), s_resourceTimeout).ConfigureAwait(false);
        return found is Contacts.Found { Resource: var resource }
            ? new AccountMessage.ResourceFound(resource.ToString(), 0, "")
            : found is Contacts.NotFound none
                ? new AccountMessage.ResourceFound("", (int)none.Reason, none.Detail)
                : throw new InvalidOperationException($"Unexpected reply: {found.GetType()}.");
    }

    private void Reload()
    {
        _early.Enqueue((new AccountMessage.Locate(_name), Sender));
        if (_opened is not null)
        {
            Close();
        }
        else if (!_isOpening)
        {
            HandleEarly();
        }
    }

    /// <summary>Hand-over: to another node, or the account is not known any more.</summary>
    private void Stop()
    {
        _isStopping = true;
        HandleEarly();
        if (_opened is not null)
        {
            Close();
        }
        else if (!_isOpening || Timers.IsTimerActive(Retry.Instance))
        {
            Context.Stop(Self);
        }
        else
        {
            _life.Cancel(); // the reply of the directory or of the engine comes
        }
    }

    private void Close()
    {
        if (!_isClosing)
        {
            _isClosing = true;
            _engine.Tell(new Engine.CloseAccount(_name, _services.DrainTimeout));
        }
    }

    private void Closed()
    {
        _log.Write(ClusterLog.AccountClosed, _name);
        _opened = null;
        _isClosing = false;
        Context.Unwatch(_engine);
        if (!_guests.IsNobody())
        {
            Context.Stop(_guests);
            _guests = ActorRefs.Nobody;
        }

        if (_isStopping)
        {
            Context.Stop(Self);
        }
        else
        {
            Find();
        }
    }

    private sealed record Found(ClientAccount? Account, IActorRef Engine) : INoSerializationVerificationNeeded;

    private sealed record Failed(Exception Reason) : INoSerializationVerificationNeeded;

    private sealed record Retry
    {
        public static Retry Instance { get; } = new();
    }

    /// <summary>From the shard.</summary>
    internal sealed record StopAccount
    {
        public static StopAccount Instance { get; } = new();
    }
}
