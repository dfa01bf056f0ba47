using System.Collections.Immutable;

namespace ActorTransfer.Cluster.Messages;

/// <summary>Messages between the link of a node, which is the sender of its messages, and the hub that owns the connection to the server.</summary>
internal static class LinkMessage
{
    /// <summary>Node to hub, repeated until <see cref="Registered"/> arrives. Replaces an earlier link of the node and its sessions.</summary>
    /// <param name="Link">Name of the shared connection.</param>
    /// <param name="Node">Id of the node.</param>
    public sealed record Register(string Link, int Node) : IClusterMessage;

    /// <summary>Hub to node, the sender gets the messages of the link from now on: first its sessions, then its load.</summary>
    public sealed record Registered : IClusterMessage;

    /// <summary>Node to hub: what it has and can take. It gets no offers before the first one.</summary>
    /// <param name="Active">Transfers that have not ended.</param>
    /// <param name="Room">Offers that it can take.</param>
    /// <param name="HasReader">The application reads offers.</param>
    /// <param name="IsDraining">No new transfers are allowed.</param>
    public sealed record Load(int Active, int Room, bool HasReader, bool IsDraining) : IClusterMessage;

    /// <summary>Node to hub: requests of these sessions are for this node.</summary>
    public sealed record Bind(ImmutableArray<SessionName> Sessions) : IClusterMessage;

    /// <summary>Node to hub: these sessions have ended.</summary>
    public sealed record Unbind(ImmutableArray<SessionName> Sessions) : IClusterMessage;

    /// <summary>Hub to node: the connection is up.</summary>
    /// <param name="Self">Its own address.</param>
    public sealed record Up(string Self) : IClusterMessage;

    /// <summary>Hub to node: the connection is down. Stanzas under way are lost.</summary>
    /// <param name="Reason">Human-readable.</param>
    /// <param name="IsForGood">The server refused it.</param>
    /// <param name="Fault">A <see cref="LinkFault"/>.</param>
    public sealed record Down(string Reason, bool IsForGood, int Fault) : IClusterMessage;

    /// <summary>
    /// Hub to node: another node takes over. The node writes nothing more to this hub, replies with <see cref="Held"/>, and registers at the next one. Stanzas
    /// that still arrive here are delivered until the next hub has the connection.
    /// </summary>
    public sealed record Moving : IClusterMessage;

    /// <summary>Node to hub: everything that the node has written before <see cref="Moving"/> has been sent to the hub.</summary>
    public sealed record Held : IClusterMessage;

    /// <summary>Node to the previous hub: the server accepts the next one only when this one has closed its connection.</summary>
    public sealed record Yield : IClusterMessage;

    /// <summary>Node to hub: send this stanza.</summary>
    public sealed record Write(string Stanza) : IClusterMessage;

    /// <summary>Hub to node: the connection has taken so many more stanzas of the node.</summary>
    public sealed record Written(int Count) : IClusterMessage;

    /// <summary>Hub to node: this stanza arrived.</summary>
    /// <param name="Stanza">An iq, message or presence.</param>
    /// <param name="Attempt">How many nodes had no room for this offer; zero for all other stanzas.</param>
    public sealed record Deliver(string Stanza, int Attempt) : IClusterMessage;

    /// <summary>Node to hub: the node has handled so many more stanzas.</summary>
    public sealed record Delivered(int Count) : IClusterMessage;

    /// <summary>Node to hub: the node has no room for this offer.</summary>
    /// <param name="Stanza">The offer.</param>
    /// <param name="Attempt">That of its <see cref="Deliver"/>.</param>
    public sealed record Return(string Stanza, int Attempt) : IClusterMessage;
}

/// <summary>A session with a peer.</summary>
/// <param name="Self">Own address.</param>
/// <param name="Peer">The peer's address.</param>
/// <param name="IsOutgoing">This side sends the file.</param>
/// <param name="SessionId">Id of the stream initiation, the in-band bytestream or the Jingle session.</param>
/// <param name="IsJingle">It is a Jingle session.</param>
internal sealed record SessionName(string Self, string Peer, bool IsOutgoing, string SessionId, bool IsJingle);
