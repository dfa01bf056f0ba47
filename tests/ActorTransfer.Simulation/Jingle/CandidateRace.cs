using System.Collections.Immutable;
using ActorTransfer.Extensibility;
using ActorTransfer.Protocol.JingleTransports;
using ActorTransfer.Simulation.Sockets;

namespace ActorTransfer.Simulation.Jingle;

/// <summary>Connects to candidates, the best first, the next one after a moment; the first to complete its handshake wins.</summary>
internal sealed class CandidateRace
{
    private static readonly TimeSpan s_stagger = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan s_proxyDelay = TimeSpan.FromMilliseconds(600);
    private static readonly TimeSpan s_connect = TimeSpan.FromSeconds(5);
    private readonly World _world;
    private readonly string _client;
    private readonly Queue<(TransportCandidate Candidate, ImmutableArray<DestinationAddress> Destinations)> _untried;
    private readonly Dictionary<TransportCandidate, Socks5Dial> _dials = [];
    private readonly Action<TransportCandidate?, SimulatedSocket?, ReadOnlyMemory<byte>> _done;
    private SimulatedTimer? _next;
    private bool _isOver;

    /// <summary>Begins; calls back once, with null when none can be used, unless it is abandoned.</summary>
    public CandidateRace(
        World world,
        string client,
        IEnumerable<(TransportCandidate Candidate, ImmutableArray<DestinationAddress> Destinations)> candidates,
        Action<TransportCandidate?, SimulatedSocket?, ReadOnlyMemory<byte>> done)
    {
        (_world, _client, _done) = (world, client, done);
        _untried = new(candidates.DistinctBy(entry => entry.Candidate.Host));
        _next = world.Clock.After(TimeSpan.Zero, TryNext);
    }

    public void Abandon()
    {
        _isOver = true;
        _next?.Cancel();
        foreach (var dial in _dials.Values)
        {
            dial.Abandon();
        }
    }

    private void TryNext()
    {
        if (_isOver)
        {
            return;
        }

        _next?.Cancel();
        if (_untried.TryDequeue(out var entry))
        {
            Dial(entry.Candidate, entry.Destinations);
            if (_untried.TryPeek(out var following))
            {
                _next = _world.Clock.After(following.Candidate.IsProxy && !entry.Candidate.IsProxy ? s_proxyDelay : s_stagger, TryNext);
            }
        }
        else if (_dials.Count == 0)
        {
            _isOver = true;
            _done(null, null, default);
        }
    }

    private void Dial(TransportCandidate candidate, ImmutableArray<DestinationAddress> destinations) =>
        _dials[candidate] = new Socks5Dial(_world, _client, candidate.Host, destinations[0], s_connect, (socket, early) =>
        {
            _dials.Remove(candidate);
            if (_isOver)
            {
                socket?.Close();
            }
            else if (socket is not null)
            {
                Abandon();
                _done(candidate, socket, early);
            }
            else if (destinations.Length > 1)
            {
                Dial(candidate, destinations[1..]);
            }
            else
            {
                TryNext();
            }
        });
}
