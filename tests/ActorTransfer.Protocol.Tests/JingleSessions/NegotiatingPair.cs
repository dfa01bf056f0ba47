using System.Collections.Immutable;
using ActorTransfer.Protocol.Jingle;
using ActorTransfer.Protocol.JingleSessions;
using ActorTransfer.Protocol.JingleTransports;

namespace ActorTransfer.Protocol.Tests.JingleSessions;

/// <summary>Two negotiations with each other: stanzas keep their order, everything else happens in any order.</summary>
internal sealed class NegotiatingPair
{
    private readonly Random _random;
    private readonly Side _initiator;
    private readonly Side _responder;

    /// <param name="initiators">The candidates of the initiator, and whether the responder can reach them.</param>
    /// <param name="responders">Those of the responder.</param>
    /// <param name="seed">Of the order.</param>
    public NegotiatingPair(
        ImmutableArray<(TransportCandidate Candidate, bool IsReachable)> initiators, ImmutableArray<(TransportCandidate Candidate, bool IsReachable)> responders, int seed)
    {
        _random = new Random(seed);
        _initiator = new Side(JingleRole.Initiator, initiators, responders);
        _responder = new Side(JingleRole.Responder, responders, initiators);
    }

    /// <summary>The candidate that each side uses; null = it failed.</summary>
    public (string? Initiator, string? Responder) Used => (_initiator.Used, _responder.Used);

    public void Run()
    {
        _initiator.Feed(new NegotiationInput.Start());
        _responder.Feed(new NegotiationInput.Start());
        while (true)
        {
            Action?[] possible =
            [
                .. Possible(_initiator, _responder),
                .. Possible(_responder, _initiator),
            ];
            var next = possible.OfType<Action>().ToArray();
            if (next.Length == 0)
            {
                return;
            }

            next[_random.Next(next.Length)]();
        }
    }

    private IEnumerable<Action?> Possible(Side side, Side other)
    {
        yield return side.Race is null ? null : () => side.EndRace(_random);
        yield return side.OwnLink is { } link ? () => side.FeedOwnLink(link) : null;
        yield return other.Sent.Count == 0 ? null : () => side.Feed(new NegotiationInput.Reported(other.Sent.Dequeue()));
    }

    private sealed class Side(
        JingleRole role, ImmutableArray<(TransportCandidate Candidate, bool IsReachable)> own, ImmutableArray<(TransportCandidate Candidate, bool IsReachable)> peers)
    {
        private NegotiationState _state = new(role, [.. own.Select(entry => entry.Candidate)], [.. peers.Select(entry => entry.Candidate)]);
        private readonly HashSet<string> _reachable = [.. peers.Where(entry => entry.IsReachable).Select(entry => entry.Candidate.Id)];

        public Queue<TransportNotice> Sent { get; } = new();

        public ImmutableArray<TransportCandidate>? Race { get; private set; }

        public NegotiationInput? OwnLink { get; private set; }

        public string? Used { get; private set; }

        public void Feed(NegotiationInput input)
        {
            var step = CandidateNegotiation.Next(_state, input);
            _state = step.State;
            foreach (var output in step.Outputs)
            {
                switch (output)
                {
                    case NegotiationOutput.Race race:
                        Race = race.Candidates;
                        break;
                    case NegotiationOutput.OnlyAbove above:
                        Race = [.. Race!.Value.Where(candidate => candidate.Priority > above.Priority)];
                        break;
                    case NegotiationOutput.StopRace:
                        Race = null;
                        break;
                    case NegotiationOutput.Notify notify:
                        Sent.Enqueue(notify.Notice);
                        break;
                    case NegotiationOutput.TakeDirect or NegotiationOutput.Activate:
                        OwnLink = new NegotiationInput.OwnLinkUp();
                        break;
                    case NegotiationOutput.UseLink use:
                        Assert.True(Used is null, "Two links are used.");
                        Used = use.Candidate.Id;
                        break;
                }
            }
        }

        /// <summary>Any reachable candidate may be the first.</summary>
        public void EndRace(Random random)
        {
            var reached = Race!.Value.Where(candidate => _reachable.Contains(candidate.Id)).ToArray();
            Race = null;
            Feed(reached.Length == 0 ? new NegotiationInput.RaceLost("no") : new NegotiationInput.RaceWon(reached[random.Next(reached.Length)].Id));
        }

        public void FeedOwnLink(NegotiationInput link)
        {
            OwnLink = null;
            Feed(link);
        }
    }
}
