using ActorTransfer.Protocol.Stanzas;
using Akka.Actor;

namespace ActorTransfer.Actors.Transfers;

/// <summary>A peer's offer, until its transfer ends.</summary>
/// <param name="request">
/// The stanza, of which the addresses are kept and whose response is due before the transfer leaves its first state; null = a message, which gets none.
/// </param>
internal sealed class PeerOffer(Iq? request)
{
    public Iq? Request { get; } = request?.WithoutPayload();

    /// <summary>The whole stanza until the transfer begins: while it is queued, another node may still handle it.</summary>
    public Iq? Waiting { get; private set; } = request;

    public OfferPhase Phase { get; set; }

    /// <summary>The offer, as long as there is no subscriber.</summary>
    public Transfer.Offered? Unread { get; set; }

    /// <summary>The transfer begins.</summary>
    public void Begin() => Waiting = null;

    /// <summary>Waits for the result of the decline.</summary>
    public IActorRef? Decliner { get; set; }

    /// <summary>The peer's next offer under the same session id, which waits for the end of this transfer.</summary>
    public RepeatedOffer? Next { get; set; }
}

/// <summary>How far the application's decision about an offer is.</summary>
internal enum OfferPhase
{
    /// <summary>The application has not seen it.</summary>
    New,

    /// <summary>The subscriber has it.</summary>
    Shown,

    /// <summary>Accepted; a second acceptance must not take over the events.</summary>
    Accepted,

    /// <summary>Declined; the response is being sent.</summary>
    Declined,
}

/// <summary>An offer under the session id of a transfer that is still active.</summary>
internal sealed record RepeatedOffer(Iq Request, Jid Peer, Jid Self, string Account);
