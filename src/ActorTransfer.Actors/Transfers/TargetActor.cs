using System.Collections.Immutable;
using ActorTransfer.Actors.Connections;
using ActorTransfer.Protocol.Bytestreams;
using ActorTransfer.Protocol.Conversations;
using ActorTransfer.Protocol.Files;
using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Protocol.StreamInitiation;
using ActorTransfer.Transports;
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
    private IncomingFile? _file;
    private string _fileName = "";
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
        IncomingFile file => Prepared(file),
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
        if (StateName != TransferState.Offer || _fileName.Length > 0)
        {
            return null;
        }

        _fileName = SafeFileName.From(accept.FileName ?? _start.Offer.File.Name);
        var (folder, name, life) = (accept.Folder, _fileName, Life);
        Task.Run(() => Create(folder, name, life), life).PipeTo(
            Self,
            success: file => file,
            failure: exception => new TargetInput.HostDeclined(StanzaError.ResourceConstraint.WithText(exception.Message)));
        return null;
    }

    private static IncomingFile Create(string folder, string name, CancellationToken life)
    {
        var file = IncomingFile.Create(folder, name);
        life.Register(file.Dispose);
        return file;
    }

    private TargetInput.HostAccepted Prepared(IncomingFile file)
    {
        _file = file;
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
        var source = _link!.Incoming
            .Via(Flows.LengthLimit(Total))
            .ViaMaterialized(Flows.Sha256(), Keep.Right)
            .Via(Flows.Progress(settings.ProgressInterval, TimeProvider.System, ProgressReport()));
        if (_world.Stages.Incoming is { } stage)
        {
            source = source.Via(stage);
        }

        var (hash, written) = source.ToMaterialized(FileSink.Create(_file!), Keep.Both).Run(Context.Materializer());
        Run(Received(hash, written, _file!, _fileName), TransferSide.Peer);
    }

    private static async Task<FlowEnd> Received(Task<string> hash, Task<long> written, IncomingFile file, string name)
    {
        // The sink fails with what broke the flow upstream; the hash stage may only know that it was cancelled.
        await Task.WhenAll(written, hash).ConfigureAwait(false);
        var path = await file.CommitAsync(name).ConfigureAwait(false);
        return new FlowEnd.Whole(await written.ConfigureAwait(false), await hash.ConfigureAwait(false), path);
    }

    /// <summary>A race that was called off may have been won at that moment: its link is closed, and its word no longer counts.</summary>
    private sealed record RaceWon(StreamHostLink Link, CancellationToken Race);

    private sealed record RaceFailed(string Why, CancellationToken Race);
}
