using ActorTransfer.Actors.Connections;
using ActorTransfer.Actors.Instrumentation;
using ActorTransfer.Extensibility;
using ActorTransfer.Protocol;
using ActorTransfer.Protocol.FileTransfer;
using ActorTransfer.Protocol.StreamInitiation;
using Akka.Actor;
using Akka.Event;

namespace ActorTransfer.Actors.Transfers;

/// <content>Transfers of this side, from the application's call to their start.</content>
internal sealed partial class TransfersActor
{
    /// <summary>
    /// Unique in the process, not in this instance: after a restart, the number of an old offer must not match a new one.
    /// </summary>
    private static long s_lastId;

    private TransferId NextId() => new(Interlocked.Increment(ref s_lastId)) { Node = _services.Node };

    private void Send(Transfer.Send send)
    {
        if (RefusalOf(send) is var (reason, detail))
        {
            Sender.Tell(new Transfer.NotStarted(reason, detail));
            return;
        }

        var account = _accounts[send.Connection];
        var key = new SessionKey(send.From ?? account.Self, send.To, Outgoing: true, "");
        var entry = new TransferEntry(NextId(), key, account.Name, send.Observer, Prepare)
        {
            File = send.Content.Description,
            Outgoing = new OutgoingOffer(send, send.Terms.Signalling ?? _services.Settings.Initiator.Signalling),
        };
        var decision = _queue.Request(entry, isOnline: account.Self is not null, Now);
        if (decision.Decision == Decision.Refuse)
        {
            _shared.Metrics.Refused(sends: true, decision.Limit);
            Sender.Tell(new Transfer.NotStarted(FailureReason.Overloaded, _limits.Admission.Describe(decision.Limit)));
            return;
        }

        entry.Trace = TransferTrace.Start(sends: true, send.Parent);
        entry.Identify();
        Sender.Tell(new Transfer.Started(entry.Id));
        _transfers.Add(entry);
        ReportAdded(entry, isQueued: decision.Decision == Decision.Queue);
        Proceed(entry, decision);
    }

    /// <summary>The own address may not have been known before. The session begins with the offer.</summary>
    private Props Prepare(TransferEntry entry)
    {
        var offer = entry.Outgoing!;
        _transfers.EndSession(entry, entry.Key with { Self = offer.Order.From ?? _accounts[entry.Account].Self! });
        return offer.Methods == StreamMethods.None ? PrepareUpload(entry)
            : SignallingOf(entry.Key.Peer, offer) is { } known ? PrepareOffer(entry, known)
            : PrepareChoice(entry, new PreparationState(entry.Key.Peer, offer.Wanted, offer.Methods));
    }

    /// <summary>Null: the resource of the peer, or what it supports, is not known yet.</summary>
    private Signalling? SignallingOf(Jid peer, OutgoingOffer offer) => !peer.IsOneEntity ? null
        : offer.Wanted != Signalling.Auto ? offer.Wanted
        : _peers.Find(peer, Now) is { } features ? SignallingChoice.Of(features, offer.Methods)
        : null;

    private Props PrepareChoice(TransferEntry entry, PreparationState start) => PreparingActor.Props(
        entry.Id, entry.Key.Self!, start, entry.Outgoing!.Order, _accounts[entry.Account], _services, _shared, entry.TraceContext);

    private void Prepared(Transfer.Prepared prepared)
    {
        if (_transfers.Find(prepared.Id) is not { Outgoing: { } offer } entry)
        {
            return;
        }

        offer.Next = prepared.Signalling;
        if (entry.Key.Peer != prepared.Peer)
        {
            Learn(prepared.Peer, prepared.Features);
            entry.Key = entry.Key with { Peer = prepared.Peer };
            _log.Write(TransfersLog.ResourceFound, entry.Scope, entry.Id, prepared.Peer);
            Tell(entry, new Transfer.ResourceFound(entry.Id, prepared.Peer));
        }
    }

    private Props PrepareOffer(TransferEntry entry, Signalling signalling)
    {
        entry.Outgoing!.Signalling = signalling;
        entry.Trace?.Offered(signalling);
        var props = signalling == Signalling.Jingle ? PrepareJingle(entry, entry.Outgoing) : PrepareInitiator(entry, entry.Outgoing);
        _log.Write(
            TransfersLog.OfferSent,
            entry.Scope,
            entry.Id,
            entry.Key.Peer,
            entry.File.Name,
            entry.File.Size,
            SessionIds.Shorten(entry.Key.SessionId),
            HyphenatedName.Of(signalling));
        return props;
    }

    private Props PrepareInitiator(TransferEntry entry, OutgoingOffer offer)
    {
        var offersAgain = _services.Settings.Initiator.OfferAgain;
        var plan = new InitiatorPlan(entry.Key.Self!, entry.Key.Peer, SessionIds.Random(), offer.File)
        {
            Methods = offer.Methods,
            InBandMost = _services.Settings.InBand.MaxFileSize,
            SecondSessionId = offersAgain ? SessionIds.Random() : null,
            LockStepSessionId = offersAgain ? SessionIds.Random() : null,
        };
        _transfers.ChangeKey(entry, new SessionKey(plan.Self, plan.Peer, Outgoing: true, plan.SessionId));
        entry.Identify();
        return InitiatorActor.Props(entry.Id, plan, offer.Order, _accounts[entry.Account], _services, _shared, entry.TraceContext);
    }

    private Props PrepareJingle(TransferEntry entry, OutgoingOffer offer)
    {
        var start = JingleOffer(entry.Key, offer.Order, offer.File);
        _transfers.ChangeKey(entry, new SessionKey(start.Self, start.Peer, Outgoing: true, start.SessionId) { IsJingle = true });
        entry.TransportId = start.Transport.SessionId;
        entry.Identify();
        return JingleActor.Props(entry.Id, start, offer.Order, _accounts[entry.Account], _services, _shared, entry.TraceContext);
    }

    private (FailureReason Reason, string Detail)? RefusalOf(Transfer.Send send)
    {
        if (_draining)
        {
            return (FailureReason.Overloaded, "The engine is shutting down.");
        }

        if (_accounts.Find(send.Connection) is not { } account)
        {
            return (FailureReason.LinkLost, $"There is no connection named {send.Connection}.");
        }

        if (_accounts.IsClosing(account.Name))
        {
            return (FailureReason.LinkLost, $"Connection {account.Name}: {AccountClosing}.");
        }

        if (send.Terms.Methods == StreamMethods.None)
        {
            return (FailureReason.NoMethod, "No method is allowed.");
        }

        var mayWait = _limits.Admission.MaxQueuedSends > 0 && _accounts.MayComeUp(account.Name);
        return account.Self is null && !mayWait ? (FailureReason.LinkLost, _accounts.DescribeLoss(account.Name)) : null;
    }
}
