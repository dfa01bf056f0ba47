using System.Collections.Immutable;
using System.Diagnostics;
using ActorTransfer.Actors.Connections;
using ActorTransfer.Actors.InBand;
using ActorTransfer.Actors.StreamHosts;
using ActorTransfer.Extensibility;
using ActorTransfer.Protocol.Bytestreams;
using ActorTransfer.Protocol.JingleSessions;
using ActorTransfer.Protocol.JingleTransports;
using ActorTransfer.Protocol.Stanzas;
using Akka.Actor;

namespace ActorTransfer.Actors.Transfers;

/// <content>Candidates and proxies.</content>
internal sealed partial class JingleActor
{
    private JingleInput? TranslateTransport(object message) => message switch
    {
        DirectStreamHost.Addresses own => DirectFound(own),
        ProxyDirectory.Proxies proxies => new JingleInput.CandidatesFound(_hosts.Direct, proxies.Hosts),
        DirectStreamHost.Taken taken => Taken(taken.Link),
        DirectStreamHost.NotThere => Negotiated(new NegotiationInput.OwnLinkFailed("The peer reported a direct connection, but none arrived.")),
        Tried tried when tried.Attempt == _attempt.Token => CandidateTried(tried),
        RaceWon won when won.Attempt == _attempt.Token => PeersLinkUp(won),
        RaceLost lost when lost.Attempt == _attempt.Token => Negotiated(new NegotiationInput.RaceLost(lost.Reason)),
        Dialled dialled when dialled.Attempt == _attempt.Token => Activate(dialled),
        NotDialled failed when failed.Attempt == _attempt.Token => ProxyFailed(failed.Proxy, failed.Reason),
        InBandBytestream.Opened opened when Sender.Equals(_inBand) => InBandUp(opened.Link),
        InBandBytestream.Refused refused when Sender.Equals(_inBand) => InBandRefused(refused),
        InBandBytestream.ClosedEarly when Sender.Equals(_inBand) => EndPause(),
        _ => null,
    };

    private void ExecuteTransport(JingleOutput output)
    {
        switch (output)
        {
            case JingleOutput.CollectCandidates collect:
                _hosts.Find(collect.Methods, MachineState.Peer);
                break;
            case JingleOutput.Connect connect:
                Connect(connect.Output);
                break;
            case JingleOutput.AbandonTransport:
                AbandonTransport();
                break;
            case JingleOutput.OpenInBand open:
                OpenInBand(open.Transport, open.Request);
                break;
            case JingleOutput.AcceptInBand accept:
                AcceptInBand(accept);
                break;
        }
    }

    private void Connect(NegotiationOutput output)
    {
        switch (output)
        {
            case NegotiationOutput.Race race:
                Race(race.Candidates);
                break;
            case NegotiationOutput.OnlyAbove above:
                _floor.Raise(above.Priority);
                break;
            case NegotiationOutput.StopRace:
                EndAttempt();
                break;
            case NegotiationOutput.TakeDirect take:
                _services.StreamHost.Tell(new DirectStreamHost.Take(MachineState.Destinations.Own, take.Candidate.Host.Host));
                break;
            case NegotiationOutput.Activate activate:
                Dial(activate.Candidate, MachineState.Destinations.Spellings[0]);
                break;
        }
    }

    private static JingleInput.Candidates Negotiated(NegotiationInput input) => new(input);

    private JingleInput? DirectFound(DirectStreamHost.Addresses own)
    {
        _hosts.DirectFound(own.EndPoints);
        return null;
    }

    /// <summary>
    /// Before the peer is told about own addresses. An address that the peer has offered itself is not offered: both sides may be of one engine, and have one
    /// listener.
    /// </summary>
    private void Listen()
    {
        if (MachineState.OwnCandidates.Any(candidate => !candidate.IsProxy))
        {
            _hosts.Expect(MachineState.Destinations.Own, MachineState.Destinations.ToExpect);
        }
    }

    private void Race(ImmutableArray<TransportCandidate> candidates)
    {
        var (token, self) = (_attempt.Token, Self);
        var given = (MachineState.Transport as JingleTransport.Socks5)?.DstAddr;
        var hosts = candidates
            .DistinctBy(candidate => candidate.Host)
            .Select(candidate => new StreamHostCandidate(
                candidate.Host, candidate.Priority, !candidate.IsProxy, MachineState.Destinations.ToDial(candidate, given)));
        _floor = new RaceFloor();
        var terms = new RaceTerms(_services.Connector, _services.Settings.Target, ct => _account.ProxiesAsync(Address, ct))
        {
            Floor = _floor,
            Tried = (host, why) => self.Tell(new Tried(candidates.First(candidate => candidate.Host == host), why, token), ActorRefs.NoSender),
        };
        StreamHostRace.RunAsync(terms, [.. hosts], token).PipeTo(
            Self,
            success: won => new RaceWon(won.Link, candidates.First(candidate => candidate.Host == won.Host), token),
            failure: exception => new RaceLost(exception.Message, token));
    }

    private JingleInput? CandidateTried(Tried tried)
    {
        Spans.Candidate(tried.Reason is null ? "candidate tried" : "candidate failed", tried.Candidate.Host, tried.Reason);
        if (tried.Reason is not null)
        {
            Metrics.CandidateFailed(Sends, MethodOf(tried.Candidate));
        }

        return null;
    }

    private static StreamMethod MethodOf(TransportCandidate candidate) => candidate.IsProxy ? StreamMethod.Proxy : StreamMethod.Direct;

    private JingleInput.Candidates PeersLinkUp(RaceWon won)
    {
        _peersLink = won.Link;
        Spans.Candidate("candidate won", won.Candidate.Host);
        Metrics.CandidateWon(Sends, MethodOf(won.Candidate), won.Link.RemoteEndPoint);
        return Negotiated(new NegotiationInput.RaceWon(won.Candidate.Id));
    }

    /// <summary>It may arrive after the end of its time, when another transport is in use.</summary>
    private JingleInput? Taken(IByteLink link)
    {
        if (MachineState is { Stage: JingleStage.Negotiating, Negotiation.Phase: NegotiationPhase.AwaitingOwnLink })
        {
            return OwnLinkUp(link, StreamMethod.Direct);
        }

        link.Dispose();
        return null;
    }

    private JingleInput.Candidates OwnLinkUp(IByteLink link, StreamMethod method)
    {
        _ownLink = link;
        Metrics.CandidateWon(Sends, method, link.RemoteEndPoint);
        return Negotiated(new NegotiationInput.OwnLinkUp());
    }

    /// <summary>Connects to a proxy of this side, which is then activated for this spelling of the peer's address.</summary>
    private void Dial(TransportCandidate proxy, Jid target)
    {
        var token = _attempt.Token;
        Spans.Candidate("candidate tried", proxy.Host);
        _dialledAt = Stopwatch.GetTimestamp();
        var destinations = MachineState.Destinations.ToDialOwn(target);
        StreamHostDial.ConnectAsync(_services.Connector, proxy.Host, destinations, _services.Settings.Initiator.Connect, token).LivesUntil(token).PipeTo(
            Self,
            success: link => new Dialled(proxy, target, link, token),
            failure: exception => new NotDialled(proxy, exception.Message, token));
    }

    private JingleInput? Activate(Dialled dialled)
    {
        var activation = new Activation(MachineState.Transport.SessionId, dialled.Target);
        _account.Connection.Tell(new Connection.Ask(
            IqType.Set, Address, dialled.Proxy.Host.Jid, activation.ToXml(), _services.Settings.Initiator.Connected, new Activated(dialled))
        {
            Id = Spans.NewStanzaId(),
        });
        return null;
    }

    private JingleInput? ProxyAnswered(Activated activated, Answer answer)
    {
        var (proxy, target, link, attempt) = activated.Dialled;
        if (attempt != _attempt.Token)
        {
            return null;
        }

        switch (answer)
        {
            case Answer.Result:
                _account.Proxies.Tell(new ProxyDirectory.Report(proxy.Host, Stopwatch.GetElapsedTime(_dialledAt)));
                return OwnLinkUp(link, StreamMethod.Proxy);
            case Answer.Error when MachineState.Destinations.Spellings is [var first, var other] && target == first:
                link.Dispose(); // the peer may have computed the address itself, and not by that spelling
                Dial(proxy, other);
                return null;
            case Answer.Error error:
                return ProxyFailed(proxy, $"{proxy.Host.Jid} refused the activation with {error.Stanza.Describe()}.");
            default:
                return ProxyFailed(proxy, $"{proxy.Host.Jid} did not respond to the activation.");
        }
    }

    private JingleInput.Candidates ProxyFailed(TransportCandidate proxy, string reason)
    {
        Metrics.CandidateFailed(Sends, StreamMethod.Proxy);
        _account.Proxies.Tell(new ProxyDirectory.Report(proxy.Host, null));
        return Negotiated(new NegotiationInput.OwnLinkFailed(reason));
    }

    /// <summary>The connection that both sides use; all others are closed.</summary>
    private IByteLink UseLink()
    {
        if (_ownLink is { } own)
        {
            _peersLink?.Dispose();
            _peersLink = null;
            return own;
        }

        _hosts.Dismiss();
        return _peersLink!;
    }

    private void AbandonTransport()
    {
        EndAttempt();
        _hosts.Dismiss();
        _peersLink?.Dispose();
        _ownLink?.Dispose();
        (_peersLink, _ownLink) = (null, null);
        _file?.ForgetFlow();
        ForgetFlow();
    }

    private void EndAttempt()
    {
        _attempt.Cancel();
        _attempt.Dispose();
        _attempt = new CancellationTokenSource();
    }

    /// <summary>A cancelled attempt may have succeeded at that moment: its link is closed and its result ignored.</summary>
    private sealed record RaceWon(IByteLink Link, TransportCandidate Candidate, CancellationToken Attempt);

    private sealed record RaceLost(string Reason, CancellationToken Attempt);

    private sealed record Tried(TransportCandidate Candidate, string? Reason, CancellationToken Attempt);

    private sealed record Dialled(TransportCandidate Proxy, Jid Target, IByteLink Link, CancellationToken Attempt);

    private sealed record NotDialled(TransportCandidate Proxy, string Reason, CancellationToken Attempt);

    private sealed record Activated(Dialled Dialled);
}
