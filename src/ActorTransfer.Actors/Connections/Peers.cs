using ActorTransfer.Protocol.FileTransfer;
using Akka.Actor;

namespace ActorTransfer.Actors.Connections;

/// <summary>Messages to and from the actor that knows what peers support.</summary>
internal static class Peers
{
    /// <summary>
    /// The sender gets <see cref="Features"/>: at once when the peer is known, else after its response to disco#info (XEP-0030) or the timeout.
    /// </summary>
    /// <param name="Self">Own address.</param>
    /// <param name="Peer">A full JID, or the domain of a component.</param>
    /// <param name="Connection">The account's connection.</param>
    public sealed record GetFeatures(Jid Self, Jid Peer, IActorRef Connection);

    /// <summary>What the peer advertises.</summary>
    public sealed record Features(PeerFeatures Peer);

    /// <summary>The peer did not handle in-band blocks in order. There is no reply.</summary>
    public sealed record OrderLost(Jid Peer);
}
