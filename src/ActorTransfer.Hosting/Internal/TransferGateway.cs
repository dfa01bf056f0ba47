using System.Collections.Immutable;
using ActorTransfer.Actors;
using ActorTransfer.Actors.Connections;
using ActorTransfer.Actors.Transfers;
using Akka.Actor;
using Akka.Event;

namespace ActorTransfer.Hosting.Internal;

/// <summary>
/// Connects the public API and the engine where state must be kept between them: tracks readiness, passes offers to the application's reader, and reports the
/// start and the end of the engine to <see cref="EngineLifetime"/>. Calls that concern one transfer go to the transfers actor directly.
/// Top-level; stops with the system.
/// </summary>
internal sealed partial class TransferGateway : ReceiveActor
{
    private readonly EngineInstance _instance;
    private readonly EngineLifetime _lifetime;
    private readonly Readiness _readiness = new();
    private IActorRef _transfers = ActorRefs.Nobody;
    private ReadOffers? _reader;

    public TransferGateway(EngineInstance instance)
    {
        _instance = instance;
        _lifetime = instance.Lifetime;
        Receive<Serve>(Begin);
        Receive<ReadOffers>(Read);
        Receive<Transfer.Offered>(offered => _reader?.Add(offered, Sender));
        Receive<Transfer.Withdrawn>(withdrawn => _reader?.Remove(withdrawn.Id));
        Receive<StartRecording>(Record);
        Receive<WaitReady>(_readiness.Wait);
        Receive<FindProxy>(_readiness.Wait);
        Receive<GetHealth>(_ => Sender.Tell(_readiness.Report()));
        Receive<Engine.Parts>(Started);
        Receive<Engine.AccountOpened>(Opened);
        Receive<Engine.AccountClosed>(Closed);
        Receive<Serving>(_ => Observe(_lifetime.Current!));
        Receive<Connection.Up>(Up);
        Receive<Connection.Lost>(Lost);
        Receive<BytestreamsProxy.Status>(_ => _readiness.Listens(Sender));
        Receive<Engine.Fault>(fault => End(fault.Reason), fault => fault.AtStart && fault.Engine.Path.Name == _instance.Name);
        Receive<Terminated>(Ended);
        Receive<ConfigurationReload.Changed>(_ => _instance.Reload.Apply(ActorLog.GetLogger(Context)));
        ReceiveRequests();
        ReceiveAny(_ => { });
    }

    public static Props Props(EngineInstance engine) => Akka.Actor.Props.Create(() => new TransferGateway(engine));

    protected override void PostStop() => End("The application has stopped.", byApplication: true);

    /// <summary>A fault affects only the message that caused it, as in the engine: its caller gets the failure.</summary>
    protected override bool AroundReceive(Receive receive, object message)
    {
        try
        {
            return base.AroundReceive(receive, message);
        }
#pragma warning disable CA1031 // this actor has no parent of ours that could let it resume
        catch (Exception exception)
#pragma warning restore CA1031
        {
            ActorLog.GetLogger(Context).Write(exception, HostingLog.CallFailed, exception.Message);
            (message as ICall)?.Fail(new EngineException($"The call failed: {exception.Message}", forGood: false));
            return true;
        }
    }

    private static void Begin(Serve serve) => Context.Watch(serve.Engine).Tell(new Engine.GetParts { Follows = true });

    private void Started(Engine.Parts parts)
    {
        _lifetime.Started(parts);
        _transfers = parts.Transfers;
        SubscribeOffers();
        WatchTransfers();
        _transfers.Ask<Transfer.Active>(new Transfer.GetActive(), Timeout.InfiniteTimeSpan).PipeTo(Self, success: _ => new Serving());
    }

    /// <summary>Connections whose requests the transfers actor did not serve yet would refuse offers: no account is ready before.</summary>
    private void Observe(Engine.Parts parts)
    {
        _readiness.Started(parts);
        foreach (var connection in parts.Connections.Values.Concat(parts.ProxyConnections.Values))
        {
            connection.Tell(new Connection.Subscribe());
        }

        foreach (var proxy in parts.Proxies.Values)
        {
            proxy.Tell(new BytestreamsProxy.GetStatus());
        }
    }

    private void Opened(Engine.AccountOpened opened)
    {
        _lifetime.Changed(_lifetime.Current!.With(opened));
        if (_readiness.Opened(opened))
        {
            opened.Connection.Tell(new Connection.Subscribe());
        }
    }

    private void Closed(Engine.AccountClosed closed)
    {
        _lifetime.Changed(_lifetime.Current!.Without(closed));
        _readiness.Closed(closed);
        _connections.Remove(closed.Name);
    }

    private void Up(Connection.Up up)
    {
        _connections[up.Name] = new AccountStatus.Online(up.Self);
        _readiness.Up(Sender);
    }

    private void Lost(Connection.Lost lost)
    {
        _connections[lost.Name] = AccountWatcher.Status(lost);
        _readiness.Down(Sender, lost);
    }

    /// <summary>The engine, or a subscriber.</summary>
    private void Ended(Terminated terminated)
    {
        if (_subscribers.Contains(terminated.ActorRef))
        {
            Unsubscribe(terminated.ActorRef);
        }
        else
        {
            End("the engine has stopped");
        }
    }

    /// <summary>Unlike a refused connection, a stopped engine ends everything and does not recover.</summary>
    private void End(string reason, bool byApplication = false)
    {
        _lifetime.Stopped(reason, byApplication);
        _readiness.Ended(reason);
    }

    private void Read(ReadOffers read)
    {
        _reader = read;
        SubscribeOffers();
    }

    private void SubscribeOffers()
    {
        if (_reader is not null)
        {
            _transfers.Tell(new Transfer.SubscribeOffers(Self));
        }
    }

    /// <summary>Subscribed here and not by the recorder, so that no event is missed once the caller has the recording.</summary>
    private static void Record(StartRecording start)
    {
        var recorder = Context.ActorOf(TraceRecorder.Props(start.Capacity));
        Context.System.EventStream.Subscribe(recorder, typeof(StanzaTraced));
        Context.System.EventStream.Subscribe(recorder, typeof(Transfer.Entered));
        start.Started.TrySetResult(new TraceRecording(recorder));
    }

    /// <summary>The first message: provides the engine.</summary>
    internal sealed record Serve(IActorRef Engine);

    /// <summary>The transfers actor has started.</summary>
    private sealed record Serving;

    /// <summary>Pass offers to this reader, with the parent of their transfers, and notify it of those that have ended.</summary>
    internal sealed record ReadOffers(Action<Transfer.Offered, IActorRef> Add, Action<TransferId> Remove);

    /// <summary>A call that waits for its result.</summary>
    internal interface ICall
    {
        void Fail(EngineException reason);
    }

    /// <summary>Complete this when everything is ready; unless <paramref name="KeepTrying"/>, fail it when a connection is down.</summary>
    internal sealed record WaitReady(TaskCompletionSource Ready, bool KeepTrying) : ICall
    {
        public void Fail(EngineException reason) => Ready.TrySetException(reason);
    }

    /// <summary>Complete this with the proxy of this address when it listens.</summary>
    internal sealed record FindProxy(Jid Address, TaskCompletionSource<IActorRef> Found) : ICall
    {
        public void Fail(EngineException reason) => Found.TrySetException(reason);
    }

    /// <summary>The sender gets <see cref="Health"/>.</summary>
    internal sealed record GetHealth;

    /// <summary>What is not ready.</summary>
    /// <param name="Faults">Names and reasons.</param>
    /// <param name="AccountsUp">Accounts that are connected.</param>
    internal sealed record Health(ImmutableArray<KeyValuePair<string, string>> Faults, int AccountsUp);

    /// <summary>Start a recording.</summary>
    internal sealed record StartRecording(int Capacity, TaskCompletionSource<ITraceRecording> Started) : ICall
    {
        public void Fail(EngineException reason) => Started.TrySetException(reason);
    }
}
