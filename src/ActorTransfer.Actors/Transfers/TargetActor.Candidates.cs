using ActorTransfer.Extensibility;
using ActorTransfer.Protocol.FileTransfer;
using ActorTransfer.Protocol.Ibb;
using ActorTransfer.Protocol.Stanzas;

namespace ActorTransfer.Actors.Transfers;

/// <content>The streamhosts that the peer offers: each is measured and traced.</content>
internal sealed partial class TargetActor
{
    private TargetInput.LinkUp LinkUp(StreamHostLink won)
    {
        _link = won.Link;
        Spans.Candidate("candidate won", won.Host);
        Metrics.CandidateWon(sends: false, MethodOf(won.Host), won.Link.RemoteEndPoint);
        return new TargetInput.LinkUp(won.Host);
    }

    private TargetInput Requested(Iq request)
    {
        Spans.Stanza(request.Id);
        return IbbOpen.Is(request.Payload) ? new TargetInput.InBandOffered(request) : new TargetInput.StreamhostsOffered(request);
    }

    private TargetInput.StreamhostTried CandidateTried(Tried tried)
    {
        Spans.Candidate(tried.Reason is null ? "candidate tried" : "candidate failed", tried.Host, tried.Reason);
        if (tried.Reason is not null)
        {
            Metrics.CandidateFailed(sends: false, MethodOf(tried.Host));
        }

        return new TargetInput.StreamhostTried(tried.Host, tried.Reason);
    }

    /// <summary>The initiator's own streamhosts are direct connections.</summary>
    private StreamMethod MethodOf(StreamHost host) => host.Jid.Bare == _start.Peer.Bare ? StreamMethod.Direct : StreamMethod.Proxy;

    private sealed record Tried(StreamHost Host, string? Reason, CancellationToken Race);
}
