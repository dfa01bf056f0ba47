using ActorTransfer.Actors.Settings;
using Akka.Actor;

namespace ActorTransfer.Actors.InBand;

/// <summary>What all in-band bytestreams of an engine share.</summary>
/// <param name="Peers">Knows which peers handle blocks in order, see <see cref="InBandPeers"/>.</param>
/// <param name="Memory">Bounds what receivers keep.</param>
internal sealed record InBandServices(IActorRef Peers, InBandMemory Memory)
{
    /// <summary>Makes them below the actor above the transfers.</summary>
    public static InBandServices Create(IActorContext parent, EngineSettings settings) =>
        new(parent.ActorOf(InBandPeersActor.Props(settings), "in-band-peers"), new InBandMemory(settings.InBand.ReceiveMemory));
}
