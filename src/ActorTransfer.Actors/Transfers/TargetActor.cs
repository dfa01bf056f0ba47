using System.Collections.Immutable;
using System.Diagnostics;
using ActorTransfer.Actors.Connections;
using ActorTransfer.Actors.InBand;
using ActorTransfer.Actors.Logging;
using ActorTransfer.Extensibility;
using ActorTransfer.Protocol;
using ActorTransfer.Protocol.FileTransfer;
using ActorTransfer.Protocol.Ibb;
using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Protocol.StreamInitiation;
using Akka.Actor;

namespace ActorTransfer.Actors.Transfers;

/// <summary>The receiving side of one transfer. States: Offer, Accepted, StreamhostReceived, Connected, Activated, Streaming, end.</summary>
internal sealed partial class TargetActor : TransferActor<TargetState, TargetInput, TargetOutput>
{
    private readonly TargetState _start;
    private readonly Account _account;
    private readonly TransferServices _services;
    private readonly SharedServices _shared;
    private CancellationTokenSource _race = new();
    private readonly IncomingTransfer _file;
    private IActorRef _inBand = ActorRefs.Nobody;
    private IByteLink? _link;

    /// <summary>Use <see cref="Props"/>.</summary>
    public TargetActor(TransferId id, TargetState start, Account account, TransferServices services, SharedServices shared, ActivityContext trace)
        : base(id, start.Self, sends: false, ActorRefs.Nobody, start, shared.Metrics, trace)
    {
        _start = start;
        _account = account;
        _services = services;
        _shared = shared;
        _file = new IncomingTransfer(new IncomingOffer(start.Peer, start.Self, start.Offer.File) { Id = id }, services, shared);
    }

    protected override LogScope Scope => new(Id, _start.Offer.SessionId, _account.Name, _start.Peer);

    protected override TargetInput TimedOut => new TargetInput.TimedOut();

    protected override TargetInput Cancel(Transfer.Cancel cancel)
    {
        _file.KeepsPart |= cancel.KeepsPart;
        return new TargetInput.Cancel(cancel.Reason);
    }

    protected override TargetInput Moved => new TargetInput.Progressed();

    protected override long TotalFor(long moved) => _file.TotalFor(moved);

    public static Props Props(
        TransferId id, TargetState start, Account account, TransferServices services, SharedServices shared, ActivityContext trace) =>
        ActorProps.Create(() => new TargetActor(id, start, account, services, shared, trace));

    protected override Step<TargetState, TargetOutput> Next(TargetState state, TargetInput input) => Target.Next(state, input);

    protected override TransferState PhaseOf(TargetState state) => state.Phase;

    protected override TimeSpan TimeFor(TargetState state)
    {
        var settings = _services.Settings.Target;
        var fallsBack = state is { Phase: TransferState.Accepted } and ({ Socks5Failure: not null } or { Method: StreamMethod.InBand });
        return fallsBack ? settings.Fallback : settings.Of(state.Phase);
    }

    protected override bool RestartsTimer(TargetOutput output) => output is TargetOutput.Connect or TargetOutput.OpenInBand;

    protected override void Start() => Self.Tell(new TargetInput.Begin());

    protected override TargetInput Ending(FlowEnd end) => new TargetInput.FlowEnded(end);

    protected override void PostStop()
    {
        AbandonAttempt();
        base.PostStop();
    }

    protected override TargetInput? Translate(object message) => message switch
    {
        Transfer.Accept accept => Prepare(accept),
        Transfer.Decline { ForNow: true } decline => new TargetInput.HostDeclined(SiErrors.ResourceConstraint with { Text = decline.Reason }),
        Transfer.Decline decline => new TargetInput.HostDeclined(SiErrors.Declined(decline.Reason ?? "declined")),
        IIncomingContent content => Prepared(content),
        IncomingTransfer.Arrived arrived => _file.HasArrived(arrived) ? new TargetInput.Arrived() : null,
        InBandBytestream.Opened opened when Sender.Equals(_inBand) => InBandUp(opened.Link),
        InBandBytestream.Refused when Sender.Equals(_inBand) => Leave(),
        InBandBytestream.ClosedEarly when Sender.Equals(_inBand) => EndPause(),
        Transfer.Conclude => Conclude(),
        Connection.Requested { Request: var request } => Requested(request),
        Connection.Lost => new TargetInput.LinkLost(),
        Tried tried when tried.Race == _race.Token => CandidateTried(tried),
        RaceWon won when won.Race == _race.Token => LinkUp(won.Link),
        RaceFailed failed when failed.Race == _race.Token => new TargetInput.LinkFailed(failed.Reason),
        _ => null,
    };

    protected override void Execute(TargetOutput output)
    {
        switch (output)
        {
            case TargetOutput.AskHost:
                Context.Parent.Tell(new Transfer.Offered(Id, _start.Peer, _start.Self, _start.Offer.File));
                break;
            case TargetOutput.Reply reply:
                _account.Connection.Tell(new Connection.Reply(reply.Answer));
                break;
            case TargetOutput.Connect connect:
                Race(connect);
                break;
            case TargetOutput.OpenInBand open:
                OpenInBand(open.Request);
                break;
            case TargetOutput.StartFlow start:
                StartFlow(start);
                break;
            case TargetOutput.PutInPlace:
                _file.PutInPlace();
                break;
            case TargetOutput.Finish finish:
                _file.End(finish.Outcome, _link);
                Finish(finish.Outcome);
                break;
        }
    }

    private TargetInput? Prepare(Transfer.Accept accept)
    {
        if (Phase != TransferState.Offer || _file.IsAccepted)
        {
            return null;
        }

        ReportTo(accept.Observer);
        _file.Accept(accept);
        _file.PrepareAsync(Life).PipeTo(
            Self,
            success: content => content,
            failure: exception => new TargetInput.HostDeclined(FlowFaults.ToPeer(exception)) { Detail = exception.GetBaseException().Message });
        return null;
    }

    private TargetInput.HostAccepted Prepared(IIncomingContent content)
    {
        _file.Use(content);
        return new TargetInput.HostAccepted(_file.Methods, content.Offset);
    }

    private void Race(TargetOutput.Connect connect)
    {
        AbandonAttempt();
        var (token, self) = (_race.Token, Self);
        var terms = new RaceTerms(_services.Connector, _services.Settings.Target, ct => _account.ProxiesAsync(_start.Self, ct))
        {
            Tried = (host, why) => self.Tell(new Tried(host, why, token), ActorRefs.NoSender),
        };
        StreamHostRace.RunAsync(terms, StreamHostCandidate.Of(connect.Hosts, _start.Peer, ToDial(connect.Destination)), token).PipeTo(
            Self,
            success: link => new RaceWon(link, token),
            failure: exception => new RaceFailed(exception.Message, token));
    }

    /// <summary>An address given by the peer is used as is.</summary>
    private ImmutableArray<DestinationAddress> ToDial(DestinationAddress destination)
    {
        var computed = DestinationAddress.ToDial(_start.Offer.SessionId, _start.Peer, _start.Self);
        return computed[0] == destination ? [.. computed] : [destination];
    }

    /// <summary>Closes what the method has opened, and what it may still open.</summary>
    private void AbandonAttempt()
    {
        _race.Cancel();
        _race.Dispose();
        _race = new CancellationTokenSource();
        _link?.Dispose();
        _link = null;
        _file.ForgetFlow();
        ForgetFlow();
    }

    private void OpenInBand(Iq request)
    {
        AbandonAttempt();
        if (!_inBand.IsNobody())
        {
            Context.Stop(_inBand);
        }

        var session = new InBandSession(_start.Self, _start.Peer, _start.Offer.SessionId) { Scope = Scope, Length = _file.TotalFor(0) };
        _inBand = Context.ActorOf(InBandReceiverActor.Props(session, request, _account.Connection, _services.Settings.InBand, _shared.InBandMemory));
    }

    private TargetInput InBandUp(IByteLink link)
    {
        _link = link;
        return new TargetInput.InBandUp();
    }

    /// <summary>A refused block size may be followed by a smaller one; the state's timer keeps running.</summary>
    private TargetInput? Leave()
    {
        _inBand = ActorRefs.Nobody;
        return null;
    }

    private TargetInput? Conclude()
    {
        _file.Conclude();
        return null;
    }

    private void StartFlow(TargetOutput.StartFlow start)
    {
        ReportMethod(start.Method, start.Host is { } host ? $"{host.Host}:{host.Port}" : null);
        Await(_file.StartAsync(_link!, Control, NextFlow(), Context, Life), TransferSide.Peer, _file.IsLimitedByQuota);
    }

    /// <summary>A cancelled race may have been won at that moment: its link is closed and its result ignored.</summary>
    private sealed record RaceWon(StreamHostLink Link, CancellationToken Race);

    private sealed record RaceFailed(string Reason, CancellationToken Race);
}
