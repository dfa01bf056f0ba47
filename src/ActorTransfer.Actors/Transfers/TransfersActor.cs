using ActorTransfer.Actors.Connections;
using ActorTransfer.Actors.InBand;
using ActorTransfer.Protocol;
using ActorTransfer.Protocol.FileTransfer;
using ActorTransfer.Protocol.Ibb;
using ActorTransfer.Protocol.ProxyService;
using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Protocol.StreamInitiation;
using ActorTransfer.Protocol.Xml;
using Akka.Actor;
using Akka.Event;

namespace ActorTransfer.Actors.Transfers;

/// <summary>
/// Parent of all transfers: admits them, starts their actors, routes requests of peers to the session they belong to, and reports their outcomes.
/// Child of the engine. A transfer that crashes is stopped and reported as <see cref="FailureReason.InternalError"/>; the others go on.
/// </summary>
internal sealed partial class TransfersActor : RequestHandlerActor, IWithTimers
{
    /// <summary>
    /// Unique in the process, not in this instance: after a restart, the number of an old offer must not match a new one.
    /// </summary>
    private static long s_lastId;

    private readonly TransferServices _services;
    private readonly InBandServices _inBand;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly Dictionary<string, Account> _accounts;
    private readonly Dictionary<TransferId, Entry> _entries = [];
    private readonly Dictionary<SessionKey, TransferId> _sessions = [];
    private readonly Dictionary<Jid, int> _offersByPeer = [];
    private readonly List<IActorRef> _drainers = [];
    private readonly Dictionary<string, Connection.Lost> _losses = [];
    private IActorRef _offers = ActorRefs.Nobody;
    private int _undecided;
    private bool _draining;

    /// <summary>The subscriber to offers has stopped: no decision will come.</summary>
    private bool _subscriberStopped;

    /// <summary>Use <see cref="Props(IEnumerable{Account}, TransferServices)"/>.</summary>
    public TransfersActor(IEnumerable<Account> accounts, TransferServices services)
    {
        _services = services;
        _inBand = InBandServices.Create(Context, services.Settings);
        _admission = new Admission(services.Settings.Transfers.Admission);
        _accounts = accounts.ToDictionary(account => account.Name);
        Receive<Connection.Up>(Up);
        Receive<Connection.Lost>(Lost);
        Receive<Connection.Requested>(Requested);
        Receive<Transfer.Send>(Send);
        Receive<Transfer.SubscribeOffers>(Subscribe);
        Receive<Transfer.Accept>(Accept);
        Receive<Transfer.Decline>(Decline);
        Receive<Transfer.Cancel>(Cancel);
        Receive<Transfer.Offered>(Offered);
        Receive<Transfer.Entered>(Entered);
        Receive<Transfer.SessionChanged>(changed => Rekey(changed.Id, changed.SessionId));
        Receive<Transfer.Ended>(Ended);
        Receive<Transfer.GetActive>(_ => Sender.Tell(new Transfer.Active([.. _entries.Keys])));
        Receive<Transfer.Drain>(Drain);
        Receive<DrainOver>(_ => CancelAll());
        Receive<TransferStopped>(stopped => Remove(stopped.Id));
        Receive<QueueTimedOut>(_ => ExpireQueued());
        Receive<OfflineOver>(_ => EndOffline());
        Receive<ReuseOver>(over => RefuseReuse(over.Id));
        Receive<Terminated>(ended => SubscriberStopped(ended.ActorRef));
    }

    /// <param name="accounts">The connections that transfers can use.</param>
    /// <param name="services">What transfers need.</param>
    public static Props Props(IEnumerable<Account> accounts, TransferServices services) =>
        Akka.Actor.Props.Create(() => new TransfersActor(accounts, services));

    /// <summary>A half-done state machine cannot be replayed: a crashed transfer is stopped.</summary>
    protected override SupervisorStrategy SupervisorStrategy() => Akka.Actor.SupervisorStrategy.StoppingStrategy;

    /// <inheritdoc/>
    protected override void PreStart()
    {
        foreach (var account in _accounts.Values)
        {
            account.Connection.Tell(new Connection.Serve(Namespaces.StreamInitiation, Self));
            account.Connection.Tell(new Connection.Serve(Namespaces.Bytestreams, Self));
            account.Connection.Tell(new Connection.Serve(Namespaces.Ibb, Self));
            account.Connection.Tell(new Connection.Subscribe());
        }
    }

    /// <summary>The transfers end with this actor; their observers are notified.</summary>
    protected override void PostStop()
    {
        EndQueue();
        foreach (var id in _entries.Keys.ToArray())
        {
            RefuseReuse(id);
            Remove(id);
        }
    }

    /// <summary>A fault affects only the message that caused it (see <see cref="EngineActor"/>); a sender that waits for a reply gets one.</summary>
    protected override bool AroundReceive(Receive receive, object message)
    {
        try
        {
            return base.AroundReceive(receive, message);
        }
        catch (Exception exception) when (message is Transfer.Send)
        {
            Sender.Tell(new Transfer.NotStarted(FailureReason.InternalError, exception.Message));
            throw;
        }
    }

    private void Update(string name, Jid? self)
    {
        if (_accounts.TryGetValue(name, out var account))
        {
            _accounts[name] = account with { Self = self };
        }
    }

    private void Up(Connection.Up up)
    {
        Update(up.Name, up.Self);
        _losses.Remove(up.Name);
        BeginOffline(up.Name);
    }

    /// <summary>Own transfers that have not begun survive a loss, unless the server refused the account; offers of peers do not.</summary>
    private void Lost(Connection.Lost lost)
    {
        Update(lost.Name, null);
        ForgetReuse(lost.Name);
        _losses[lost.Name] = lost;
        EndQueue(
            entry => entry.IsTarget && entry.Account == lost.Name,
            entry => Ended(entry, TransferSide.Server, FailureReason.LinkLost, "The link to the server was lost."));
        if (lost.ForGood)
        {
            EndQueue(entry => entry.Account == lost.Name, entry => Ended(entry, TransferSide.Server, FailureReason.LinkLost, WhyDown(lost.Name)));
        }
        else
        {
            AwaitConnection(lost.Name);
        }

        foreach (var entry in _entries.Values.Where(entry => entry.IsTarget && entry.Account == lost.Name))
        {
            entry.Actor.Tell(new TargetInput.LinkLost());
        }
    }

    private void Send(Transfer.Send send)
    {
        if (Refusal(send) is var (reason, why))
        {
            Sender.Tell(new Transfer.NotStarted(reason, why));
            return;
        }

        var account = _accounts[send.Connection];
        var file = send.Content.Description;
        var id = NextId();
        var verdict = account.Self is null ? AskOffline() : _admission.Ask(id.Value, send.To.Bare, isOffer: false, Now);
        if (verdict.Decision == Decision.Refuse)
        {
            Telemetry.TransferRefused(sends: true, verdict.Limit);
            Sender.Tell(new Transfer.NotStarted(FailureReason.Overloaded, WhyRefused(verdict.Limit)));
            return;
        }

        Sender.Tell(new Transfer.Started(id));
        var key = new SessionKey(send.From ?? account.Self, send.To, Outgoing: true, "");
        Admit(new Entry(id, key, account.Name, send.Observer) { Order = send, File = file }, verdict);
    }

    /// <summary>The own address may not have been known before: the session begins here.</summary>
    private Props Plan(Entry entry, Transfer.Send send)
    {
        var account = _accounts[entry.Account];
        var plan = new InitiatorPlan(send.From ?? account.Self!, send.To, SessionIds.Random(), entry.File!)
        {
            Methods = send.Terms.Methods,
            InBandMost = _services.Settings.InBand.MaxFileSize,
            SecondSessionId = _services.Settings.Initiator.OfferAgain ? SessionIds.Random() : null,
            LockStepSessionId = _services.Settings.Initiator.OfferAgain ? SessionIds.Random() : null,
        };
        entry.Key = new SessionKey(plan.Self, plan.Peer, Outgoing: true, plan.SessionId);
        entry.Order = null;
        _sessions.Add(entry.Key, entry.Id);
        _log.Info(
            "Transfer {TransferId}: offering {Peer} {File}, {Bytes} bytes, session {SessionId}",
            entry.Id, plan.Peer, plan.File.Name, plan.File.Size, Short(plan.SessionId));
        return InitiatorActor.Props(entry.Id, plan, send, account, _services, _inBand);
    }

    private (FailureReason Reason, string Why)? Refusal(Transfer.Send send)
    {
        if (_draining)
        {
            return (FailureReason.Overloaded, "The engine is shutting down.");
        }

        if (!_accounts.TryGetValue(send.Connection, out var account))
        {
            return (FailureReason.LinkLost, $"There is no connection named {send.Connection}.");
        }

        if (send.Terms.Methods == StreamMethods.None)
        {
            return (FailureReason.NoMethod, "No method is allowed.");
        }

        if (!send.To.IsOneEntity)
        {
            return (FailureReason.NotSupported, $"{send.To} has no resource; files are sent to a full JID such as {send.To}/home.");
        }

        var mayWait = _services.Settings.Transfers.Admission.MaxQueuedSends > 0 && _losses.GetValueOrDefault(account.Name) is not { ForGood: true };
        return account.Self is null && !mayWait ? (FailureReason.LinkLost, WhyDown(account.Name)) : null;
    }

    private void Requested(Connection.Requested requested)
    {
        var (request, connection) = (requested.Request, Sender);
        var account = _accounts.Values.FirstOrDefault(account => account.Connection.Equals(connection));
        if (account is null || request is not { Type: IqType.Set, From: { } from, To: not null, Payload: { } payload })
        {
            connection.Tell(new Connection.Reply(request.Fail(StanzaError.ServiceUnavailable)));
        }
        else if (payload.Namespace == Namespaces.StreamInitiation)
        {
            OfferArrived(request, from, request.To, account);
        }
        else
        {
            BytestreamArrived(requested, new SessionKey(request.To, from, Outgoing: false, payload["sid"] ?? ""), payload);
        }
    }

    /// <summary>
    /// Only an accepted session can make this side open streams. The blocks and closes of an in-band bytestream go to its actor
    /// (<see cref="Connection.ServeInBand"/>); those that arrive here have none.
    /// </summary>
    private void BytestreamArrived(Connection.Requested requested, SessionKey session, XmlElement payload)
    {
        var isInBand = payload.Namespace == Namespaces.Ibb;
        if (session.SessionId.Length > 0 && (!isInBand || IbbOpen.Is(payload)) && _sessions.TryGetValue(session, out var id) && Begun(id) is { } actor)
        {
            actor.Forward(requested);
            return;
        }

        Sender.Tell(new Connection.Reply(requested.Request.Fail(
            session.SessionId.Length == 0 ? StanzaError.BadRequest
            : !isInBand ? StanzaError.NotAcceptable
            : IbbOpen.Is(payload) ? StanzaError.NotAcceptable with { Type = ErrorType.Cancel }
            : StanzaError.ItemNotFound)));
    }

    private void Entered(Transfer.Entered entered)
    {
        if (!_entries.TryGetValue(entered.Id, out var entry))
        {
            return;
        }

        entry.State = entered.State;
        if (entered.State != TransferState.Offer)
        {
            CloseOffer(entry);
        }

        Publish(entered);
    }

    /// <summary>Sent before <see cref="TransferStopped"/>; after a restart it may refer to a transfer from before it.</summary>
    private void Ended(Transfer.Ended ended)
    {
        if (_entries.TryGetValue(ended.Id, out var entry))
        {
            entry.Outcome = ended.Outcome;
        }
    }

    private void Publish(Transfer.Entered entered)
    {
        _log.Debug("Transfer {TransferId} entered {State}", entered.Id, entered.State);
        if (_services.Settings.Connection.Trace)
        {
            Context.System.EventStream.Publish(entered);
        }
    }

    private void Admit(Entry entry, AdmissionDecision verdict)
    {
        _entries.Add(entry.Id, entry);
        if (entry.IsTarget)
        {
            _sessions.Add(entry.Key, entry.Id);
        }

        if (verdict.Decision == Decision.Begin)
        {
            Begin(entry);
        }
        else
        {
            Wait(entry, verdict.Limit);
        }
    }

    private void Begin(Entry entry)
    {
        var props = entry.Order is { } order ? Plan(entry, order) : entry.Props!;
        entry.Actor = Context.ActorOf(props, entry.Id.ToString());
        entry.Props = null;
        Context.WatchWith(entry.Actor, new TransferStopped(entry.Id));
        Telemetry.TransferBegan(sends: !entry.IsTarget);
    }

    private void Rekey(TransferId id, string sessionId)
    {
        if (_entries.TryGetValue(id, out var entry))
        {
            _sessions.Remove(entry.Key);
            entry.Key = entry.Key with { SessionId = sessionId };
            _sessions.Add(entry.Key, id);
        }
    }

    private void Forward(TransferId id, object message) => _entries.GetValueOrDefault(id)?.Actor.Tell(message);

    /// <summary>The outcome is reported when the actor has stopped, so that everything is released by then.</summary>
    private void Remove(TransferId id)
    {
        if (!_entries.Remove(id, out var entry))
        {
            return;
        }

        _sessions.Remove(entry.Key);
        CloseOffer(entry);
        if (entry.IsShown)
        {
            _offers.Tell(new Transfer.Withdrawn(id));
        }

        entry.Decliner?.Tell(new Transfer.Declined(id, entry.Outcome is TransferOutcome.Refused { By: TransferSide.Local }));
        var began = !entry.Actor.IsNobody();
        if (entry is { Outcome: null, State: TransferState.Offer, Request: { } owed })
        {
            _accounts[entry.Account].Connection.Tell(new Connection.Reply(owed.Fail(StanzaError.InternalServerError)));
        }

        var outcome = entry.Outcome
            ?? new TransferOutcome.Failed(entry.State, TransferSide.Local, FailureReason.InternalError, "The transfer stopped unexpectedly; see the log.");
        if (entry.Key.Self is { } self)
        {
            var last = new Transfer.Entered(id, outcome.EndState, Context.System.Scheduler.Now, self);
            Publish(last);
            entry.Observer.Tell(last);
        }

        _log.Info("Transfer {TransferId} ended: {Outcome}", id, outcome);
        Telemetry.TransferEnded(sends: !entry.IsTarget, outcome, began);
        entry.Observer.Tell(new Transfer.Ended(id, outcome));
        if (began)
        {
            BeginNext(entry.Key.Peer);
        }

        AdmitReuse(entry);
        TellDrained();
    }

    private static TransferId NextId() => new(Interlocked.Increment(ref s_lastId));

    private static string Short(string sessionId) => sessionId.Length <= 8 ? sessionId : sessionId[..8];

    private sealed record TransferStopped(TransferId Id);

    private sealed class Entry(TransferId id, SessionKey key, string account, IActorRef observer)
    {
        public TransferId Id { get; } = id;

        public SessionKey Key { get; set; } = key;

        public string Account { get; } = account;

        public bool IsTarget => !Key.Outgoing;

        public IActorRef Observer { get; set; } = observer;

        /// <summary><see cref="ActorRefs.Nobody"/> while it is queued.</summary>
        public IActorRef Actor { get; set; } = ActorRefs.Nobody;

        /// <summary>Target, while it is queued.</summary>
        public Props? Props { get; set; }

        /// <summary>Initiator, while it is queued.</summary>
        public Transfer.Send? Order { get; set; }

        /// <summary>Initiator: what is offered.</summary>
        public FileDescription? File { get; init; }

        /// <summary>Its place among those that wait for their account's connection; null = it does not wait.</summary>
        public LinkedListNode<Entry>? Offline { get; set; }

        /// <summary>End of that wait.</summary>
        public DateTimeOffset OfflineUntil { get; set; }

        public TransferState State { get; set; } = TransferState.Offer;

        public TransferOutcome? Outcome { get; set; }

        public bool HasOpenOffer { get; set; }

        /// <summary>The offer was shown to the application and is pending.</summary>
        public bool IsShown { get; set; }

        /// <summary>The application accepted; a second acceptance must not take over the events.</summary>
        public bool IsAccepted { get; set; }

        /// <summary>The offer, as long as there is no subscriber.</summary>
        public Transfer.Offered? Unread { get; set; }

        /// <summary>The application declined; the response is being sent.</summary>
        public bool IsDeclined { get; set; }

        /// <summary>Waits for the result of the decline.</summary>
        public IActorRef? Decliner { get; set; }

        /// <summary>The peer's next offer under the same session id, which waits for the end of this transfer.</summary>
        public Reuse? Next { get; set; }

        /// <summary>Target: the offer, whose response is due before the transfer leaves its first state.</summary>
        public Iq? Request { get; init; }
    }
}
