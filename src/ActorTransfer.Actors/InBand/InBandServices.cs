using ActorTransfer.Actors.Settings;
using Akka.Actor;

namespace ActorTransfer.Actors.InBand;

/// <summary>Shared services of all in-band bytestreams of an engine.</summary>
/// <param name="Peers">Knows which peers handle blocks in order, see <see cref="InBandPeers"/>.</param>
/// <param name="Memory">Limits the memory of receivers.</param>
internal sealed record InBandServices(IActorRef Peers, InBandMemory Memory)
{
    /// <summary>Creates them as children of the transfers actor.</summary>
    public static InBandServices Create(IActorContext parent, EngineSettings settings) =>
        new(parent.ActorOf(InBandPeersActor.Props(settings), "in-band-peers"), new InBandMemory(settings.InBand.ReceiveMemory));
}
