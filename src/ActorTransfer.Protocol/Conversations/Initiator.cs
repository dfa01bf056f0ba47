using System.Collections.Immutable;
using ActorTransfer.Protocol.Addressing;
using ActorTransfer.Protocol.Bytestreams;
using ActorTransfer.Protocol.StreamInitiation;
using ActorTransfer.Protocol.Xml;

namespace ActorTransfer.Protocol.Conversations;

/// <summary>What the initiator wants to send, to whom, under which session.</summary>
/// <param name="Self">Full JID that the offer comes from; it is part of the destination address.</param>
/// <param name="Peer">Full JID of the target.</param>
/// <param name="SessionId">SI id, which is the bytestream's <c>sid</c> too.</param>
/// <param name="File">What is offered.</param>
public sealed record InitiatorPlan(Jid Self, Jid Peer, string SessionId, FileDescription File)
{
    /// <summary>Stream methods in order of preference.</summary>
    public ImmutableArray<string> Methods { get; init; } = [Namespaces.Bytestreams];

    /// <summary>The SOCKS5 address of this session (XEP-0065 §5.3.2).</summary>
    public DestinationAddress Destination => DestinationAddress.Compute(SessionId, Self, Peer);
}

/// <summary>The questions that an initiator asks.</summary>
public enum InitiatorQuestion
{
    /// <summary>The SI offer, to the target.</summary>
    Offer,

    /// <summary>The list of streamhosts, to the target.</summary>
    Streamhosts,

    /// <summary>The activation, to the proxy.</summary>
    Activation,
}

/// <summary>What can happen to an initiator.</summary>
public abstract record InitiatorInput
{
    /// <summary>Start.</summary>
    public sealed record Begin : InitiatorInput;

    /// <summary>A question was answered, or never will be.</summary>
    public sealed record Answered(InitiatorQuestion Question, Answer Answer) : InitiatorInput;

    /// <summary>The streamhosts that this side can offer, best first: own addresses, then proxies.</summary>
    public sealed record HostsFound(ImmutableArray<StreamHost> Hosts) : InitiatorInput;

    /// <summary>The stream-host listener expects the session's destination address, or needs not.</summary>
    public sealed record Listening : InitiatorInput;

    /// <summary>The SOCKS5 connection to the streamhost is up.</summary>
    public sealed record LinkUp : InitiatorInput;

    /// <summary>The streamhost cannot be reached, or the direct connection that the peer claims does not exist.</summary>
    public sealed record LinkFailed(string Detail) : InitiatorInput;

    /// <summary>Bytes moved.</summary>
    public sealed record Progressed : InitiatorInput;

    /// <summary>The byte flow ended.</summary>
    public sealed record FlowEnded(FlowEnd End) : InitiatorInput;

    /// <summary>The timer of the state fired.</summary>
    public sealed record TimedOut : InitiatorInput;

    /// <summary>The host wants out.</summary>
    public sealed record Cancel : InitiatorInput;
}

/// <summary>What an initiator wants done.</summary>
public abstract record InitiatorOutput
{
    /// <summary>Send an iq set and report the answer as <see cref="InitiatorInput.Answered"/>.</summary>
    public sealed record Ask(InitiatorQuestion Question, Jid To, XmlElement Payload) : InitiatorOutput;

    /// <summary>Collect streamhosts and report <see cref="InitiatorInput.HostsFound"/>.</summary>
    public sealed record FindHosts : InitiatorOutput;

    /// <summary>Let the stream-host listener grant this address once; report <see cref="InitiatorInput.Listening"/>.</summary>
    public sealed record Listen(DestinationAddress Destination) : InitiatorOutput;

    /// <summary>Connect to a proxy; report <see cref="InitiatorInput.LinkUp"/> or <see cref="InitiatorInput.LinkFailed"/>.</summary>
    public sealed record Connect(StreamHost Host, DestinationAddress Destination) : InitiatorOutput;

    /// <summary>Take over the connection that the peer made to the listener; report as for <see cref="Connect"/>.</summary>
    public sealed record TakeDirect(DestinationAddress Destination) : InitiatorOutput;

    /// <summary>Send these bytes of the content; report progress and <see cref="InitiatorInput.FlowEnded"/>.</summary>
    public sealed record StartFlow(long Offset, long Length) : InitiatorOutput;

    /// <summary>The conversation is over; release everything.</summary>
    public sealed record Finish(TransferOutcome Outcome) : InitiatorOutput;
}

/// <summary>State of an initiator's conversation.</summary>
public sealed record InitiatorState(InitiatorPlan Plan)
{
    /// <summary>Where the transfer stands.</summary>
    public TransferState Phase { get; init; } = TransferState.Offer;

    /// <summary>What part of the file the target asked for.</summary>
    public FileRange Range { get; init; }

    /// <summary>What was offered to the target.</summary>
    public ImmutableArray<StreamHost> Hosts { get; init; } = [];

    /// <summary>Addresses of the streamhost in use that were not tried yet; the first is being tried.</summary>
    public ImmutableArray<StreamHost> Candidates { get; init; } = [];
}

/// <summary>
/// The initiator's side of XEP-0096 over XEP-0095 and XEP-0065, as pure steps:
/// offer, accepted, proxy discovered, streamhost sent, connected, activated, streaming.
/// </summary>
public static class Initiator
{
    /// <summary>Carries the conversation one input further.</summary>
    public static Step<InitiatorState, InitiatorOutput> Next(InitiatorState state, InitiatorInput input)
    {
        if (state.Phase.IsEnd())
        {
            return Step<InitiatorState, InitiatorOutput>.Ignore(state);
        }

        return (state.Phase, input) switch
        {
            (_, InitiatorInput.Cancel) => End(state, new TransferOutcome.Cancelled(state.Phase, TransferSide.Local)),
            (_, InitiatorInput.TimedOut) => Fail(state, SilentSide(state), FailureReason.Timeout, Silence(state)),
            (TransferState.Offer, InitiatorInput.Begin) => SendOffer(state),
            (TransferState.Offer, InitiatorInput.Answered { Question: InitiatorQuestion.Offer } a) => OfferAnswered(state, a.Answer),
            (TransferState.Accepted, InitiatorInput.HostsFound found) => HostsFound(state, found.Hosts),
            (TransferState.ProxyDiscovered, InitiatorInput.Listening) => SendStreamhosts(state),
            (TransferState.StreamhostSent, InitiatorInput.Answered { Question: InitiatorQuestion.Streamhosts } a) when state.Candidates.IsEmpty =>
                StreamhostsAnswered(state, a.Answer),
            (TransferState.StreamhostSent, InitiatorInput.LinkUp) => LinkUp(state),
            (TransferState.StreamhostSent, InitiatorInput.LinkFailed failed) => LinkFailed(state, failed.Detail),
            (TransferState.Connected, InitiatorInput.Answered { Question: InitiatorQuestion.Activation } a) =>
                ActivationAnswered(state, a.Answer),
            (TransferState.Activated, InitiatorInput.Progressed) => Go(state, TransferState.Streaming),
            (TransferState.Activated or TransferState.Streaming, InitiatorInput.FlowEnded ended) =>
                End(state, Flows.Outcome(state.Phase, ended.End)),
            _ => Step<InitiatorState, InitiatorOutput>.Ignore(state),
        };
    }

    private static Step<InitiatorState, InitiatorOutput> SendOffer(InitiatorState state)
    {
        var plan = state.Plan;
        var offer = new SiOffer(plan.SessionId, plan.File, plan.Methods);
        return Go(state, TransferState.Offer, new InitiatorOutput.Ask(InitiatorQuestion.Offer, plan.Peer, offer.ToXml()));
    }

    private static Step<InitiatorState, InitiatorOutput> OfferAnswered(InitiatorState state, Answer answer)
    {
        switch (answer)
        {
            case Answer.Result result:
                return Accepted(state, SiAccept.Read(result.Payload));
            case Answer.Error error when Refusals.IsDecline(error.Stanza):
                return End(state, new TransferOutcome.Refused(TransferSide.Peer, error.Stanza.Text ?? error.Stanza.Condition));
            case Answer.Error error:
                var (side, reason) = Refusals.OfOffer(error.Stanza);
                return Fail(state, side, reason, $"The offer was answered with {error.Stanza.Describe()}.");
            default:
                return Unanswered(state, answer, TransferSide.Peer, "the offer");
        }
    }

    private static Step<InitiatorState, InitiatorOutput> Accepted(InitiatorState state, SiAccept accept)
    {
        if (!accept.Methods.Any(state.Plan.Methods.Contains))
        {
            return Fail(state, TransferSide.Peer, FailureReason.NoMethod, "The peer accepted without naming a method that was offered.");
        }

        var range = accept.Range ?? default;
        if (!range.FitsIn(state.Plan.File.Size))
        {
            return Fail(state, TransferSide.Peer, FailureReason.ProtocolViolation, "The peer asked for a range that lies outside the file.");
        }

        return Go(state with { Range = range }, TransferState.Accepted, new InitiatorOutput.FindHosts());
    }

    private static Step<InitiatorState, InitiatorOutput> HostsFound(InitiatorState state, ImmutableArray<StreamHost> hosts) =>
        hosts.IsEmpty
            ? Fail(state, TransferSide.Server, FailureReason.NoStreamhost, "No proxy was found and no direct address may be offered.")
            : Go(state with { Hosts = hosts }, TransferState.ProxyDiscovered, new InitiatorOutput.Listen(state.Plan.Destination));

    private static Step<InitiatorState, InitiatorOutput> SendStreamhosts(InitiatorState state)
    {
        var offer = new StreamHostOffer(state.Plan.SessionId, state.Hosts);
        return Go(state, TransferState.StreamhostSent, new InitiatorOutput.Ask(InitiatorQuestion.Streamhosts, state.Plan.Peer, offer.ToXml()));
    }

    private static Step<InitiatorState, InitiatorOutput> StreamhostsAnswered(InitiatorState state, Answer answer)
    {
        switch (answer)
        {
            case Answer.Result result when StreamHostUsed.TryRead(result.Payload, out var used):
                return Used(state, used.Jid);
            case Answer.Result:
                return Fail(state, TransferSide.Peer, FailureReason.ProtocolViolation, "The peer did not say which streamhost it uses.");
            case Answer.Error error:
                return Fail(state, TransferSide.Peer, FailureReason.StreamhostUnreachable, $"The peer answered {error.Stanza.Describe()}.");
            default:
                return Unanswered(state, answer, TransferSide.Peer, "the streamhosts");
        }
    }

    private static Step<InitiatorState, InitiatorOutput> Used(InitiatorState state, Jid used)
    {
        var candidates = Match(state, used);
        if (candidates.IsEmpty)
        {
            return Fail(state, TransferSide.Peer, FailureReason.StreamhostUnknown, $"The peer uses streamhost {used}, which was not offered.");
        }

        return Go(state with { Candidates = candidates }, TransferState.StreamhostSent, Dial(state, candidates[0]));
    }

    /// <summary>One JID may have several addresses; a bare JID stands for an offered one when it is unique.</summary>
    private static ImmutableArray<StreamHost> Match(InitiatorState state, Jid used)
    {
        ImmutableArray<StreamHost> exact = [.. state.Hosts.Where(host => host.Jid == used)];
        ImmutableArray<StreamHost> loose = [.. state.Hosts.Where(host => host.Jid.Bare == used.Bare)];
        return exact.IsEmpty && loose.Select(host => host.Jid).Distinct().Count() == 1 ? loose : exact;
    }

    private static InitiatorOutput Dial(InitiatorState state, StreamHost host) =>
        host.Jid == state.Plan.Self
            ? new InitiatorOutput.TakeDirect(state.Plan.Destination)
            : new InitiatorOutput.Connect(host, state.Plan.Destination);

    private static Step<InitiatorState, InitiatorOutput> LinkUp(InitiatorState state)
    {
        if (state.Candidates.IsEmpty)
        {
            return Step<InitiatorState, InitiatorOutput>.Ignore(state);
        }

        var host = state.Candidates[0];
        if (host.Jid == state.Plan.Self)
        {
            return Flow(state);
        }

        var activation = new Activation(state.Plan.SessionId, state.Plan.Peer);
        return Go(state, TransferState.Connected, new InitiatorOutput.Ask(InitiatorQuestion.Activation, host.Jid, activation.ToXml()));
    }

    private static Step<InitiatorState, InitiatorOutput> LinkFailed(InitiatorState state, string detail)
    {
        if (state.Candidates.IsEmpty)
        {
            return Step<InitiatorState, InitiatorOutput>.Ignore(state);
        }

        var direct = state.Candidates[0].Jid == state.Plan.Self;
        var rest = state.Candidates.RemoveAt(0);
        return direct || rest.IsEmpty
            ? Fail(state, direct ? TransferSide.Peer : TransferSide.Proxy, FailureReason.StreamhostUnreachable, detail)
            : Go(state with { Candidates = rest }, TransferState.StreamhostSent, Dial(state, rest[0]));
    }

    private static Step<InitiatorState, InitiatorOutput> ActivationAnswered(InitiatorState state, Answer answer) => answer switch
    {
        Answer.Result => Flow(state),
        Answer.Error error => Fail(
            state, TransferSide.Proxy, FailureReason.ActivationRefused, $"The proxy answered the activation with {error.Stanza.Describe()}."),
        _ => Unanswered(state, answer, TransferSide.Proxy, "the activation"),
    };

    private static Step<InitiatorState, InitiatorOutput> Flow(InitiatorState state) =>
        Go(
            state,
            TransferState.Activated,
            new InitiatorOutput.StartFlow(state.Range.Offset, state.Range.LengthIn(state.Plan.File.Size)));

    private static Step<InitiatorState, InitiatorOutput> Unanswered(InitiatorState state, Answer answer, TransferSide asked, string what)
    {
        var (side, reason, detail) = Refusals.OfSilence(((Answer.None)answer).Why, asked, what);
        return Fail(state, side, reason, detail);
    }

    private static TransferSide SilentSide(InitiatorState state) => state.Phase switch
    {
        TransferState.Accepted => TransferSide.Server,
        TransferState.ProxyDiscovered => TransferSide.Local,
        TransferState.Connected => TransferSide.Proxy,
        TransferState.StreamhostSent when !state.Candidates.IsEmpty => TransferSide.Proxy,
        _ => TransferSide.Peer,
    };

    private static string Silence(InitiatorState state) => state.Phase switch
    {
        TransferState.Offer => "The peer did not answer the offer in time.",
        TransferState.Accepted => "Looking for streamhosts took too long.",
        TransferState.ProxyDiscovered => "The stream-host listener did not get ready in time.",
        TransferState.StreamhostSent when state.Candidates.IsEmpty => "The peer did not choose a streamhost in time.",
        TransferState.StreamhostSent => "The chosen streamhost could not be reached in time.",
        TransferState.Connected => "The proxy did not answer the activation in time.",
        _ => "No byte moved in time.",
    };

    private static Step<InitiatorState, InitiatorOutput> Go(InitiatorState state, TransferState phase, params ImmutableArray<InitiatorOutput> outputs) =>
        new(state with { Phase = phase }, outputs);

    private static Step<InitiatorState, InitiatorOutput> Fail(InitiatorState state, TransferSide side, FailureReason reason, string detail) =>
        End(state, new TransferOutcome.Failed(state.Phase, side, reason, detail));

    private static Step<InitiatorState, InitiatorOutput> End(InitiatorState state, TransferOutcome outcome) =>
        Go(state, outcome.EndState, new InitiatorOutput.Finish(outcome));
}
