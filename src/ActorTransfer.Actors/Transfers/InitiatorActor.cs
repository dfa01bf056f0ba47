using System.Collections.Immutable;
using ActorTransfer.Actors.Connections;
using ActorTransfer.Actors.StreamHosts;
using ActorTransfer.Protocol.Bytestreams;
using ActorTransfer.Protocol.Conversations;
using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Protocol.StreamInitiation;
using ActorTransfer.Transports;
using ActorTransfer.Transports.Stages;
using Akka.Actor;
using Akka.Event;
using Akka.Streams;
using Akka.Streams.Dsl;

namespace ActorTransfer.Actors.Transfers;

/// <summary>The sending side of one transfer. States: Offer, Accepted, ProxyDiscovered, StreamhostSent, Connected, Activated, Streaming, end.</summary>
internal sealed class InitiatorActor : TransferActor<InitiatorState, InitiatorInput, InitiatorOutput>
{
    private readonly InitiatorPlan _plan;
    private readonly IOutgoingContent _content;
    private readonly TransferWorld _world;
    private readonly Account _account;
    private ImmutableArray<StreamHost>? _direct;
    private ImmutableArray<StreamHost>? _proxies;
    private IByteLink? _link;
    private FileDescription _file;
    private long _length;

    /// <summary>Use <see cref="Props"/>.</summary>
    public InitiatorActor(TransferId id, InitiatorPlan plan, IOutgoingContent content, Account account, TransferWorld world)
        : base(id, plan.Self, new InitiatorState(plan))
    {
        _plan = plan;
        _content = content;
        _account = account;
        _world = world;
        _file = plan.File;
        _length = plan.File.Size;
    }

    protected override InitiatorInput Begin => new InitiatorInput.Begin();

    protected override InitiatorInput TimedOut => new InitiatorInput.TimedOut();

    protected override InitiatorInput Cancelled => new InitiatorInput.Cancel();

    protected override InitiatorInput Moved => new InitiatorInput.Progressed();

    protected override long Total => _length;

    public static Props Props(TransferId id, InitiatorPlan plan, IOutgoingContent content, Account account, TransferWorld world) =>
        Akka.Actor.Props.Create(() => new InitiatorActor(id, plan, content, account, world));

    protected override Step<InitiatorState, InitiatorOutput> Next(InitiatorState state, InitiatorInput input) =>
        Initiator.Next(input is InitiatorInput.Begin ? state with { Plan = _plan with { File = _file } } : state, input);

    protected override TransferState PhaseOf(InitiatorState state) => state.Phase;

    protected override TimeSpan TimeFor(TransferState state) => _world.Settings.Initiator.Of(state);

    protected override InitiatorInput Ending(FlowEnd end) => new InitiatorInput.FlowEnded(end);

    /// <summary>Content that cannot be read is offered all the same: the failure belongs to the state in which bytes are read.</summary>
    protected override void Start() => _content.DescribeAsync(_world.Settings.Files, Life).PipeTo(
        Self,
        success: file => new Described(file),
        failure: _ => new Described(_plan.File));

    protected override InitiatorInput? Translate(object message) => message switch
    {
        Described described => Offer(described.File),
        Connection.Answered { Tag: InitiatorQuestion question } answered => new InitiatorInput.Answered(question, answered.Answer),
        ProxyDirectory.Proxies proxies => Found(ref _proxies, proxies.Hosts),
        DirectStreamHost.Addresses own => Found(ref _direct, [.. own.EndPoints.Select(at => new StreamHost(_plan.Self, at.Host, at.Port))]),
        DirectStreamHost.Expecting => new InitiatorInput.Listening(),
        DirectStreamHost.Taken taken => LinkUp(taken.Link),
        DirectStreamHost.NotThere => new InitiatorInput.LinkFailed("The peer says it connected directly, but no such connection was seen."),
        IByteLink link => LinkUp(link),
        _ => null,
    };

    protected override void Perform(InitiatorOutput output)
    {
        switch (output)
        {
            case InitiatorOutput.Ask ask:
                _account.Connection.Tell(new Connection.Ask(IqType.Set, _plan.Self, ask.To, ask.Payload, TimeFor(AskedIn(ask.Question)), ask.Question));
                break;
            case InitiatorOutput.FindHosts:
                FindHosts();
                break;
            case InitiatorOutput.Listen listen when _direct is { IsEmpty: false }:
                _world.StreamHost.Tell(new DirectStreamHost.Expect(listen.Destination, Variants()));
                break;
            case InitiatorOutput.Listen:
                Self.Tell(new InitiatorInput.Listening());
                break;
            case InitiatorOutput.Connect connect:
                Connect(connect.Host, connect.Destination);
                break;
            case InitiatorOutput.TakeDirect take:
                _world.StreamHost.Tell(new DirectStreamHost.Take(take.Destination));
                break;
            case InitiatorOutput.StartFlow start:
                StartFlow(start.Offset, start.Length);
                break;
            case InitiatorOutput.Finish finish:
                Finish(finish.Outcome);
                break;
        }
    }

    private InitiatorInput Offer(FileDescription file)
    {
        _file = file;
        return Begin;
    }

    private static TransferState AskedIn(InitiatorQuestion question) => question switch
    {
        InitiatorQuestion.Offer => TransferState.Offer,
        InitiatorQuestion.Streamhosts => TransferState.StreamhostSent,
        _ => TransferState.Connected,
    };

    private void FindHosts()
    {
        _account.Proxies.Tell(new ProxyDirectory.GetProxies(_plan.Self));
        if (_world.StreamHost.IsNobody())
        {
            _direct = [];
        }
        else
        {
            _world.StreamHost.Tell(new DirectStreamHost.GetAddresses(_plan.Peer));
        }
    }

    private ImmutableArray<DestinationAddress> Variants() =>
        [.. DestinationAddress.Variants(_plan.SessionId, _plan.Self.ToString(), _plan.Peer.ToString())];

    /// <summary>Own addresses first, proxies after them; told when both are known.</summary>
    private InitiatorInput.HostsFound? Found(ref ImmutableArray<StreamHost>? slot, ImmutableArray<StreamHost> hosts)
    {
        slot = hosts;
        return _direct is { } direct && _proxies is { } proxies ? new InitiatorInput.HostsFound([.. direct, .. proxies]) : null;
    }

    private void Connect(StreamHost host, DestinationAddress destination) =>
        _world.Connector.ConnectAsync(host, destination, _world.Settings.Initiator.Connect, StreamHostTrust.Own, Life).LivesUntil(Life).PipeTo(
            Self,
            success: link => link,
            failure: exception => new InitiatorInput.LinkFailed($"Cannot use streamhost {host.Jid} at {host.Host}:{host.Port}: {exception.Message}"));

    private InitiatorInput LinkUp(IByteLink link)
    {
        _link = link;
        return new InitiatorInput.LinkUp();
    }

    private void StartFlow(long offset, long length)
    {
        _length = length;
        var settings = _world.Settings;
        var source = OutgoingFlow.Create(_content, offset, length, settings.ChunkSize, Life);
        if (_world.Stages.Outgoing is { } stage)
        {
            source = source.Via(stage);
        }

        var (hash, sent) = source
            .Via(Flows.LengthLimit(length))
            .Via(Flows.Progress(settings.ProgressInterval, TimeProvider.System, ProgressReport()))
            .ToMaterialized(_link!.OutgoingWatched(settings.Initiator.Linger), Keep.Both)
            .Run(Context.Materializer());
        Run(Sent(hash, sent), TransferSide.Local);
    }

    private static async Task<FlowEnd> Sent(Task<string> hash, Task<long> sent)
    {
        // The sink knows why the flow ended; the hash stage only that it did.
        await Task.WhenAll(sent, hash).ConfigureAwait(false);
        return new FlowEnd.Whole(await sent.ConfigureAwait(false), await hash.ConfigureAwait(false));
    }

    private sealed record Described(FileDescription File);
}
