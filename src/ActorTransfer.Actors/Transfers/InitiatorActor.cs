using System.Collections.Immutable;
using System.Diagnostics;
using System.Net;
using ActorTransfer.Actors.Connections;
using ActorTransfer.Actors.Files;
using ActorTransfer.Actors.InBand;
using ActorTransfer.Actors.Logging;
using ActorTransfer.Actors.StreamHosts;
using ActorTransfer.Extensibility;
using ActorTransfer.Protocol;
using ActorTransfer.Protocol.FileTransfer;
using ActorTransfer.Protocol.Stanzas;
using Akka.Actor;

namespace ActorTransfer.Actors.Transfers;

/// <summary>The sending side of one transfer. States: Offer, Accepted, ProxyDiscovered, StreamhostSent, Connected, Activated, Streaming, end.</summary>
internal sealed class InitiatorActor : TransferActor<InitiatorState, InitiatorInput, InitiatorOutput>
{
    private readonly InitiatorPlan _plan;
    private readonly IOutgoingContent _content;
    private readonly TransferServices _services;
    private readonly Account _account;
    private readonly SharedServices _shared;
    private CancellationTokenSource _attempt = new();
    private readonly OwnStreamHosts _hosts;
    private IByteLink? _link;
    private long _dialledAt;
    private IActorRef _inBand = ActorRefs.Nobody;
    private long _length;

    /// <summary>Use <see cref="Props"/>.</summary>
    public InitiatorActor(
        TransferId id, InitiatorPlan plan, Transfer.Send order, Account account, TransferServices services, SharedServices shared, ActivityContext trace)
        : base(id, plan.Self, sends: true, order.Observer, new InitiatorState(plan), shared.Metrics, trace)
    {
        _plan = plan;
        _content = order.Content;
        _account = account;
        _services = services;
        _shared = shared;
        _length = plan.File.Size;
        _hosts = new OwnStreamHosts(account, services, plan.Self, order.Terms.Proxies, Self);
    }

    /// <summary>The peer's address as its server spells it.</summary>
    private Jid Peer => MachineState.Plan.Peer;

    protected override LogScope Scope => new(Id, MachineState.Plan.SessionId, _account.Name, Peer);

    protected override InitiatorInput TimedOut => new InitiatorInput.TimedOut();

    protected override bool IsUnsupported => MachineState.IsUnsupported;

    protected override InitiatorInput Cancel(Transfer.Cancel cancel) => new InitiatorInput.Cancel(cancel.Reason);

    protected override InitiatorInput Moved => new InitiatorInput.Progressed();

    protected override long TotalFor(long moved) => _length;

    public static Props Props(
        TransferId id, InitiatorPlan plan, Transfer.Send order, Account account, TransferServices services, SharedServices shared, ActivityContext trace) =>
        ActorProps.Create(() => new InitiatorActor(id, plan, order, account, services, shared, trace));

    protected override Step<InitiatorState, InitiatorOutput> Next(InitiatorState state, InitiatorInput input) => Initiator.Next(state, input);

    protected override TransferState PhaseOf(InitiatorState state) => state.Phase;

    protected override TimeSpan TimeFor(InitiatorState state) =>
        state.IsOpeningInBand ? _services.Settings.Initiator.OpeningInBand : _services.Settings.Initiator.Of(state.Phase);

    protected override bool RestartsTimer(InitiatorOutput output) =>
        output is InitiatorOutput.OpenInBand or InitiatorOutput.Connect or InitiatorOutput.TakeDirect;

    protected override InitiatorInput Ending(FlowEnd end) => new InitiatorInput.FlowEnded(end);

    protected override void Start() => _content.DescribeAsync(_services.Settings.Files, Life).PipeTo(
        Self,
        success: file => new InitiatorInput.Begin(file),
        failure: exception => new InitiatorInput.Unreadable(exception.Message));

    protected override void PostStop()
    {
        AbandonAttempt();
        base.PostStop();
    }

    protected override InitiatorInput? Translate(object message) => message switch
    {
        Connection.Answered { Tag: InitiatorRequest request } answered => new InitiatorInput.Answered(request, answered.Answer),
        ProxyDirectory.Proxies proxies => new InitiatorInput.HostsFound([.. _hosts.Direct, .. proxies.Hosts], !proxies.Complete),
        DirectStreamHost.Addresses own => DirectFound(own.EndPoints),
        DirectStreamHost.Expecting => new InitiatorInput.Listening(),
        DirectStreamHost.Taken taken => LinkUp(taken.Link, new InitiatorInput.LinkUp()),
        InBandBytestream.Opened opened when Sender.Equals(_inBand) => InBandUp(opened.Link),
        InBandBytestream.Refused refused when Sender.Equals(_inBand) => new InitiatorInput.InBandFailed(refused.Answer, refused.Detail),
        InBandBytestream.OrderLost lost when Sender.Equals(_inBand) => new InitiatorInput.InBandOrderLost(lost.Detail),
        DirectStreamHost.NotThere => new InitiatorInput.LinkFailed("The peer reported a direct connection, but none arrived."),
        Dialled dialled when dialled.Attempt == _attempt.Token => LinkUp(dialled.Won.Link, new InitiatorInput.LinkUp(dialled.Won.Host, dialled.Won.Failed)),
        NotDialled failed when failed.Attempt == _attempt.Token => new InitiatorInput.LinkFailed(failed.Reason, failed.Failed),
        _ => null,
    };

    protected override void Execute(InitiatorOutput output)
    {
        switch (output)
        {
            case InitiatorOutput.Ask ask:
                _account.Connection.Tell(new Connection.Ask(
                    IqType.Set, _plan.Self, ask.To, ask.Payload, _services.Settings.Initiator.Of(AskedIn(ask.Request)), ask.Request)
                {
                    Id = Spans.NewStanzaId(),
                });
                break;
            case InitiatorOutput.FindHosts:
                _hosts.Find(_plan.Methods, Peer);
                break;
            case InitiatorOutput.Listen listen:
                Listen(listen);
                break;
            case InitiatorOutput.Connect connect:
                Connect(connect);
                break;
            case InitiatorOutput.TakeDirect take:
                _services.StreamHost.Tell(new DirectStreamHost.Take(take.Destination));
                break;
            case InitiatorOutput.OpenInBand open:
                OpenInBand(open);
                break;
            case InitiatorOutput.JudgeProxy judge:
                Judge(judge);
                break;
            case InitiatorOutput.ChangeSession change:
                AbandonAttempt();
                _inBand = ActorRefs.Nobody;
                Context.Parent.Tell(new Transfer.SessionChanged(Id, change.SessionId));
                break;
            case InitiatorOutput.StartFlow start:
                StartFlow(start);
                break;
            case InitiatorOutput.Finish finish:
                Finish(finish.Outcome);
                break;
        }
    }

    private static TransferState AskedIn(InitiatorRequest request) => request switch
    {
        InitiatorRequest.Offer => TransferState.Offer,
        InitiatorRequest.Streamhosts => TransferState.StreamhostSent,
        _ => TransferState.Connected,
    };

    private InitiatorInput? DirectFound(ImmutableArray<DnsEndPoint> endPoints)
    {
        _hosts.DirectFound(endPoints);
        return null;
    }

    private void Listen(InitiatorOutput.Listen listen)
    {
        if (!_hosts.Expect(listen.Destination, DestinationAddress.Variants(_plan.SessionId, _plan.Self.ToString(), Peer.ToString())))
        {
            Self.Tell(new InitiatorInput.Listening());
        }
    }

    /// <summary>All addresses belong to one proxy that is known to this side.</summary>
    private void Connect(InitiatorOutput.Connect connect)
    {
        var hosts = connect.Hosts;
        foreach (var host in hosts)
        {
            Spans.Candidate("candidate tried", host);
        }

        _hosts.Dismiss();
        var attempt = _attempt.Token;
        _dialledAt = Stopwatch.GetTimestamp();
        var times = _services.Settings.Target with { Connect = _services.Settings.Initiator.Connect };
        ImmutableArray<DestinationAddress> destinations =
            [.. DestinationAddress.ToDial(_plan.SessionId, _plan.Self, _plan.Peer).Prepend(connect.Destination).Distinct()];
        var terms = new RaceTerms(_services.Connector, times, _ => Task.FromResult(hosts));
        StreamHostRace.RunAsync(terms, StreamHostCandidate.Of(hosts, _plan.Self, destinations, StreamHostTrust.Own), attempt).PipeTo(
            Self,
            success: won => new Dialled(won, attempt),
            failure: exception => new NotDialled(exception.Message, (exception.GetBaseException() as StreamHostRaceException)?.Failed ?? [], attempt));
    }

    private InitiatorInput.LinkUp LinkUp(IByteLink link, InitiatorInput.LinkUp up)
    {
        Metrics.CandidateWon(sends: true, up.Host is null ? StreamMethod.Direct : StreamMethod.Proxy, link.RemoteEndPoint);
        _link = link;
        return up;
    }

    private void OpenInBand(InitiatorOutput.OpenInBand open)
    {
        _hosts.Dismiss();
        AbandonAttempt();
        var session = new InBandSession(_plan.Self, Peer, open.SessionId)
        {
            Scope = Scope,
            Length = MachineState.Range.LengthIn(MachineState.Plan.File.Size),
        };
        _inBand = Context.ActorOf(InBandSenderActor.Props(session, _account.Connection, _services.Settings.InBand, _shared.Peers, open.LeastOrder));
    }

    private InitiatorInput InBandUp(IByteLink link)
    {
        _link = link;
        return new InitiatorInput.InBandUp();
    }

    private void Judge(InitiatorOutput.JudgeProxy judge)
    {
        TimeSpan? took = judge.Served ? Stopwatch.GetElapsedTime(_dialledAt) : null;
        _account.Proxies.Tell(new ProxyDirectory.Report(judge.Host, took));
    }

    /// <summary>Closes what the attempt has opened, and what it may still open.</summary>
    private void AbandonAttempt()
    {
        _attempt.Cancel();
        _attempt.Dispose();
        _attempt = new CancellationTokenSource();
        _link?.Dispose();
        _link = null;
        ForgetFlow();
    }

    private void StartFlow(InitiatorOutput.StartFlow start)
    {
        _length = start.Length;
        ReportMethod(start.Method, EndPointOf(start));
        var flow = new SendingFlow(_content, _services, _shared, Control, Life);
        var staged = _services.Stages is null ? null : new StagedTransfer(Id, Peer, Address, _plan.File, Sends: true);
        Await(flow.StartAsync(_link!, start.Offset, start.Length, staged, NextFlow(), Context), TransferSide.Local);
    }

    /// <summary>For a direct connection the peer's endpoint is more informative than the list of own addresses.</summary>
    private string? EndPointOf(InitiatorOutput.StartFlow start) => start.Method switch
    {
        StreamMethod.Proxy => $"{start.Host!.Host}:{start.Host.Port}",
        StreamMethod.Direct => LinkEndPoint.Describe(_link),
        _ => null,
    };

    /// <summary>A cancelled attempt may have succeeded at that moment: its link is closed and its result ignored.</summary>
    private sealed record Dialled(StreamHostLink Won, CancellationToken Attempt);

    private sealed record NotDialled(string Reason, ImmutableArray<StreamHost> Failed, CancellationToken Attempt);
}
