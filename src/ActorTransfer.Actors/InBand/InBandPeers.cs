using ActorTransfer.Actors.Connections;
using ActorTransfer.Actors.Instrumentation;
using ActorTransfer.Actors.Settings;
using ActorTransfer.Protocol.Bytestreams;
using ActorTransfer.Protocol.Discovery;
using ActorTransfer.Protocol.Ibb;
using ActorTransfer.Protocol.Stanzas;
using Akka.Actor;
using Akka.Event;

namespace ActorTransfer.Actors.InBand;

/// <summary>Messages of the registry of in-band peers.</summary>
internal static class InBandPeers
{
    /// <summary>The sender gets <see cref="Order"/>, at once when the peer is known, else after its disco#info response or the timeout.</summary>
    /// <param name="Session">Session with the peer.</param>
    /// <param name="Connection">Sends the query.</param>
    public sealed record GetOrder(InBandSession Session, IActorRef Connection);

    /// <summary>Whether the peer is known to handle blocks in order.</summary>
    public sealed record Order(BlockOrder Kept);

    /// <summary>The peer did not handle blocks in order. There is no reply.</summary>
    public sealed record OrderLost(Jid Peer);
}

/// <summary>
/// Knows which peers handle blocks in order: queries each once (disco#info, XEP-0030) and remembers the result, and what senders report. Child of
/// the transfers actor. Streams do not wait for it: they begin with one block at a time.
/// </summary>
internal sealed class InBandPeersActor : ReceiveActor
{
    private const int Remembered = 1024;

    private readonly EngineSettings _settings;
    private readonly BlockOrderMemory _memory;
    private readonly Dictionary<Jid, List<IActorRef>> _asked = [];
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly InBandMetrics _metrics = EngineMetrics.Of(Context.System).InBand;

    /// <summary>Use <see cref="Props"/>.</summary>
    public InBandPeersActor(EngineSettings settings)
    {
        _settings = settings;
        _memory = new BlockOrderMemory(Remembered, settings.InBand.PeerTtl);
        Receive<InBandPeers.GetOrder>(GetOrder);
        Receive<Connection.Answered>(Answered);
        Receive<InBandPeers.OrderLost>(OrderLost);
    }

    private static DateTimeOffset Now => Context.System.Scheduler.Now;

    public static Props Props(EngineSettings settings) => Akka.Actor.Props.Create(() => new InBandPeersActor(settings));

    private void GetOrder(InBandPeers.GetOrder get)
    {
        var (self, peer) = (get.Session.Self, get.Session.Peer);
        if (_memory.Find(peer, Now) is { } known)
        {
            Sender.Tell(new InBandPeers.Order(known));
        }
        else if (_asked.TryGetValue(peer, out var waiting))
        {
            waiting.Add(Sender);
        }
        else
        {
            _asked.Add(peer, [Sender]);
            get.Connection.Tell(new Connection.Ask(IqType.Get, self, peer, DiscoInfo.Query(), _settings.Discovery.RequestTimeout, peer));
        }
    }

    /// <summary>A timeout is not remembered; an error is.</summary>
    private void Answered(Connection.Answered answered)
    {
        if (answered.Tag is not Jid peer || !_asked.Remove(peer, out var waiting))
        {
            return;
        }

        if (answered.Answer is not Answer.None)
        {
            _memory.Learn(peer, OrderOf(answered.Answer), Now);
        }

        var order = new InBandPeers.Order(_memory.Find(peer, Now) ?? BlockOrder.Unknown);
        waiting.ForEach(requester => requester.Tell(order));
    }

    private BlockOrder OrderOf(Answer answer) => answer is Answer.Result { Payload: { } payload }
        ? BlockOrders.Of(DiscoInfo.Read(payload), _settings.InBand.InOrderSoftware)
        : BlockOrder.Unknown;

    private void OrderLost(InBandPeers.OrderLost lost)
    {
        _log.Write(InBandLog.OrderLost, lost.Peer);
        _memory.Lose(lost.Peer, Now);
        _metrics.OrderLost();
    }
}
