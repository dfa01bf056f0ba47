using ActorTransfer.Protocol;
using ActorTransfer.Protocol.Ibb;
using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Protocol.StreamInitiation;
using ActorTransfer.Simulation.Xmpp;

namespace ActorTransfer.Simulation.Peers;

/// <summary>Routes the requests to the target's side to its sessions: one for each offer.</summary>
internal sealed class TargetPeer(World world, byte[] file) : XmppPeer(world, World.Bo), IReceiver
{
    private readonly Dictionary<string, TargetSession> _sessions = [];
    private bool _isCancelled;

    public IReadOnlyCollection<IReceivingEnd> Ends => _sessions.Values;

    public void Cancel()
    {
        _isCancelled = true;
        foreach (var session in _sessions.Values)
        {
            session.Cancel();
        }
    }

    public IEnumerable<string> Leftovers() => PendingRequests > 0
        ? ["the target left a pending request"]
        : _sessions.Values.SelectMany(session => session.Leftovers());

    protected override void LinkLost()
    {
        foreach (var session in _sessions.Values)
        {
            session.LinkLost();
        }
    }

    protected override void Requested(Iq request)
    {
        var payload = request.Payload!;
        if (payload.Namespace == Namespaces.StreamInitiation)
        {
            Offered(request);
        }
        else if (payload["sid"] is { } sid && _sessions.TryGetValue(sid, out var session))
        {
            session.Requested(request);
        }
        else
        {
            Reply(request.Fail(IbbClose.Is(payload) ? StanzaError.ItemNotFound : StanzaError.NotAcceptable));
        }
    }

    private void Offered(Iq request)
    {
        if (!SiOffer.TryRead(request.Payload!, out var offer, out var refusal))
        {
            Reply(request.Fail(refusal));
        }
        else if (_isCancelled)
        {
            Reply(request.Fail(SiErrors.Declined("cancelled")));
        }
        else if (_sessions.TryGetValue(offer.SessionId, out var known))
        {
            if (!known.IsPending(request))
            {
                Reply(request.Fail(StanzaError.Conflict));
            }
        }
        else
        {
            _sessions[offer.SessionId] = new TargetSession(World, this, request, offer, file);
            _sessions[offer.SessionId].Start();
        }
    }
}
