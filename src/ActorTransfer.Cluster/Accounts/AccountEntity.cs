using ActorTransfer.Actors;
using ActorTransfer.Actors.Connections;
using ActorTransfer.Actors.Logging;
using ActorTransfer.Cluster.Messages;
using ActorTransfer.Cluster.Nodes;
using ActorTransfer.Hosting.Internal;
using Akka.Actor;
using Akka.Cluster;
using Akka.Cluster.Sharding;
using Akka.Event;

namespace ActorTransfer.Cluster.Accounts;

/// <summary>
/// An account that lives on this node, a sharded entity: asks the directory for the credentials, opens the account in the engine of this node, and closes it
/// or leaves its session to the next node before it stops, so that it is never logged in on two nodes. States: asking the directory, and awaiting what the
/// previous node leaves -> opening -> open -> closing; what arrives while it is not open waits, and goes to the next node if the account moves.
/// </summary>
internal sealed partial class AccountEntity : ReceiveActor, IWithTimers
{
    private static readonly TimeSpan s_findTimeout = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan s_firstRetry = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan s_lastRetry = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan s_lastReclaim = TimeSpan.FromMinutes(10);

    private readonly string _name;
    private readonly AccountServices _services;
    private readonly Akka.Cluster.Cluster _cluster = Akka.Cluster.Cluster.Get(Context.System);
    private readonly ILoggingAdapter _log = ActorLog.GetLogger(Context);
    private readonly CancellationTokenSource _life = new();
    private AccountMessage.Located _status = new("", "", "", "", false, 0);
    private IActorRef _engine = ActorRefs.Nobody;
    private Engine.AccountOpened? _opened;
    private TimeSpan _retry = s_firstRetry;
    private TimeSpan _reclaim = s_firstRetry;
    private bool _isOpening;
    private bool _isClosing;
    private bool _isStopping;
    private bool _isUnknown;

    /// <summary>Use <see cref="Props(string, AccountServices)"/>.</summary>
    public AccountEntity(string name, AccountServices services)
    {
        (_name, _services) = (name, services);
        Receive<AccountMessage.Start>(_ => Sender.Tell(new AccountMessage.Started()));
        Receive<AccountMessage.Reload>(_ => Reload());
        Receive<StopAccount>(_ => Stop());
        Receive<AccountMessage.HandOver>(TakeOver);
        Receive<HandOverTimedOut>(_ => AwaitNoLonger());
        Receive<GuestLinksActor.Left>(_ => CloseAccount());
        Receive<Found>(Open);
        Receive<Failed>(failed => TryAgain(failed.Reason));
        Receive<Retry>(_ => Find());
        Receive<Engine.AccountOpened>(Opened);
        Receive<Engine.AccountRefused>(refused => TryAgain(new EngineException(refused.Reason)));
        Receive<Engine.AccountClosed>(Closed);
        Receive<Connection.Up>(up => _status = _status with { Self = up.Self.ToString(), Reason = "", IsForGood = false, Fault = 0 });
        Receive<Connection.Lost>(Lost);
        Receive<Connection.Closed>(_ => { }); // by this actor itself
        Receive<Reclaim>(_ => _opened?.Connection.Tell(new Connection.Reconnect()));
        Receive<Terminated>(_ => Context.Stop(Self), ended => ended.ActorRef.Equals(_engine));
        ReceiveAny(message => Handle(message, Sender));
    }

    /// <inheritdoc/>
    public ITimerScheduler Timers { get; set; } = null!;

    /// <param name="name">Name of the account.</param>
    /// <param name="services">What it needs.</param>
    public static Props Props(string name, AccountServices services) => Akka.Actor.Props.Create(() => new AccountEntity(name, services));

    /// <inheritdoc/>
    protected override void PreStart()
    {
        _services.Facts.Place(_name, isMoving: true);
        AwaitHandOver();
        Find();
    }

    /// <summary>An account that is stopped without being asked is closed nevertheless.</summary>
    protected override void PostStop()
    {
        _services.Facts.Remove(_name);
        _life.Cancel();
        _life.Dispose();
        if (_opened is not null)
        {
            _engine.Tell(new Engine.CloseAccount(_name, TimeSpan.Zero), ActorRefs.NoSender);
        }

        HandOver();
        _leaving.Dispose();
        PassOn();
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
        else if (_awaitsHandOver)
        {
            _found = found;
        }
        else
        {
            _found = null;
            _engine = Context.Watch(found.Engine);
            account = account.Jid.IsFull ? account : account with { Jid = account.Jid.WithResource(AccountServices.DefaultResource) };
            _status = new AccountMessage.Located(_cluster.SelfAddress.ToString(), account.Jid.Bare.ToString(), "", "", false, 0);
            _engine.Tell(new Engine.OpenAccount(Define(account)) { HandOver = HandOverOf(account.Jid) });
        }
    }

    private AccountDefinition Define(ClientAccount account)
    {
        var definition = _services.Define(account) with { Name = _name, Moves = IsLeaving() };
        return definition.Link is LinkDefinition.Client client ? definition with { Link = client with { Hold = Hold } } : definition;
    }

    /// <summary>How long the account must not log in: a node that was removed, or was frozen and may have been, does not have it any more.</summary>
    private TimeSpan Hold() =>
        _cluster.IsTerminated || _cluster.SelfMember.Status is MemberStatus.Down or MemberStatus.Removed
            ? SuspensionDetector.Caution
            : _services.Facts.Suspension.Hold();

    /// <summary>Not an account of the directory: it is not started again, until someone names it.</summary>
    private void Forget()
    {
        _log.Write(ClusterLog.AccountUnknown, _name);
        _isOpening = false;
        _isUnknown = true;
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
        _retry = Doubled(_retry, s_lastRetry);
    }

    private void Opened(Engine.AccountOpened opened)
    {
        _isOpening = false;
        _opened = opened;
        _handOver = SessionHandOver.None;
        _retry = s_firstRetry;
        if (_isStopping)
        {
            Close();
            return;
        }

        _services.Facts.Place(_name, isMoving: false);
        _log.Write(ClusterLog.AccountOpened, _name);
        opened.Connection.Tell(new Connection.Subscribe());
        HandleEarly();
    }

    /// <summary>
    /// Another session of the same address has replaced this one: that of a client of the user, or of a node that was removed and does not know it yet. The
    /// account lives here, so it is taken back, ever later.
    /// </summary>
    private void Lost(Connection.Lost lost)
    {
        _status = _status with { Self = "", Reason = lost.Reason, IsForGood = lost.ForGood, Fault = (int)lost.Fault };
        if (lost is { Fault: LinkFault.Conflict, ForGood: true } && !Timers.IsTimerActive(Reclaim.Instance))
        {
            Timers.StartSingleTimer(Reclaim.Instance, Reclaim.Instance, _reclaim);
            _reclaim = Doubled(_reclaim, s_lastReclaim);
        }
    }

    private static TimeSpan Doubled(TimeSpan delay, TimeSpan most) => TimeSpan.FromTicks(Math.Min(most.Ticks, 2 * delay.Ticks));

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

    private sealed record Found(ClientAccount? Account, IActorRef Engine) : INoSerializationVerificationNeeded;

    private sealed record Failed(Exception Reason) : INoSerializationVerificationNeeded;

    private sealed record Retry
    {
        public static Retry Instance { get; } = new();
    }

    private sealed record Reclaim
    {
        public static Reclaim Instance { get; } = new();
    }

    /// <summary>From the shard.</summary>
    internal sealed record StopAccount
    {
        public static StopAccount Instance { get; } = new();
    }
}
