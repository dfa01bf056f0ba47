using ActorTransfer.Actors.Connections;
using ActorTransfer.Protocol.Stanzas;

namespace ActorTransfer.Cluster.Links;

/// <summary>
/// Offers that a node got and has not responded to. One that the node could not take, or that was not decided when the node began to drain, goes back to
/// the hub, which gives it to another node. Not thread-safe.
/// </summary>
internal sealed class DeliveredOffers
{
    private readonly Dictionary<(Jid Peer, string Id), Delivered> _offers = [];
    private readonly Dictionary<SessionKey, int> _sessions = [];

    /// <summary>An offer was given to the engine.</summary>
    public void Add(Iq offer, int attempt)
    {
        if (offer.From is { } peer
            && StanzaSession.OfIncoming(offer) is { } session
            && _offers.TryAdd((peer, offer.Id), new Delivered(offer, session, attempt)))
        {
            _sessions[session] = _sessions.GetValueOrDefault(session) + 1;
        }
    }

    /// <summary>Whether there is an offer of this session without a response.</summary>
    public bool Has(SessionKey session) => _sessions.ContainsKey(session);

    /// <summary>The engine responds. Value: the offer that this is the response to; null = it is another response.</summary>
    public Delivered? Answer(Iq response)
    {
        if (response.To is not { } peer || !_offers.Remove((peer, response.Id), out var offer))
        {
            return null;
        }

        if (--_sessions[offer.Session] is var others && others == 0)
        {
            _sessions.Remove(offer.Session);
        }

        return offer;
    }

    /// <summary>An offer without a response.</summary>
    /// <param name="Offer">The request.</param>
    /// <param name="Session">Its session.</param>
    /// <param name="Attempt">How many nodes had it before.</param>
    internal sealed record Delivered(Iq Offer, SessionKey Session, int Attempt);
}
