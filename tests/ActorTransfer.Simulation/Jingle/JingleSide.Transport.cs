using System.Collections.Immutable;
using ActorTransfer.Extensibility;
using ActorTransfer.Protocol.Bytestreams;
using ActorTransfer.Protocol.FileTransfer;
using ActorTransfer.Protocol.Ibb;
using ActorTransfer.Protocol.JingleSessions;
using ActorTransfer.Protocol.JingleTransports;
using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Simulation.InBand;
using ActorTransfer.Simulation.Peers;
using ActorTransfer.Simulation.Sockets;

namespace ActorTransfer.Simulation.Jingle;

/// <content>Candidates, proxies and in-band bytestreams.</content>
internal sealed partial class JingleSide
{
    private static readonly TimeSpan s_connect = TimeSpan.FromSeconds(10);
    private readonly List<SimulatedSocket> _attemptSockets = [];
    private DirectExpectation? _expected;
    private CandidateRace? _race;
    private Socks5Dial? _dial;
    private SimulatedSocket? _peersLink;
    private SimulatedSocket? _ownLink;
    private ReadOnlyMemory<byte> _early;
    private InBandReceiving? _inBandIn;
    private InBandSending? _inBandOut;
    private int _attempt;

    /// <summary>An in-band bytestream with this sid belongs to this session.</summary>
    public bool HasInBand(string sid) =>
        _inBandIn?.SessionId == sid || _inBandOut?.SessionId == sid
        || (!HasEnded && _state.Transport is JingleTransport.InBand { SessionId: var id } && id == sid);

    /// <summary>Blocks and closes go to the bytestream, opens to the session.</summary>
    public void InBandRequested(Iq request)
    {
        if (IbbOpen.Is(request.Payload))
        {
            Apply(new JingleInput.InBandOffered(request, request.Payload!["sid"]!));
        }
        else if (_inBandIn is not null && !HasEnded)
        {
            _inBandIn.Requested(request);
        }
        else if (_inBandOut is not null && IbbClose.Is(request.Payload))
        {
            _inBandOut.CloseRequested(request);
        }
        else
        {
            _peer.Reply(request.Fail(StanzaError.ItemNotFound));
        }
    }

    void IInBandOwner.InBandUp() => Tell(new JingleInput.InBandUp());

    void IInBandOwner.InBandRefused(Answer answer, string reason) => Tell(new JingleInput.InBandFailed(reason));

    void IInBandOwner.InBandOrderLost(string reason)
    {
    }

    void IInBandOwner.LastNext() => LastNext();

    void IInBandOwner.Moved() => Moved(_flow);

    void IInBandOwner.FlowEnded(object flow, FlowEnd end) => TellFlow(_flow, end);

    private void ExecuteTransport(JingleOutput output)
    {
        switch (output)
        {
            case JingleOutput.CollectCandidates collect:
                _world.Clock.After(_world.Delay(), () => Apply(Collected(collect.Methods)));
                break;
            case JingleOutput.Connect connect:
                Connect(connect.Output);
                break;
            case JingleOutput.AbandonTransport:
                AbandonTransport();
                break;
            case JingleOutput.OpenInBand open:
                _inBandOut = new InBandSending(
                    _world, _peer, _state.Peer, open.Transport.SessionId, open.Transport.BlockSize!.Value, _world.Plan.KeepsOrder, this);
                break;
            case JingleOutput.AcceptInBand accept:
                _inBandIn?.Stop();
                _inBandIn = new InBandReceiving(
                    _world, _peer, _state.Peer, _state.Transport.SessionId, accept.OfferedBlockSize, accept.Request, () => Tell(new JingleInput.InBandUp()));
                break;
        }
    }

    private JingleInput.CandidatesFound Collected(StreamMethods methods)
    {
        var (sends, plan) = (_state.Sends, _world.Jingle!);
        ImmutableArray<StreamHost> proxies = sends ? [World.Proxy] : [.. plan.SharesProxy ? [World.Proxy] : Array.Empty<StreamHost>(), .. PeersProxy(plan)];
        return new(
            !methods.HasFlag(StreamMethods.Direct) ? [] : sends ? [World.Direct] : plan.PeerListens ? [World.PeerDirect] : [],
            methods.HasFlag(StreamMethods.Proxy) ? proxies : []);
    }

    private static StreamHost[] PeersProxy(JinglePlan plan) => plan.PeerHasProxy ? [World.PeerProxy] : [];

    private void Listen()
    {
        if (_state.OwnCandidates.Any(candidate => !candidate.IsProxy))
        {
            _expected?.Forget();
            _expected = _peer.Listener.Expect(_state.Destinations.ToExpect);
        }
    }

    private void Connect(NegotiationOutput output)
    {
        switch (output)
        {
            case NegotiationOutput.Race race:
                Race(race.Candidates);
                break;
            case NegotiationOutput.StopRace:
                EndAttempt();
                break;
            case NegotiationOutput.TakeDirect when _expected is null:
                Tell(Negotiated(new NegotiationInput.OwnLinkFailed("nothing is expected")));
                break;
            case NegotiationOutput.TakeDirect:
                _expected.Take(Taken);
                break;
            case NegotiationOutput.Activate activate:
                Dial(activate.Candidate, _state.Destinations.ToDialOwn(_state.Peer));
                break;
        }
    }

    private static JingleInput.Candidates Negotiated(NegotiationInput input) => new(input);

    /// <summary>Later results of an attempt that was ended are ignored, and its connections closed.</summary>
    private void TellAttempt(SimulatedSocket? socket, Action<SimulatedSocket?> action)
    {
        var attempt = _attempt;
        if (socket is not null)
        {
            _attemptSockets.Add(socket);
        }

        Tell(() =>
        {
            if (attempt == _attempt)
            {
                action(socket);
            }
        });
    }

    private void Race(ImmutableArray<TransportCandidate> candidates)
    {
        var given = (_state.Transport as JingleTransport.Socks5)?.DstAddr;
        _race = new CandidateRace(
            _world,
            _name,
            candidates.Select(candidate => (candidate, _state.Destinations.ToDial(candidate, given))),
            (candidate, socket, early) => TellAttempt(socket, link =>
            {
                if (link is null)
                {
                    Apply(Negotiated(new NegotiationInput.RaceLost("none")));
                    return;
                }

                (_peersLink, _early) = (link, early);
                Apply(Negotiated(new NegotiationInput.RaceWon(candidate!.Id)));
            }));
    }

    private void Taken(SimulatedSocket? socket)
    {
        if (socket is not null)
        {
            _attemptSockets.Add(socket);
        }

        Tell(() =>
        {
            _ownLink = socket is { IsClosed: false } ? socket : null;
            Apply(Negotiated(socket is null ? new NegotiationInput.OwnLinkFailed("none arrived") : new NegotiationInput.OwnLinkUp()));
        });
    }

    private void Dial(TransportCandidate proxy, ImmutableArray<DestinationAddress> destinations) =>
        _dial = new Socks5Dial(_world, _name, proxy.Host, destinations[0], s_connect, (socket, early) =>
        {
            if (socket is null && destinations.Length > 1)
            {
                Dial(proxy, destinations[1..]);
                return;
            }

            TellAttempt(socket, link =>
            {
                if (link is null)
                {
                    Apply(Negotiated(new NegotiationInput.OwnLinkFailed("The proxy cannot be reached.")));
                }
                else
                {
                    Activate(proxy, link, early);
                }
            });
        });

    private void Activate(TransportCandidate proxy, SimulatedSocket link, ReadOnlyMemory<byte> early)
    {
        var attempt = _attempt;
        _peer.Ask(proxy.Host.Jid, new Activation(_state.Transport.SessionId, _state.Peer).ToXml(), s_connect, answer =>
        {
            if (attempt != _attempt)
            {
                return;
            }

            if (answer is Answer.Result)
            {
                (_ownLink, _early) = (link, early);
            }

            Apply(Negotiated(answer is Answer.Result ? new NegotiationInput.OwnLinkUp() : new NegotiationInput.OwnLinkFailed("not activated")));
        });
    }

    /// <summary>The connection that both sides use; null in-band.</summary>
    private (SimulatedSocket? Socket, ReadOnlyMemory<byte> Early) UseLink()
    {
        if (_ownLink is not null)
        {
            _peersLink?.Close();
            _peersLink = null;
            return (_ownLink, _early);
        }

        _expected?.Forget();
        return (_peersLink, _early);
    }

    private void AbandonTransport()
    {
        _attempt++;
        EndAttempt();
        _expected?.Forget();
        _sending?.Stop();
        _receiving?.Stop();
        _file?.Stop();
        _peersLink?.Close();
        _ownLink?.Close();
        (_peersLink, _ownLink) = (null, null);
        _flow++;
    }

    private void EndAttempt()
    {
        _attempt++;
        _race?.Abandon();
        _dial?.Abandon();
        foreach (var socket in _attemptSockets)
        {
            socket.Close();
        }

        _attemptSockets.Clear();
    }
}
