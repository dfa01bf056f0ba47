using System.Collections.Immutable;
using ActorTransfer.Protocol.Discovery;
using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Protocol.Xml;

namespace ActorTransfer.Actors.Connections;

/// <summary>Messages to and from the actor that knows which resources of contacts are online, and what they support.</summary>
internal static class Contacts
{
    /// <summary>Finds a resource of an account that a file can be sent to. The sender gets <see cref="Found"/> or <see cref="NotFound"/>.</summary>
    /// <param name="Account">A bare JID.</param>
    /// <param name="Signalling">How the file is offered; <see cref="Signalling.Auto"/> = in any way.</param>
    public sealed record FindResource(Jid Account, Signalling Signalling);

    /// <summary>This resource can take the file.</summary>
    /// <param name="Resource">Its full JID.</param>
    /// <param name="Info">Its features; null = it did not say.</param>
    public sealed record Found(Jid Resource, DiscoInfo? Info);

    /// <summary>No resource can take the file.</summary>
    /// <param name="Reason">Why.</param>
    /// <param name="Detail">The same for people, with what to do.</param>
    public sealed record NotFound(FailureReason Reason, string Detail);

    /// <summary>
    /// Finds out what a peer supports. The sender gets <see cref="Info"/>: at once if the peer has announced capabilities that are known (XEP-0115), else after
    /// its response to disco#info, or the timeout.
    /// </summary>
    /// <param name="Self">Own address.</param>
    /// <param name="Peer">A full JID, or the domain of a component.</param>
    public sealed record GetInfo(Jid Self, Jid Peer);

    /// <summary>Stops the actor. Before that the sender gets <see cref="Left"/>.</summary>
    /// <param name="Account">Name of the account.</param>
    public sealed record Leave(string Account);

    /// <summary>What was known.</summary>
    /// <param name="Account">Name of the account.</param>
    /// <param name="Presences">A presence stanza of each resource that is online.</param>
    public sealed record Left(string Account, ImmutableArray<XmlElement> Presences);

    /// <summary>What a peer supports.</summary>
    /// <param name="Peer">The peer.</param>
    /// <param name="Answer">Its response to disco#info.</param>
    public sealed record Info(Jid Peer, Answer Answer);
}
