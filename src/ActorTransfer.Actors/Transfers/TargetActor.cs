using System.Collections.Immutable;
using ActorTransfer.Actors.Connections;
using ActorTransfer.Protocol.Bytestreams;
using ActorTransfer.Protocol.Conversations;
using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Protocol.StreamInitiation;
using ActorTransfer.Transports;
using ActorTransfer.Transports.Content;
using ActorTransfer.Transports.Stages;
using Akka.Actor;
using Akka.Streams;
using Akka.Streams.Dsl;

namespace ActorTransfer.Actors.Transfers;

/// <summary>The receiving side of one transfer. States: Offer, Accepted, StreamhostReceived, Connected, Activated, Streaming, end.</summary>
internal sealed class TargetActor : TransferActor<TargetState, TargetInput, TargetOutput>
{
    private readonly TargetState _start;
    private readonly Account _account;
    private readonly TransferWorld _world;
    private CancellationTokenSource _race = new();
    private IIncomingContent? _content;
    private bool _preparing;
    private IByteLink? _link;

    /// <summary>Use <see cref="Props"/>.</summary>
    public TargetActor(TransferId id, TargetState start, Account account, TransferWorld world)
        : base(id, start.Self, start)
    {
        _start = start;
        _account = account;
        _world = world;
    }

    protected override TargetInput Begin => new TargetInput.Begin();

    protected override TargetInput TimedOut => new TargetInput.TimedOut();

    protected override TargetInput Cancelled => new TargetInput.Cancel();

    protected override TargetInput Moved => new TargetInput.Progressed();

    protected override long Total => _start.Offer.File.Size;

    public static Props Props(TransferId id, TargetState start, Account account, TransferWorld world) =>
        Akka.Actor.Props.Create(() => new TargetActor(id, start, account, world));

    protected override Step<TargetState, TargetOutput> Next(TargetState state, TargetInput input) => Target.Next(state, input);

    protected override TransferState PhaseOf(TargetState state) => state.Phase;

    protected override TimeSpan TimeFor(TransferState state) => _world.Settings.Target.Of(state);

    protected override TargetInput Ending(FlowEnd end) => new TargetInput.FlowEnded(end);

    protected override void PostStop()
    {
        _race.Cancel();
        _race.Dispose();
        base.PostStop();
    }

    protected override TargetInput? Translate(object message) => message switch
    {
        Transfers.Accept accept => Prepare(accept),
        Transfers.Decline decline => new TargetInput.HostDeclined(SiErrors.Declined(decline.Reason ?? "declined")),
        IIncomingContent content => Prepared(content),
        RaceWon won when won.Race == _race.Token => LinkUp(won.Link),
        RaceFailed failed when failed.Race == _race.Token => new TargetInput.LinkFailed(failed.Why),
        _ => null,
    };

    protected override void Perform(TargetOutput output)
    {
        switch (output)
        {
            case TargetOutput.AskHost:
                Context.Parent.Tell(new Transfers.Offered(Id, _start.Peer, _start.Self, _start.Offer.File));
                break;
            case TargetOutput.Reply reply:
                _account.Connection.Tell(new Connection.Reply(reply.Answer));
                break;
            case TargetOutput.Connect connect:
                Race(connect);
                break;
            case TargetOutput.StartFlow:
                StartFlow();
                break;
            case TargetOutput.Finish finish:
                Finish(finish.Outcome);
                break;
        }
    }

    /// <summary>The file is made before the offer is accepted: a full or forbidden folder is a refusal, not a broken transfer.</summary>
    private TargetInput? Prepare(Transfers.Accept accept)
    {
        if (StateName != TransferState.Offer || _preparing)
        {
            return null;
        }

        _preparing = true;
        new FolderDestination(accept.Folder, accept.FileName)
            .PrepareAsync(new IncomingOffer(_start.Peer, _start.Offer.File), _world.Settings.Files, Life)
            .PipeTo(
                Self,
                success: content => content,
                failure: exception => new TargetInput.HostDeclined(StanzaError.ResourceConstraint.WithText(exception.Message)));
        return null;
    }

    private TargetInput.HostAccepted Prepared(IIncomingContent content)
    {
        _content = content;
        return new TargetInput.HostAccepted();
    }

    private void Race(TargetOutput.Connect connect)
    {
        _race.Cancel();
        _race.Dispose();
        _race = CancellationTokenSource.CreateLinkedTokenSource(Life);
        var token = _race.Token;
        var terms = new RaceTerms(_world.Connector, _start.Peer, ToDial(connect.Destination), _world.Settings.Target, OwnProxiesAsync);
        StreamHostRace.RunAsync(terms, connect.Hosts, token).PipeTo(
            Self,
            success: link => new RaceWon(link, token),
            failure: exception => new RaceFailed(exception.Message, token));
    }

    /// <summary>An address that the peer gave is used as it is.</summary>
    private ImmutableArray<DestinationAddress> ToDial(DestinationAddress destination)
    {
        var computed = DestinationAddress.ToDial(_start.Offer.SessionId, _start.Peer, _start.Self);
        return computed[0] == destination ? [.. computed] : [destination];
    }

    /// <summary>Runs outside of the actor.</summary>
    private async Task<ImmutableArray<StreamHost>> OwnProxiesAsync(CancellationToken ct)
    {
        var question = new ProxyDirectory.GetProxies(_start.Self);
        return (await _account.Proxies.Ask<ProxyDirectory.Proxies>(question, Timeout.InfiniteTimeSpan, ct).ConfigureAwait(false)).Hosts;
    }

    private TargetInput.LinkUp LinkUp(StreamHostLink won)
    {
        _link = won.Link;
        return new TargetInput.LinkUp(won.Host);
    }

    private void StartFlow()
    {
        var settings = _world.Settings;
        var received = _link!.Incoming
            .Via(Flows.Progress(settings.ProgressInterval, TimeProvider.System, ProgressReport()))
            .RunWith(_content!.Sink(settings.Initiator.Linger, _world.Stages.Incoming), Context.Materializer());
        Run(Received(received), TransferSide.Peer);
    }

    private static async Task<FlowEnd> Received(Task<ReceivedFile> received)
    {
        var file = await received.ConfigureAwait(false);
        return new FlowEnd.Whole(file.Bytes, file.Sha256, file.Path);
    }

    /// <summary>A race that was called off may have been won at that moment: its link is closed, and its word no longer counts.</summary>
    private sealed record RaceWon(StreamHostLink Link, CancellationToken Race);

    private sealed record RaceFailed(string Why, CancellationToken Race);
}
