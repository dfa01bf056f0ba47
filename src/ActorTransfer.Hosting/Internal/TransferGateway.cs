using ActorTransfer.Actors;
using ActorTransfer.Actors.Connections;
using ActorTransfer.Actors.Transfers;
using Akka.Actor;
using Akka.Event;

namespace ActorTransfer.Hosting.Internal;

/// <summary>
/// Connects tasks and actors: keeps the <see cref="TransferHandle"/> of each transfer of the application and feeds it the transfer's events;
/// passes offers to the reader; tracks readiness. Top-level; stops with the system. Once the engine has stopped, every call fails at once
/// with that reason.
/// </summary>
internal sealed class TransferGateway : ReceiveActor
{
    private readonly Dictionary<TransferId, TransferHandle> _handles = [];
    private readonly HashSet<TransferHandle> _starting = [];
    private readonly HashSet<IActorRef> _notReady = [];
    private readonly Dictionary<IActorRef, string> _down = [];

    /// <summary>Of the connections that are down, those that the server refused.</summary>
    private readonly HashSet<IActorRef> _refused = [];
    private readonly List<WaitReady> _waiting = [];
    private readonly List<FindProxy> _finding = [];
    private readonly HashSet<IActorRef> _listening = [];
    private readonly Dictionary<TransferId, TaskCompletionSource<bool>> _rejecting = [];
    private IActorRef _engine = ActorRefs.Nobody;
    private Engine.Parts? _parts;
    private ReadOffers? _reader;
    private string? _fault;
    private string? _gone;

    public TransferGateway()
    {
        Receive<Serve>(Begin);
        Receive<StartSend>(Start);
        Receive<Transfer.Started>(Started);
        Receive<Transfer.NotStarted>(NotStarted);
        Receive<Transfer.IEvent>(Happened);
        Receive<TakeOffer>(Take);
        Receive<ReadOffers>(Read);
        Receive<Transfer.Offered>(Offered);
        Receive<Transfer.Withdrawn>(withdrawn => _reader?.Remove(withdrawn.Id));
        Receive<RejectOffer>(Reject);
        Receive<Transfer.Declined>(Rejected);
        Receive<CancelTransfer>(cancel => Cancel(cancel.Handle));
        Receive<StartRecording>(Record);
        Receive<WaitReady>(Wait);
        Receive<Engine.Parts>(Learn);
        Receive<Connection.Up>(_ => IsReady(Sender));
        Receive<FindProxy>(Find);
        Receive<FindParts>(find => find.Found.TrySetResult(_gone is null ? _parts : null));
        Receive<BytestreamsProxy.Status>(_ => Listens(Sender));
        Receive<Connection.Lost>(Lost);
        Receive<Engine.Fault>(fault => Die(fault.Why), fault => fault.AtStart);
        Receive<Terminated>(_ => EndWithEngine());
        ReceiveAny(_ => { });
    }

    public static Props Props() => Akka.Actor.Props.Create(() => new TransferGateway());

    protected override void PostStop()
    {
        foreach (var handle in _handles.Values.Concat(_starting))
        {
            handle.Cancelled();
        }

        Die("The application has stopped.");
    }

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
            ActorLog.GetLogger(Context).Error(exception, "A call of the application failed: {Reason}", exception.Message);
            FailCaller(message, new EngineException($"The call failed: {exception.Message}", forGood: false));
            return true;
        }
    }

    private void FailCaller(object message, EngineException why)
    {
        switch (message)
        {
            case StartSend { Handle: { } handle }:
                _starting.Remove(handle);
                handle.NeverBegan(why);
                break;
            case TakeOffer { Handle: { } handle }:
                handle.Fail(why.Message);
                break;
            case RejectOffer reject:
                reject.Rejected.TrySetException(why);
                break;
            case WaitReady wait:
                wait.Ready.TrySetException(why);
                break;
            case FindProxy find:
                find.Found.TrySetException(why);
                break;
            case FindParts find:
                find.Found.TrySetException(why);
                break;
            case StartRecording start:
                start.Started.TrySetException(why);
                break;
        }
    }

    private void Begin(Serve serve)
    {
        _engine = Context.Watch(serve.Engine);
        _engine.Tell(new Engine.GetParts());
    }

    private void Start(StartSend start)
    {
        if (_gone is not null)
        {
            start.Handle.NeverBegan(new EngineException(_gone));
            return;
        }

        _starting.Add(start.Handle);
        _engine.Tell(start.Order with { Observer = Self, Tag = start.Handle });
    }

    /// <summary>A transfer without a handle, cancelled meanwhile or forgotten in a crash, must not continue unobserved.</summary>
    private void Started(Transfer.Started started)
    {
        if (started.Tag is TransferHandle handle && _starting.Remove(handle))
        {
            _handles.Add(started.Id, handle);
            handle.Began(started.Id);
        }
        else
        {
            Sender.Tell(new Transfer.Cancel(started.Id));
        }
    }

    private void NotStarted(Transfer.NotStarted refused)
    {
        if (refused.Tag is TransferHandle handle && _starting.Remove(handle))
        {
            handle.NeverBegan(refused.Reason, refused.Detail);
        }
    }

    private void Cancel(TransferHandle handle)
    {
        if (_starting.Remove(handle))
        {
            handle.Cancelled();
        }
        else
        {
            _engine.Tell(new Transfer.Cancel(handle.Id));
        }
    }

    private void Happened(Transfer.IEvent happened)
    {
        if (_handles.TryGetValue(happened.Id, out var handle))
        {
            handle.On(happened);
        }

        if (happened is Transfer.Ended)
        {
            _handles.Remove(happened.Id);
        }
    }

    private void Take(TakeOffer take)
    {
        if (_gone is not null)
        {
            take.Handle.Fail(_gone);
            return;
        }

        _handles.Add(take.Handle.Id, take.Handle);
        _engine.Tell(take.Order with { Observer = Self });
    }

    private void Reject(RejectOffer reject)
    {
        if (_gone is not null)
        {
            reject.Rejected.TrySetException(new EngineException(_gone));
            return;
        }

        _rejecting.Add(reject.Id, reject.Rejected);
        _engine.Tell(new Transfer.Decline(reject.Id, reject.Reason) { ReplyTo = Self });
    }

    private void Rejected(Transfer.Declined declined)
    {
        if (_rejecting.Remove(declined.Id, out var rejected))
        {
            rejected.TrySetResult(declined.IsDone);
        }
    }

    private void Read(ReadOffers read)
    {
        _reader = read;
        _engine.Tell(new Transfer.SubscribeOffers(Self));
    }

    private void Offered(Transfer.Offered offered)
    {
        if (_reader?.Add(offered) != true)
        {
            Sender.Tell(new Transfer.Decline(offered.Id, "too many pending offers") { ForNow = true });
        }
    }

    /// <summary>Subscribed here and not by the recorder, so that no event is missed once the caller has the recording.</summary>
    private void Record(StartRecording start)
    {
        var recorder = Context.ActorOf(TraceRecorder.Props(start.Capacity));
        Context.System.EventStream.Subscribe(recorder, typeof(StanzaTraced));
        Context.System.EventStream.Subscribe(recorder, typeof(Transfer.Entered));
        start.Started.TrySetResult(new TraceRecording(recorder));
    }

    private void Wait(WaitReady wait)
    {
        _waiting.Add(wait);
        Settle();
    }

    private void Find(FindProxy find)
    {
        _finding.Add(find);
        Settle();
    }

    private void Learn(Engine.Parts parts)
    {
        _parts = parts;
        foreach (var connection in parts.Connections.Values.Concat(parts.ProxyConnections.Values))
        {
            _notReady.Add(connection);
            connection.Tell(new Connection.Subscribe());
        }

        foreach (var proxy in parts.Proxies.Values)
        {
            _notReady.Add(proxy);
            proxy.Tell(new BytestreamsProxy.GetStatus());
        }

        Settle();
    }

    private void Listens(IActorRef proxy)
    {
        _listening.Add(proxy);
        IsReady(proxy);
    }

    private void IsReady(IActorRef part)
    {
        _notReady.Remove(part);
        _down.Remove(part);
        _refused.Remove(part);
        Settle();
    }

    private void Lost(Connection.Lost lost)
    {
        _notReady.Add(Sender);
        _down[Sender] = $"connection {lost.Name}: {lost.Why}";
        if (lost.ForGood)
        {
            _refused.Add(Sender);
        }
        else
        {
            _refused.Remove(Sender);
        }

        Settle();
    }

    /// <summary>Unlike a refused connection, a stopped engine ends everything and does not recover.</summary>
    private void Die(string why)
    {
        _gone ??= why;
        Fail(why);
        foreach (var rejected in _rejecting.Values)
        {
            rejected.TrySetException(new EngineException(why));
        }

        _rejecting.Clear();
    }

    private void EndWithEngine()
    {
        Die("the engine has stopped");
        Abandon(_gone!);
    }

    /// <summary>No more events will arrive for these.</summary>
    private void Abandon(string why)
    {
        foreach (var handle in _starting)
        {
            handle.NeverBegan(new EngineException(why));
        }

        foreach (var handle in _handles.Values)
        {
            handle.Fail(why);
        }

        _starting.Clear();
        _handles.Clear();
    }

    private void Fail(string why)
    {
        _fault ??= why;
        Settle();
    }

    private void Settle()
    {
        var ready = _parts is not null && _notReady.Count == 0;
        var down = _down.Values.FirstOrDefault();
        var fault = _fault ?? (_refused.Count > 0 ? _down[_refused.First()] : null);
        _waiting.RemoveAll(waiting => fault switch
        {
            not null => waiting.Ready.TrySetException(new EngineException(fault)),
            null when ready => waiting.Ready.TrySetResult(),
            null when down is not null && !waiting.KeepTrying => waiting.Ready.TrySetException(new EngineException(down, forGood: false)),
            _ => waiting.Ready.Task.IsCompleted,
        });
        _finding.RemoveAll(find => _gone is not null ? find.Found.TrySetException(new EngineException(_gone)) : IsFound(find));
    }

    private bool IsFound(FindProxy find)
    {
        if (_parts is null)
        {
            return find.Found.Task.IsCompleted;
        }

        return !_parts.Proxies.TryGetValue(find.Address, out var proxy)
            ? find.Found.TrySetException(new EngineException($"There is no proxy {find.Address}."))
            : _listening.Contains(proxy) && find.Found.TrySetResult(proxy);
    }

    /// <summary>The first message: provides the engine.</summary>
    internal sealed record Serve(IActorRef Engine);

    /// <summary>Begin a transfer and feed this handle.</summary>
    internal sealed record StartSend(Transfer.Send Order, TransferHandle Handle);

    /// <summary>Accept an offer and feed this handle.</summary>
    internal sealed record TakeOffer(Transfer.Accept Order, TransferHandle Handle);

    /// <summary>Pass offers to this reader, which returns false when it is full, and notify it of those that have ended.</summary>
    internal sealed record ReadOffers(Func<Transfer.Offered, bool> Add, Action<TransferId> Remove);

    /// <summary>Reject an offer and complete this when the refusal is on its way (true), or when the offer has ended (false).</summary>
    internal sealed record RejectOffer(TransferId Id, string? Reason, TaskCompletionSource<bool> Rejected);

    /// <summary>End this transfer, whether it has begun or not.</summary>
    internal sealed record CancelTransfer(TransferHandle Handle);

    /// <summary>Complete this when everything is ready; unless <paramref name="KeepTrying"/>, fail it when a connection is down.</summary>
    internal sealed record WaitReady(TaskCompletionSource Ready, bool KeepTrying);

    /// <summary>Complete this with the proxy of this address when it listens.</summary>
    internal sealed record FindProxy(Jid Address, TaskCompletionSource<IActorRef> Found);

    /// <summary>Complete this at once with the engine's parts; null = there are none.</summary>
    internal sealed record FindParts(TaskCompletionSource<Engine.Parts?> Found);

    /// <summary>Start a recording.</summary>
    internal sealed record StartRecording(int Capacity, TaskCompletionSource<ITraceRecording> Started);
}
