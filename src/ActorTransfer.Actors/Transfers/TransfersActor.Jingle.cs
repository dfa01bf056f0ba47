using ActorTransfer.Actors.Connections;
using ActorTransfer.Actors.Instrumentation;
using ActorTransfer.Protocol;
using ActorTransfer.Protocol.FileTransfer;
using ActorTransfer.Protocol.Jingle;
using ActorTransfer.Protocol.JingleFiles;
using ActorTransfer.Protocol.JingleSessions;
using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Protocol.StreamInitiation;
using Akka.Actor;

namespace ActorTransfer.Actors.Transfers;

/// <content>Jingle sessions (XEP-0166), which transfer files by the same methods as stream initiation.</content>
internal sealed partial class TransfersActor
{
    private void JingleArrived(Iq request, Jid peer, Jid self, Account account)
    {
        if (!JingleRequest.TryRead(request.Payload!, out var jingle, out var refusal))
        {
            Refuse(account.Name, request, refusal);
        }
        else if (jingle.Action == JingleAction.SessionInitiate)
        {
            JingleOffered(request, jingle, new SessionKey(self, peer, Outgoing: false, jingle.SessionId) { IsJingle = true }, account);
        }
        else if (FindJingle(self, peer, jingle.SessionId) is { HasBegun: true } entry)
        {
            entry.Actor.Tell(new JingleActor.Arrived(request, jingle));
        }
        else
        {
            Refuse(account.Name, request, JingleErrors.UnknownSession);
        }
    }

    private TransferEntry? FindJingle(Jid self, Jid peer, string sessionId)
    {
        var key = new SessionKey(self, peer, Outgoing: false, sessionId) { IsJingle = true };
        return _transfers.Find(key) ?? _transfers.Find(key with { Outgoing = true });
    }

    private void JingleOffered(Iq request, JingleRequest jingle, SessionKey key, Account account)
    {
        if (_transfers.Find(key) is { Offer.Request: { } offer } && offer.Id == request.Id)
        {
            return; // the same stanza again: its one response was sent, or follows when the transfer begins
        }

        var settings = _services.Settings;
        var start = JingleSessionState.Of(request, jingle) with
        {
            InBandMost = settings.InBand.MaxFileSize,
            BlockSize = Math.Max(settings.InBand.BlockSize, TransportReplacement.BlockSize),
            MaxSize = FileLimits.MaxSize > 0 ? FileLimits.MaxSize : null,
            ServesRequests = _services.Requests is not null,
        };
        var file = start.File.ToFileDescription();
        if (!start.Sends && IsTooLarge(file))
        {
            _shared.Metrics.Refused(sends: false, AdmissionLimit.Size);
        }

        Admit(
            request, file, key, account,
            entry =>
            {
                entry.TransportId = start.Transport.SessionId;
                return JingleActor.Props(entry.Id, start, account, _services, _shared, entry.TraceContext);
            },
            isRequest: start.Sends);
    }

    /// <summary>The first state of a session of this side.</summary>
    private JingleSessionState JingleOffer(SessionKey key, Transfer.Send send, FileDescription file)
    {
        var settings = _services.Settings;
        return JingleSessionState.Of(key.Self!, key.Peer, SessionIds.Random(), SessionIds.Random(), file) with
        {
            Methods = send.Terms.Methods & StreamMethods.All,
            InBandMost = settings.InBand.MaxFileSize,
            BlockSize = settings.InBand.BlockSize,
            SecondSessionId = SessionIds.Random(),
            ReplacementId = SessionIds.Random(),
        };
    }

    private void TransportChosen(Transfer.TransportChosen chosen)
    {
        if (_transfers.Find(chosen.Id) is { } entry)
        {
            _transfers.ChangeTransport(entry, chosen.TransportId);
            ReportSession(entry, chosen.TransportId);
        }
    }
}
