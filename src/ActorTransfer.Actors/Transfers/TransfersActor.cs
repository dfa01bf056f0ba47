using ActorTransfer.Actors.Connections;
using ActorTransfer.Actors.InBand;
using ActorTransfer.Actors.Logging;
using ActorTransfer.Actors.Settings;
using ActorTransfer.Protocol;
using ActorTransfer.Protocol.FileTransfer;
using ActorTransfer.Protocol.Ibb;
using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Protocol.Xml;
using ActorTransfer.Transports.Sockets;
using Akka.Actor;
using Akka.Event;

namespace ActorTransfer.Actors.Transfers;

/// <summary>
/// Parent of all transfers: admits them, starts their actors, routes requests of peers to the session they belong to, and reports their outcomes.
/// Child of the engine. A transfer that crashes is stopped and reported as <see cref="FailureReason.InternalError"/>; the others go on.
/// </summary>
internal sealed partial class TransfersActor : RequestHandlerActor, IWithTimers
{
    private TransferServices _services;
    private TransferLimits _limits;
    private readonly SharedServices _shared;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly IEnumerable<Account> _initial;
    private readonly AccountTable _accounts = new();
    private readonly TransferTable _transfers;

    /// <summary>Use <see cref="Props(IEnumerable{Account}, TransferServices)"/>.</summary>
    public TransfersActor(IEnumerable<Account> accounts, TransferServices services)
    {
        _services = services;
        _limits = services.Settings.Transfers;
        _shared = SharedServices.Create(Context, services);
        _limited = new LogLimit(_log);
        _initial = accounts;
        _transfers = new TransferTable(SessionBegan, SessionEnded);
        _queue = new TransferQueue(_limits, _shared.Metrics);
        _offers = new OfferInbox(_limits);
        _quotas = new FileQuotas(services.Settings.FileLimits, Now);
        _rates = new SharedRates<TransferId>(TimeProvider.System, _limits.Rates);
        Receive<Connection.Up>(Up);
        Receive<Connection.Lost>(Lost);
        Receive<Connection.Requested>(Requested);
        Receive<Connection.MessageArrived>(MessageArrived);
        Receive<Transfer.OpenAccount>(Open);
        Receive<Transfer.CloseAccount>(CloseAccount);
        Receive<AccountDrainOver>(over => CancelOf(over.Name));
        Receive<Transfer.Send>(Send);
        Receive<Transfer.SubscribeOffers>(Subscribe);
        Receive<Transfer.Accept>(Accept);
        Receive<Transfer.Decline>(Decline);
        Receive<Transfer.Cancel>(Cancel);
        Receive<Transfer.Offered>(Offered);
        Receive<Transfer.Entered>(Entered);
        Receive<Transfer.SessionChanged>(SessionChanged);
        Receive<Transfer.TransportChosen>(TransportChosen);
        Receive<Transfer.Prepared>(Prepared);
        Receive<Peers.GetFeatures>(GetFeatures);
        Receive<Peers.OrderLost>(OrderLost);
        Receive<Contacts.Info>(InfoArrived);
        Receive<Transfer.Ended>(Ended);
        Receive<Transfer.GetActive>(_ => Sender.Tell(new Transfer.Active([.. _transfers.Ids])));
        Receive<Transfer.Pause>(pause => Pause(pause.Id, isPaused: true, pause, pause.ReplyTo));
        Receive<Transfer.Resume>(resume => Pause(resume.Id, isPaused: false, resume, resume.ReplyTo));
        Receive<Transfer.Reload>(Reload);
        Receive<Transfer.GetStatus>(_ => Sender.Tell(Status));
        Receive<Transfer.Watch>(watch => _watcher = watch.Watcher);
        Receive<Transfer.Drain>(Drain);
        Receive<Transfer.EndDrain>(_ => EndDrain());
        Receive<TransferMonitoring.Start>(Monitor);
        Receive<TransferSharing.Start>(Share);
        Receive<LoadTimer>(_ => TellLoad());
        Receive<DrainOver>(_ => CancelAll());
        Receive<TransferStopped>(stopped => Stopped(stopped.Id));
        Receive<QueueTimedOut>(_ => ExpireQueued());
        Receive<RepeatedOfferTimedOut>(over => RefuseRepeated(over.Id));
        Receive<Terminated>(_ => _monitor = null, ended => ended.ActorRef.Equals(_monitor));
        Receive<Terminated>(_ => { }, ended => _sharing.Remove(ended.ActorRef));
        Receive<Terminated>(ended => _offers.SubscriberStopped(ended.ActorRef));
    }

    /// <param name="accounts">The connections that transfers can use at first.</param>
    /// <param name="services">What transfers need.</param>
    public static Props Props(IEnumerable<Account> accounts, TransferServices services) =>
        Akka.Actor.Props.Create(() => new TransfersActor(accounts, services));

    /// <summary>A half-done state machine cannot be replayed: a crashed transfer is stopped.</summary>
    protected override SupervisorStrategy SupervisorStrategy() => Akka.Actor.SupervisorStrategy.StoppingStrategy;

    /// <inheritdoc/>
    protected override void PreStart()
    {
        foreach (var account in _initial)
        {
            Add(account);
        }
    }

    /// <summary>The transfers end with this actor; their observers are notified.</summary>
    protected override void PostStop()
    {
        EndQueue();
        foreach (var id in _transfers.Ids.ToArray())
        {
            RefuseRepeated(id);
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
        finally
        {
            ReportLoad();
        }
    }

    private void Requested(Connection.Requested requested)
    {
        var request = requested.Request;
        if (_accounts.Find(Sender) is not { } account)
        {
            Sender.Tell(new Connection.Return(request, StanzaError.ServiceUnavailable));
        }
        else if (request is not { Type: IqType.Set, From: { } peer, To: { } self, Payload: { } payload })
        {
            Sender.Tell(new Connection.Reply(request.Fail(StanzaError.ServiceUnavailable)));
        }
        else if (payload.Namespace == Namespaces.StreamInitiation)
        {
            OfferArrived(request, peer, self, account);
        }
        else if (payload.Namespace == Namespaces.Jingle)
        {
            JingleArrived(request, peer, self, account);
        }
        else
        {
            BytestreamArrived(requested, new SessionKey(self, peer, Outgoing: false, payload["sid"] ?? ""), payload);
        }
    }

    /// <summary>
    /// Only an accepted session can make this side open streams. The blocks and closes of an in-band bytestream go to its actor
    /// (<see cref="Connection.ServeInBand"/>); those that arrive here have none.
    /// </summary>
    private void BytestreamArrived(Connection.Requested requested, SessionKey session, XmlElement payload)
    {
        var isInBand = payload.Namespace == Namespaces.Ibb;
        if (session.SessionId.Length > 0
            && (!isInBand || IbbOpen.Is(payload))
            && (_transfers.Find(session) ?? _transfers.FindTransport(session)) is { HasBegun: true } entry)
        {
            entry.Actor.Forward(requested);
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
        if (_transfers.Find(entered.Id) is not { } entry)
        {
            return;
        }

        LogAcceptance(entry, entered.State);
        entry.State = entered.State;
        if (entered.State != TransferState.Offer)
        {
            _offers.Remove(entry);
        }

        Publish(entry, entered);
    }

    /// <summary>Sent before <see cref="TransferStopped"/>; after a restart it may refer to a transfer from before it.</summary>
    private void Ended(Transfer.Ended ended)
    {
        if (_transfers.Find(ended.Id) is { } entry)
        {
            (entry.Outcome, entry.Method, entry.Bytes) = (ended.Outcome, ended.Method, ended.Bytes);
            entry.Outgoing?.IsUnsupported = ended.IsUnsupported;
        }
    }

    private void SessionChanged(Transfer.SessionChanged changed)
    {
        if (_transfers.Find(changed.Id) is { } entry)
        {
            _transfers.ChangeKey(entry, entry.Key with { SessionId = changed.SessionId });
            entry.Identify();
            ReportSession(entry);
        }
    }

    /// <summary>Carries out a decision that is not a refusal.</summary>
    private void Proceed(TransferEntry entry, AdmissionDecision decision)
    {
        if (decision.Decision == Decision.Begin)
        {
            Begin(entry);
        }
        else
        {
            ReportQueued(entry, decision.Limit);
        }
    }

    /// <summary>The outcome is reported when the actor has stopped, so that everything is released by then.</summary>
    private void Remove(TransferId id)
    {
        if (_transfers.Remove(id) is not { } entry)
        {
            return;
        }

        _offers.Remove(entry);
        _rates.Close(entry.Id);
        _quotas.Settle(entry.Id, entry.Bytes);
        var outcome = entry.Outcome
            ?? new TransferOutcome.Failed(entry.State, TransferSide.Local, FailureReason.InternalError, "The transfer stopped unexpectedly; see the log.");
        if (entry.Offer is { } offer)
        {
            CloseOffer(entry, offer, outcome);
        }

        if (entry.Key.Self is { } self)
        {
            var last = new Transfer.Entered(id, outcome.EndState, Context.System.Scheduler.Now, self);
            Publish(entry, last);
            entry.Observer.Tell(last);
            _monitor?.Tell(last);
        }

        LogEnd(entry, outcome);
        entry.Trace?.Ended(outcome, entry.Method);
        _shared.Metrics.Ended(entry.Sends, outcome, entry.Method, Monotonic - entry.BeganAt);
        var ended = new Transfer.Ended(id, outcome);
        entry.Observer.Tell(ended);
        _watcher.Tell(ended);
        _monitor?.Tell(ended);
        if (entry.HasBegun)
        {
            BeginNext(entry);
        }

        AdmitRepeated(entry);
        ReportClosed(entry.Account);
        ReportDrained();
    }

    /// <summary>A transfer that crashed in its first state still owes the peer a response.</summary>
    private void CloseOffer(TransferEntry entry, PeerOffer offer, TransferOutcome outcome)
    {
        _offers.Withdraw(entry.Id, offer, outcome);
        offer.Decliner?.Tell(new Transfer.Declined(entry.Id, entry.Outcome is TransferOutcome.Refused { By: TransferSide.Local }));
        if (entry is { Outcome: null, State: TransferState.Offer })
        {
            Refuse(entry.Account, offer.Request, StanzaError.InternalServerError);
        }
    }

    private sealed record TransferStopped(TransferId Id);
}
