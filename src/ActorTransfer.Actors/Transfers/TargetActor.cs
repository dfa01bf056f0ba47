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
    private IIncomingContent? _content;
    private bool _keepsPart;
    private Transfer.Accept? _accept;
    private IActorRef _inBand = ActorRefs.Nobody;
    private IByteLink? _link;
    private TaskCompletionSource? _mayPutInPlace;
    private Action<long>? _flow;

    /// <summary>Use <see cref="Props"/>.</summary>
    public TargetActor(TransferId id, TargetState start, Account account, TransferServices services, SharedServices shared, ActivityContext trace)
        : base(id, start.Self, sends: false, ActorRefs.Nobody, start, shared.Metrics, trace)
    {
        _start = start;
        _account = account;
        _services = services;
        _shared = shared;
    }

    protected override LogScope Scope => new(Id, _start.Offer.SessionId, _account.Name, _start.Peer);

    protected override TargetInput TimedOut => new TargetInput.TimedOut();

    protected override TargetInput Cancel(Transfer.Cancel cancel)
    {
        _keepsPart |= cancel.KeepsPart;
        return new TargetInput.Cancel(cancel.Reason);
    }

    protected override TargetInput Moved => new TargetInput.Progressed();

    /// <summary>More bytes than requested: the initiator ignores ranges and sends the whole file.</summary>
    protected override long TotalFor(long moved)
    {
        if (_start.Offer.File.IsSizeUnknown)
        {
            return moved;
        }

        var size = _start.Offer.File.Size;
        var rest = size - (_content?.Offset ?? 0);
        return moved > rest ? size : rest;
    }

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
        Arrived arrived => AllArrived(arrived),
        InBandBytestream.Opened opened when Sender.Equals(_inBand) => InBandUp(opened.Link),
        InBandBytestream.Refused when Sender.Equals(_inBand) => Leave(),
        Transfer.Conclude => Conclude(),
        Connection.Requested { Request: var request } => Requested(request),
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
                _mayPutInPlace?.TrySetResult();
                break;
            case TargetOutput.Finish finish:
                End(finish.Outcome);
                break;
        }
    }

    /// <summary>
    /// A declined or rejected file leaves no partial file. The sender must not take an orderly close for the receipt of a file that is not kept here.
    /// </summary>
    private void End(TransferOutcome outcome)
    {
        if (outcome is TransferOutcome.Refused or TransferOutcome.Failed { Reason: FailureReason.Rejected }
            || outcome is TransferOutcome.Cancelled { By: TransferSide.Local } && !_keepsPart)
        {
            _content?.Discard();
        }

        if (outcome is TransferOutcome.Failed { Side: TransferSide.Local })
        {
            _link?.Abort();
        }

        Finish(outcome);
    }

    /// <summary>The file is created before the offer is accepted: a full or forbidden folder then refuses the offer instead of failing the transfer.</summary>
    private TargetInput? Prepare(Transfer.Accept accept)
    {
        if (Phase != TransferState.Offer || _accept is not null)
        {
            return null;
        }

        (_accept, _keepsPart) = (accept, accept.KeepsPart);
        ReportTo(accept.Observer);
        accept.Destination
            .PrepareAsync(new IncomingOffer(_start.Peer, _start.Self, _start.Offer.File) { Id = Id, MaxSize = accept.MaxSize }, _services.Settings.Files, Life)
            .PipeTo(
                Self,
                success: content => content,
                failure: exception => new TargetInput.HostDeclined(FlowFaults.ToPeer(exception)) { Detail = exception.GetBaseException().Message });
        return null;
    }

    private TargetInput.HostAccepted Prepared(IIncomingContent content)
    {
        _content = content;
        return new TargetInput.HostAccepted(_accept!.Methods, content.Offset);
    }

    private void Race(TargetOutput.Connect connect)
    {
        AbandonAttempt();
        var (token, self) = (_race.Token, Self);
        var terms = new RaceTerms(_services.Connector, _services.Settings.Target, OwnProxiesAsync)
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

    /// <summary>Runs outside the actor.</summary>
    private async Task<ImmutableArray<StreamHost>> OwnProxiesAsync(CancellationToken ct)
    {
        var request = new ProxyDirectory.GetProxies(_start.Self);
        return (await _account.Proxies.Ask<ProxyDirectory.Proxies>(request, Timeout.InfiniteTimeSpan, ct).ConfigureAwait(false)).Hosts;
    }

    /// <summary>Closes what the method has opened, and what it may still open.</summary>
    private void AbandonAttempt()
    {
        _race.Cancel();
        _race.Dispose();
        _race = new CancellationTokenSource();
        _link?.Dispose();
        _link = null;
        _flow = null;
        ForgetFlow();
    }

    private void OpenInBand(Iq request)
    {
        AbandonAttempt();
        if (!_inBand.IsNobody())
        {
            Context.Stop(_inBand);
        }

        var session = new InBandSession(_start.Self, _start.Peer, _start.Offer.SessionId) { Scope = Scope };
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
        _content?.Conclude();
        return null;
    }

    private void StartFlow(TargetOutput.StartFlow start)
    {
        ReportMethod(start.Method, start.Host is { } host ? $"{host.Host}:{host.Port}" : null);
        var (self, life, flow) = (Self, Life, NextFlow());
        _flow = flow;
        async Task ArrivedAsync()
        {
            var arrived = new Arrived(new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously), flow);
            self.Tell(arrived, ActorRefs.NoSender);
            await arrived.MayPutInPlace.Task.WaitAsync(life).ConfigureAwait(false);
        }

        long? length = _start.Offer.File.IsSizeUnknown ? null : _start.Offer.File.Size;
        var staged = _services.Stages is null ? null : new StagedTransfer(Id, _start.Peer, _start.Self, _start.Offer.File, Sends: false);
        var receiving = new ReceivingFlow(_services, _shared, Control);
        var end = receiving.StartAsync(_link!, _content!, length, _accept!.MaxSize, staged, flow, ArrivedAsync, Context);
        Await(end, TransferSide.Peer, _accept.LimitedByQuota);
    }

    /// <summary>Applies to the current byte flow only: another one has its own file.</summary>
    private TargetInput.Arrived? AllArrived(Arrived arrived)
    {
        if (arrived.Flow != _flow)
        {
            return null;
        }

        _mayPutInPlace = arrived.MayPutInPlace;
        return new TargetInput.Arrived();
    }

    /// <summary>All bytes were received and verified. The file is put in place when this side confirms it, which it does not after its end.</summary>
    private sealed record Arrived(TaskCompletionSource MayPutInPlace, Action<long> Flow);

    /// <summary>A cancelled race may have been won at that moment: its link is closed and its result ignored.</summary>
    private sealed record RaceWon(StreamHostLink Link, CancellationToken Race);

    private sealed record RaceFailed(string Reason, CancellationToken Race);
}
