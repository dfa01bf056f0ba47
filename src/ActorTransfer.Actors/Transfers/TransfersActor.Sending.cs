using ActorTransfer.Actors.Connections;
using ActorTransfer.Actors.Instrumentation;
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
        var file = send.Content.Description;
        var key = new SessionKey(send.From ?? account.Self, send.To, Outgoing: true, "");
        var entry = new TransferEntry(NextId(), key, account.Name, send.Observer, entry => Prepare(entry, send, file))
        {
            File = file,
            Fallback = send.Terms.Methods.HasFlag(StreamMethods.Http) ? entry => PrepareUpload(entry, send, file) : null,
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

    /// <summary>The own address may not have been known before: the session begins here.</summary>
    private Props Prepare(TransferEntry entry, Transfer.Send send, FileDescription file)
    {
        var methods = send.Terms.Methods & StreamMethods.All;
        if (methods == StreamMethods.None)
        {
            return PrepareUpload(entry, send, file);
        }

        var account = _accounts[entry.Account];
        if ((send.Terms.Signalling ?? _services.Settings.Initiator.Signalling) == Signalling.Jingle)
        {
            return PrepareJingle(entry, send, file, account);
        }

        var offersAgain = _services.Settings.Initiator.OfferAgain;
        var plan = new InitiatorPlan(send.From ?? account.Self!, send.To, SessionIds.Random(), file)
        {
            Methods = methods,
            InBandMost = _services.Settings.InBand.MaxFileSize,
            SecondSessionId = offersAgain ? SessionIds.Random() : null,
            LockStepSessionId = offersAgain ? SessionIds.Random() : null,
        };
        _transfers.ChangeKey(entry, new SessionKey(plan.Self, plan.Peer, Outgoing: true, plan.SessionId));
        entry.Identify();
        _log.Write(TransfersLog.OfferSent, entry.Scope,
            entry.Id, plan.Peer, file.Name, file.Size, plan.SessionId);
        return InitiatorActor.Props(entry.Id, plan, send, account, _services, _shared, entry.TraceContext);
    }

    private Props PrepareJingle(TransferEntry entry, Transfer.Send send, FileDescription file, Account account)
    {
        var start = JingleOffer(send.From ?? account.Self!, send, file);
        _transfers.ChangeKey(entry, new SessionKey(start.Self, start.Peer, Outgoing: true, start.SessionId) { IsJingle = true });
        entry.Identify();
        _log.Write(TransfersLog.OfferSent, entry.Scope, entry.Id, start.Peer, file.Name, file.Size, start.SessionId);
        return JingleActor.Props(entry.Id, start, send, account, _services, _shared, entry.TraceContext);
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
