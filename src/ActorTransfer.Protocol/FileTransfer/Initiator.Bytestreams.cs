using System.Collections.Immutable;
using ActorTransfer.Extensibility;
using ActorTransfer.Protocol.Addressing;
using ActorTransfer.Protocol.Bytestreams;
using ActorTransfer.Protocol.Stanzas;

namespace ActorTransfer.Protocol.FileTransfer;

/// <content>SOCKS5 bytestreams (XEP-0065): streamhosts, connection, activation.</content>
internal static partial class Initiator
{
    private static Step<InitiatorState, InitiatorOutput> Socks5(InitiatorState state, InitiatorInput input) => (state.Phase, input) switch
    {
        (TransferState.Accepted, InitiatorInput.HostsFound found) => HostsFound(state, found),
        (TransferState.ProxyDiscovered, InitiatorInput.Listening) => SendStreamhosts(state),
        (TransferState.StreamhostSent, InitiatorInput.Answered { Request: InitiatorRequest.Streamhosts } a) when state.Candidates.IsEmpty =>
            StreamhostsAnswered(state, a.Answer),
        (TransferState.StreamhostSent, InitiatorInput.LinkUp up) when !state.Candidates.IsEmpty => LinkUp(state, up),
        (TransferState.StreamhostSent, InitiatorInput.LinkFailed failed) when !state.Candidates.IsEmpty => LinkFailed(state, failed),
        (TransferState.Connected, InitiatorInput.Answered { Request: InitiatorRequest.Activation } a) => ActivationAnswered(state, a.Answer),
        _ => Step<InitiatorState, InitiatorOutput>.Ignore(state),
    };

    /// <summary>For users.</summary>
    internal const string NoStreamhost = "No proxy was found, and direct connections are not allowed.";

    private static Step<InitiatorState, InitiatorOutput> HostsFound(InitiatorState state, InitiatorInput.HostsFound found)
    {
        if (found.Hosts.IsEmpty)
        {
            return found.LinkLost
                ? Fail(state, TransferSide.Server, FailureReason.LinkLost, "The link to the server was lost during proxy discovery.")
                : FallBack(state, TransferSide.Server, FailureReason.NoStreamhost, NoStreamhost);
        }

        return Go(state with { Hosts = found.Hosts }, TransferState.ProxyDiscovered, new InitiatorOutput.Listen(state.Destination));
    }

    private static Step<InitiatorState, InitiatorOutput> SendStreamhosts(InitiatorState state)
    {
        // A target in a group chat is addressed by another JID than its own, and cannot compute the address (XEP-0065 §5.3.1).
        var offer = new StreamHostOffer(state.SessionId, state.Hosts, state.Destination.Hex);
        return Go(state, TransferState.StreamhostSent, new InitiatorOutput.Ask(InitiatorRequest.Streamhosts, state.Plan.Peer, offer.ToXml()));
    }

    private static Step<InitiatorState, InitiatorOutput> StreamhostsAnswered(InitiatorState state, Answer answer)
    {
        switch (answer)
        {
            case Answer.Result result when StreamHostUsed.TryRead(result.Payload, out var used):
                return Used(state, used.Jid);
            case Answer.Result:
                return FallBack(state, TransferSide.Peer, FailureReason.ProtocolViolation, "The peer did not report which streamhost it uses.");
            case Answer.Error error:
                return FallBack(
                    state, TransferSide.Peer, FailureReason.StreamhostUnreachable,
                    $"The peer responded with {error.Stanza.Describe()}. It was offered {Offered(state)}.");
            case Answer.None { Reason: NoAnswer.Timeout }:
                return TimedOut(state);
            default:
                return Unanswered(state, answer, TransferSide.Peer, "the streamhosts");
        }
    }

    private static Step<InitiatorState, InitiatorOutput> Used(InitiatorState state, Jid used)
    {
        var candidates = Match(state, used);
        return candidates.IsEmpty
            ? FallBack(state, TransferSide.Peer, FailureReason.StreamhostUnknown, $"The peer uses streamhost {used}, which was not offered.")
            : Go(state with { Candidates = candidates }, TransferState.StreamhostSent, ConnectTo(state, candidates));
    }

    private static string Offered(InitiatorState state) => string.Join("; ", state.Hosts.Select(host => host.Describe()));

    /// <summary>One JID may have several addresses; a bare JID matches an offered one when it is unique.</summary>
    private static ImmutableArray<StreamHost> Match(InitiatorState state, Jid used)
    {
        ImmutableArray<StreamHost> exact = [.. state.Hosts.Where(host => host.Jid == used)];
        ImmutableArray<StreamHost> loose = [.. state.Hosts.Where(host => JidEquivalence.Comparer.Equals(host.Jid.Bare, used.Bare))];
        return exact.IsEmpty && loose.Select(host => host.Jid).Distinct().Count() == 1 ? loose : exact;
    }

    private static InitiatorOutput ConnectTo(InitiatorState state, ImmutableArray<StreamHost> hosts) =>
        IsDirect(state, hosts[0])
            ? new InitiatorOutput.TakeDirect(state.Destination)
            : new InitiatorOutput.Connect(hosts, state.Destination);

    private static bool IsDirect(InitiatorState state, StreamHost host) => host.Jid == state.Plan.Self;

    private static Step<InitiatorState, InitiatorOutput> LinkUp(InitiatorState state, InitiatorInput.LinkUp up)
    {
        var host = up.Host ?? state.Candidates[0];
        if (IsDirect(state, host))
        {
            return Flow(state, StreamMethod.Direct, host);
        }

        var activation = new Activation(state.SessionId, state.Plan.Peer);
        return Go(
            state with { Candidates = [host] },
            TransferState.Connected,
            [.. Failing(up.Failed), new InitiatorOutput.Ask(InitiatorRequest.Activation, host.Jid, activation.ToXml())]);
    }

    private static Step<InitiatorState, InitiatorOutput> LinkFailed(InitiatorState state, InitiatorInput.LinkFailed failed)
    {
        var side = IsDirect(state, state.Candidates[0]) ? TransferSide.Peer : TransferSide.Proxy;
        return FallBack(state, side, FailureReason.StreamhostUnreachable, failed.Detail, Failing(failed.Failed));
    }

    private static ImmutableArray<InitiatorOutput> Failing(ImmutableArray<StreamHost> hosts) =>
        hosts.IsDefault ? [] : [.. hosts.Select(host => new InitiatorOutput.JudgeProxy(host, Served: false))];

    private static Step<InitiatorState, InitiatorOutput> ActivationAnswered(InitiatorState state, Answer answer)
    {
        var host = state.Candidates[0];
        switch (answer)
        {
            case Answer.Result:
                return Flow(state, StreamMethod.Proxy, host, new InitiatorOutput.JudgeProxy(host, Served: true));
            case Answer.Error error:
                var detail = $"The proxy responded to the activation with {error.Stanza.Describe()}.";
                return FallBack(
                    state, TransferSide.Proxy, FailureReason.ActivationRefused, detail, new InitiatorOutput.JudgeProxy(host, Served: false));
            case Answer.None { Reason: NoAnswer.Timeout }:
                return TimedOut(state);
            default:
                return Unanswered(state, answer, TransferSide.Proxy, "the activation");
        }
    }
}
