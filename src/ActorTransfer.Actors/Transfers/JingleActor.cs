using System.Collections.Immutable;
using System.Diagnostics;
using ActorTransfer.Actors.Connections;
using ActorTransfer.Actors.InBand;
using ActorTransfer.Actors.Logging;
using ActorTransfer.Actors.StreamHosts;
using ActorTransfer.Extensibility;
using ActorTransfer.Protocol;
using ActorTransfer.Protocol.FileTransfer;
using ActorTransfer.Protocol.Hashes;
using ActorTransfer.Protocol.Ibb;
using ActorTransfer.Protocol.Jingle;
using ActorTransfer.Protocol.JingleFiles;
using ActorTransfer.Protocol.JingleSessions;
using ActorTransfer.Protocol.JingleTransports;
using ActorTransfer.Protocol.Stanzas;
using Akka.Actor;

namespace ActorTransfer.Actors.Transfers;

/// <summary>One side of a transfer in a Jingle session: executes the outputs of <see cref="JingleSession"/>.</summary>
internal sealed partial class JingleActor : TransferActor<JingleSessionState, JingleInput, JingleOutput>
{
    private readonly Account _account;
    private readonly TransferServices _services;
    private readonly SharedServices _shared;
    private readonly IncomingTransfer? _file;
    private IOutgoingContent? _content;
    private RaceFloor _floor = new();
    private readonly OwnStreamHosts _hosts;
    private readonly RequestLimit _requests = new();
    private FileDescription _description;
    private IOutgoingContent? _served;
    private JingleTimer _timer;
    private CancellationTokenSource _attempt = new();
    private IByteLink? _peersLink;
    private IByteLink? _ownLink;
    private IActorRef _inBand = ActorRefs.Nobody;
    private long _dialledAt;
    private long _length;

    /// <summary>Use <see cref="Props(TransferId, JingleSessionState, Transfer.Send, Account, TransferServices, SharedServices, ActivityContext)"/>.</summary>
    public JingleActor(
        TransferId id, JingleSessionState start, Transfer.Send? order, Account account, TransferServices services, SharedServices shared, ActivityContext trace)
        : base(id, start.Self, start.Sends, order?.Observer ?? ActorRefs.Nobody, start, shared.Metrics, trace)
    {
        _account = account;
        _services = services;
        _shared = shared;
        _content = order?.Content;
        _description = order?.Content.Description ?? start.File.ToFileDescription();
        _length = _description.Size;
        _timer = order is null ? JingleTimer.Decision : JingleTimer.Offer;
        _file = !start.Sends ? new IncomingTransfer(new IncomingOffer(start.Peer, start.Self, _description) { Id = id }, services, shared) : null;
        _hosts = new OwnStreamHosts(account, services, start.Self, order?.Terms.Proxies ?? [], Self);
    }

    protected override LogScope Scope => new(Id, MachineState.SessionId, _account.Name, MachineState.Peer);

    protected override JingleInput TimedOut => new JingleInput.TimedOut();

    protected override JingleInput Moved => new JingleInput.Progressed();

    protected override bool IsUnsupported => MachineState.IsUnsupported;

    private bool Sends => MachineState.Sends;

    /// <summary>The side that offers a file.</summary>
    public static Props Props(
        TransferId id,
        JingleSessionState start,
        Transfer.Send order,
        Account account,
        TransferServices services,
        SharedServices shared,
        ActivityContext trace) =>
        ActorProps.Create(() => new JingleActor(id, start, order, account, services, shared, trace));

    /// <summary>The side that a file is offered to, or requested from.</summary>
    public static Props Props(
        TransferId id, JingleSessionState start, Account account, TransferServices services, SharedServices shared, ActivityContext trace) =>
        ActorProps.Create(() => new JingleActor(id, start, null, account, services, shared, trace));

    protected override JingleInput Cancel(Transfer.Cancel cancel)
    {
        _file?.KeepsPart |= cancel.KeepsPart;
        return new JingleInput.Cancel(cancel.Reason);
    }

    protected override long TotalFor(long moved) => _file?.TotalFor(moved) ?? _length;

    protected override Step<JingleSessionState, JingleOutput> Next(JingleSessionState state, JingleInput input) => JingleSession.Next(state, input);

    protected override TransferState PhaseOf(JingleSessionState state) => state.Phase;

    protected override TimeSpan TimeFor(JingleSessionState state) => JingleTimes.Of(_timer, _services.Settings, Sends);

    protected override bool RestartsTimer(JingleOutput output) => output is JingleOutput.StartTimer;

    protected override JingleInput Ending(FlowEnd end) => new JingleInput.FlowEnded(end);

    protected override void Start()
    {
        if (_content is null)
        {
            Self.Tell(new JingleInput.Begin());
            return;
        }

        _content.DescribeAsync(_services.Settings.Files, Life).PipeTo(
            Self,
            success: file => new Described(file),
            failure: exception => new JingleInput.Unreadable(exception.Message));
    }

    protected override void PostStop()
    {
        AbandonTransport();
        (_served as IDisposable)?.Dispose();
        _attempt.Dispose();
        base.PostStop();
    }

    protected override JingleInput? Translate(object message) => message switch
    {
        Arrived arrived => Received(arrived),
        Connection.Requested { Request: var request } => InBandOffered(request),
        Connection.Answered { Tag: JingleAsk ask } answered => new JingleInput.Answered(ask, answered.Answer),
        Connection.Answered { Tag: Activated activated } answered => ProxyAnswered(activated, answered.Answer),
        Connection.Lost => new JingleInput.LinkLost(),
        Described described => Begin(described.File),
        Transfer.Accept accept => Prepare(accept),
        Transfer.Decline decline => Declined(decline),
        IIncomingContent content => Prepared(content),
        Served served => Serve(served),
        IncomingTransfer.Arrived arrived => AllArrived(arrived),
        Hashed hashed => new JingleInput.HashesKnown(FileHashes.Of(new FileHash(HashFunction.Sha256, hashed.Sha256))),
        _ => TranslateTransport(message),
    };

    protected override void Execute(JingleOutput output)
    {
        switch (output)
        {
            case JingleOutput.Reply reply:
                _account.Connection.Tell(new Connection.Reply(reply.Answer));
                break;
            case JingleOutput.Ask ask:
                Send(ask);
                break;
            case JingleOutput.ChangeSession change:
                Context.Parent.Tell(new Transfer.SessionChanged(Id, change.SessionId));
                break;
            case JingleOutput.AskHost when Sends:
                FindRequested();
                break;
            case JingleOutput.AskHost:
                Context.Parent.Tell(new Transfer.Offered(Id, MachineState.Peer, Address, _description));
                break;
            case JingleOutput.StartTimer start:
                _timer = start.Timer;
                break;
            case JingleOutput.StartFlow start:
                StartFlow(start);
                break;
            case JingleOutput.StopFlow:
                StopFlow();
                break;
            case JingleOutput.PutInPlace:
                _file!.PutInPlace();
                break;
            case JingleOutput.Finish finish:
                _file?.End(finish.Outcome, _ownLink ?? _peersLink);
                Finish(finish.Outcome);
                break;
            default:
                ExecuteTransport(output);
                break;
        }
    }

    private JingleInput.Begin Begin(FileDescription file)
    {
        _description = file;
        return new JingleInput.Begin(file);
    }

    private static JingleInput.HostDeclined Declined(Transfer.Decline decline)
    {
        var condition = decline.IsLeaving ? JingleCondition.Gone : decline.ForNow ? JingleCondition.Busy : JingleCondition.Decline;
        return new(new JingleReason(condition, decline.Reason)) { Detail = decline.Reason ?? "declined" };
    }

    private JingleInput Received(Arrived arrived)
    {
        Spans.Stanza(arrived.Request.Id);
        return MachineState.Stage < JingleStage.Flowing && !_requests.TryCount(Context.System.Scheduler.Now)
            ? new JingleInput.Flooded(arrived.Request)
            : new JingleInput.Received(arrived.Request, arrived.Jingle);
    }

    private JingleInput.InBandOffered InBandOffered(Iq request)
    {
        Spans.Stanza(request.Id);
        return new JingleInput.InBandOffered(request, request.Payload!["sid"] ?? "");
    }

    /// <summary>The last requests of a session are sent by an actor that stops: their responses are not awaited.</summary>
    private void Send(JingleOutput.Ask ask)
    {
        if (ask.Kind is JingleAsk.Initiate or JingleAsk.Accept or JingleAsk.ReplaceAccept)
        {
            Listen();
        }

        if (MachineState is { Role: JingleRole.Responder, Transport: JingleTransport.InBand })
        {
            Context.Parent.Tell(new Transfer.TransportChosen(Id, MachineState.Transport.SessionId));
        }

        var (peer, payload) = (MachineState.Peer, ask.Request.ToXml());
        if (MachineState.Stage == JingleStage.Ended)
        {
            _account.Connection.Tell(new Connection.Reply(Iq.Set(Spans.NewStanzaId() ?? StanzaIds.Random(), peer, payload, Address)));
            return;
        }

        var confirmation = _services.Settings.Jingle.Confirmation;
        _account.Connection.Tell(new Connection.Ask(IqType.Set, Address, peer, payload, confirmation, ask.Kind) { Id = Spans.NewStanzaId() });
    }

    /// <summary>From the parent: a request of the peer about this session.</summary>
    /// <param name="Request">The stanza.</param>
    /// <param name="Jingle">Its payload.</param>
    internal sealed record Arrived(Iq Request, JingleRequest Jingle);

    /// <summary>The file is described.</summary>
    private sealed record Described(FileDescription File);

    /// <summary>The bytes to send are hashed.</summary>
    private sealed record Hashed(string Sha256);
}
