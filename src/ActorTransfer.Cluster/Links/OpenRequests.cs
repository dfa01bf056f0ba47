using ActorTransfer.Protocol.Stanzas;

namespace ActorTransfer.Cluster.Links;

/// <summary>Requests of peers that a node got and has not responded to, in case the node is lost. Not thread-safe.</summary>
internal sealed class OpenRequests
{
    private readonly Dictionary<(Jid From, string Id), (Iq Request, int Attempt)> _requests = [];

    /// <summary>The requests and how many nodes had no room for them. Only offers have their payload.</summary>
    public IReadOnlyCollection<(Iq Request, int Attempt)> All => _requests.Values;

    /// <summary>A node gets a request.</summary>
    /// <param name="request">The request.</param>
    /// <param name="attempt">How many nodes had no room for it.</param>
    /// <param name="capacity">Most requests; further ones are not remembered.</param>
    public void Add(Iq request, int attempt, int capacity)
    {
        if (request is { IsRequest: true, From: { } from } && _requests.Count < capacity)
        {
            _requests[(from, request.Id)] = (StanzaSession.IsOffer(request) ? request : request with { Payload = null }, attempt);
        }
    }

    /// <summary>The node has responded to the request of this peer, or has returned it.</summary>
    public void Remove(Jid? peer, string id)
    {
        if (peer is not null)
        {
            _requests.Remove((peer, id));
        }
    }

    /// <summary>Nothing is known of the requests any more.</summary>
    public void Clear() => _requests.Clear();
}
