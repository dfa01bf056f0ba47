using ActorTransfer.Actors.Connections;
using ActorTransfer.Actors.InBand;
using ActorTransfer.Actors.Instrumentation;
using ActorTransfer.Protocol.Discovery;
using ActorTransfer.Protocol.FileTransfer;
using ActorTransfer.Protocol.Ibb;
using ActorTransfer.Protocol.Stanzas;
using Akka.Actor;

namespace ActorTransfer.Actors.Transfers;

/// <content>
/// What peers support: each is queried once (disco#info, XEP-0030), for the signalling of offers and the order of in-band blocks; the result is remembered
/// for a while (<c>discovery.peer-ttl</c>), together with what senders report.
/// </content>
internal sealed partial class TransfersActor
{
    private const int RememberedPeers = 1024;

    /// <summary>A peer that did not respond, or with an error, may be another one soon: a resource that was offline.</summary>
    private static readonly TimeSpan s_unknownTtl = TimeSpan.FromMinutes(1);

    private readonly PeerCache<PeerFeatures> _peers = new(RememberedPeers);
    private readonly PeerCache<PeerFeatures> _unordered = new(RememberedPeers);
    private readonly Dictionary<Jid, List<IActorRef>> _asked = [];

    private void GetFeatures(Peers.GetFeatures get)
    {
        if (_peers.Find(get.Peer, Now) is { } known)
        {
            Sender.Tell(new Peers.Features(Ordered(get.Peer, known)));
        }
        else if (_asked.TryGetValue(get.Peer, out var waiting))
        {
            waiting.Add(Sender);
        }
        else if (_accounts.Find(get.Connection) is { } account)
        {
            _asked.Add(get.Peer, [Sender]);
            account.Contacts.Tell(new Contacts.GetInfo(get.Self, get.Peer));
        }
        else
        {
            Sender.Tell(new Peers.Features(PeerFeatures.Unknown));
        }
    }

    /// <summary>Requests that were not sent say nothing about the peer.</summary>
    private void InfoArrived(Contacts.Info info)
    {
        var features = info.Answer is Answer.Result { Payload: { } payload } ? FeaturesOf(DiscoInfo.Read(payload)) : PeerFeatures.Unknown;
        if (!features.IsKnown)
        {
            _log.Write(TransfersLog.FeaturesUnknown, info.Peer, info.Answer.Describe());
        }

        if (info.Answer is not Answer.None { Reason: not NoAnswer.Timeout })
        {
            Learn(info.Peer, features);
        }

        if (_asked.Remove(info.Peer, out var waiting))
        {
            var reply = new Peers.Features(Ordered(info.Peer, features));
            waiting.ForEach(requester => requester.Tell(reply));
        }
    }

    private PeerFeatures FeaturesOf(DiscoInfo info) => PeerFeatures.Of(info, _services.Settings.InBand.InOrderSoftware);

    private void Learn(Jid peer, PeerFeatures features)
    {
        var ttl = _services.Settings.Discovery.PeerTtl;
        _peers.Add(peer, features, Now + (features.IsKnown || ttl < s_unknownTtl ? ttl : s_unknownTtl), Now);
    }

    /// <summary>Observed behaviour takes precedence.</summary>
    private PeerFeatures Ordered(Jid peer, PeerFeatures features) =>
        _unordered.Find(peer, Now) is null ? features : features with { Order = BlockOrder.Unknown };

    private void OrderLost(Peers.OrderLost lost)
    {
        _log.Write(InBandLog.OrderLost, lost.Peer);
        _unordered.Add(lost.Peer, PeerFeatures.Unknown, Now + _services.Settings.Discovery.PeerTtl, Now);
        EngineMetrics.Of(Context.System).InBand.OrderLost();
    }
}
