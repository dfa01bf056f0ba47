using ActorTransfer.Actors.Connections;
using ActorTransfer.Protocol.FileTransfer;
using ActorTransfer.Protocol.Stanzas;
using Akka.Actor;
using Akka.Event;

namespace ActorTransfer.Actors.Transfers;

/// <content>
/// Session ids that a peer uses again. XIFF uses one id for all its offers, and a peer that has sent everything need not close the bytestream: this
/// side would wait for that (<c>initiator.linger</c>) while the peer offers its next file. Such an offer ends the wait and is handled after it.
/// </content>
internal sealed partial class TransfersActor
{
    /// <summary>True: the offer waits until the transfer whose id it uses has ended. One at a time, and only once bytes may flow.</summary>
    private bool AwaitsEnd(SessionKey key, Reuse next)
    {
        if (!_sessions.TryGetValue(key, out var id)
            || _entries[id] is not { Next: null, State: TransferState.Connected or TransferState.Activated or TransferState.Streaming } entry)
        {
            return false;
        }

        entry.Next = next;
        entry.Actor.Tell(new Transfer.Conclude(id));
        Timers.StartSingleTimer((nameof(ReuseOver), id), new ReuseOver(id), _services.Settings.Target.SessionReuse);
        return true;
    }

    /// <summary>The transfer is still active: the id is in use.</summary>
    private void RefuseReuse(TransferId id)
    {
        if (_entries.TryGetValue(id, out var entry) && entry.Next is { } next)
        {
            entry.Next = null;
            _log.Info("Refused an offer of {Peer}: {Condition}", next.Peer, StanzaError.Conflict.Condition);
            _accounts[next.Account].Connection.Tell(new Connection.Reply(next.Request.Fail(StanzaError.Conflict)));
        }
    }

    private void AdmitReuse(Entry ended)
    {
        if (ended.Next is { } next)
        {
            Timers.Cancel((nameof(ReuseOver), ended.Id));
            OfferArrived(next.Request, next.Peer, next.Self, _accounts[next.Account]);
        }
    }

    /// <summary>A response over another link would match no request.</summary>
    private void ForgetReuse(string account)
    {
        foreach (var entry in _entries.Values.Where(entry => entry.Next?.Account == account))
        {
            entry.Next = null;
        }
    }

    private sealed record Reuse(Iq Request, Jid Peer, Jid Self, string Account);

    private sealed record ReuseOver(TransferId Id);
}
