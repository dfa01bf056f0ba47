using ActorTransfer.Actors.Connections;
using ActorTransfer.Actors.Settings;
using ActorTransfer.Protocol;
using ActorTransfer.Protocol.Ibb;
using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Protocol.Xml;
using Akka.Actor;
using Akka.Event;

namespace ActorTransfer.Actors.InBand;

/// <summary>
/// The sending end of an in-band bytestream: executes the outputs of <see cref="IbbSender"/>. Child of its transfer, which gets
/// <see cref="InBandBytestream.Opened"/> or <see cref="InBandBytestream.Refused"/>. States: opening -> open -> closing -> over; it stops when it is refused or
/// its link is disposed, and closes the stream if it is stopped before.
/// </summary>
internal sealed class InBandSenderActor : RequestHandlerActor, IWithTimers
{
    /// <summary>From the first delay before a block is sent again to the longest.</summary>
    private const int Doublings = 4;

    private readonly InBandSession _session;
    private readonly IActorRef _connection;
    private readonly InBandSettings _settings;
    private readonly IActorRef _peers;
    private readonly BlockOrder? _least;
    private readonly Iq? _open;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private IbbSenderState _state;
    private InBandSenderLink? _link;
    private InBandOutgoing.Started? _stream;
    private int _granted;

    /// <summary>Use <see cref="Props"/>.</summary>
    public InBandSenderActor(InBandSession session, IActorRef connection, InBandSettings settings, IActorRef peers, BlockOrder? least, Iq? open)
    {
        _open = open;
        _session = session;
        _connection = connection;
        _settings = settings;
        _peers = peers;
        _least = least;
        _state = new IbbSenderState(
            session.SessionId,
            new IbbSenderTerms(settings.BlockSize, settings.MinBlockSize, settings.Window, settings.SlowAck, settings.MaxRetries) { Length = session.Length });
        Receive<Connection.Answered>(Answered);
        Receive<Connection.Requested>(requested => Requested(requested.Request));
        Receive<Connection.Messaged>(_ => { });
        Receive<Peers.Features>(_ => Apply(new IbbSenderInput.OrderKept()), features => features.Peer.Order >= _least);
        Receive<Peers.Features>(_ => { });
        Receive<InBandOutgoing.Started>(Started);
        Receive<InBandOutgoing.Block>(block => Apply(new IbbSenderInput.Block(block.Base64, block.Length)));
        Receive<InBandOutgoing.LastSent>(_ => Apply(new IbbSenderInput.LastSent()));
        Receive<InBandOutgoing.Broken>(broken => Apply(new IbbSenderInput.Cancel(broken.Reason)));
        Receive<InBandLink.Disposed>(_ => Context.Stop(Self));
        Receive<IbbSenderInput>(Apply);
    }

    /// <inheritdoc/>
    public ITimerScheduler Timers { get; set; } = null!;

    /// <summary>Creates a sender, which requests to open when it starts, or accepts the request of the peer.</summary>
    /// <param name="session">Addresses and id.</param>
    /// <param name="connection">Carries the stanzas.</param>
    /// <param name="settings">Sizes and timeouts.</param>
    /// <param name="peers">Knows peers, see <see cref="Peers"/>.</param>
    /// <param name="least">Minimum knowledge of the peer's order to send several blocks at a time; null = always lock step.</param>
    /// <param name="open">Jingle: the valid request of the peer to open; null = this side opens.</param>
    public static Props Props(
        InBandSession session, IActorRef connection, InBandSettings settings, IActorRef peers, BlockOrder? least, Iq? open = null) =>
        ActorProps.Create(() => new InBandSenderActor(session, connection, settings, peers, least, open));

    protected override void PreStart()
    {
        _connection.Tell(_session.Serve(sends: true));
        if (_open is null)
        {
            Apply(new IbbSenderInput.Begin());
        }
        else
        {
            _connection.Tell(new Connection.Reply(_open.Result()));
            _state = _state with { Phase = IbbSenderPhase.Opening };
            Apply(new IbbSenderInput.OpenAnswered(new Answer.Result(null)));
        }

        if (_least is not null && _settings.Window > 1)
        {
            _peers.Tell(new Peers.GetFeatures(_session.Self, _session.Peer, _connection));
        }
    }

    protected override void PostStop()
    {
        Apply(new IbbSenderInput.Cancel("The in-band bytestream was stopped."));
        _link?.Detach(InBandLink.FaultOf(IbbFault.Local, "The in-band bytestream was stopped."));
    }

    private void Answered(Connection.Answered answered)
    {
        switch (answered.Tag)
        {
            case OpenAsked:
                Apply(new IbbSenderInput.OpenAnswered(answered.Answer));
                break;
            case BlockAsked block:
                Apply(new IbbSenderInput.BlockAnswered(block.Sequence, answered.Answer, Now - block.At));
                break;
            case CloseAsked:
                Apply(new IbbSenderInput.CloseAnswered());
                break;
        }
    }

    private void Requested(Iq request)
    {
        if (IbbClose.Is(request.Payload))
        {
            Apply(new IbbSenderInput.CloseRequested(request));
        }
        else
        {
            _connection.Tell(new Connection.Reply(request.Fail(StanzaError.NotAcceptable))); // bytes go one way in a file transfer
        }
    }

    private void Started(InBandOutgoing.Started stream)
    {
        _stream = stream;
        stream.Grant(_granted);
    }

    private void Apply(IbbSenderInput input)
    {
        var step = IbbSender.Next(_state, input);
        _state = step.State;
        foreach (var output in step.Outputs)
        {
            Execute(output);
        }
    }

    /// <summary>
    /// Short at first: a receiver whose memory is used up has some again when others have read theirs, and takes blocks one at a time meanwhile.
    /// </summary>
    private TimeSpan DelayOf(int retry) => _settings.RetryDelay / (1 << Math.Max(0, Doublings + 1 - retry));

    private void Execute(IbbSenderOutput output)
    {
        switch (output)
        {
            case IbbSenderOutput.AskOpen open:
                Ask(open.Payload, _settings.OpenTimeout, OpenAsked.Instance);
                break;
            case IbbSenderOutput.AskBlock block:
                Ask(block.Payload, _settings.AckTimeout, new BlockAsked(block.Sequence, Now));
                break;
            case IbbSenderOutput.AskClose close when _state.Phase == IbbSenderPhase.Closing:
                Ask(close.Payload, CloseTime, CloseAsked.Instance);
                break;
            case IbbSenderOutput.AskClose:
                _connection.Tell(new Connection.Reply(_session.Close())); // the response is ignored
                break;
            case IbbSenderOutput.Reply reply:
                _connection.Tell(new Connection.Reply(reply.Answer));
                break;
            case IbbSenderOutput.Grant grant:
                Grant(grant.Blocks);
                break;
            case IbbSenderOutput.RetryLater:
                Timers.StartSingleTimer("retry", new IbbSenderInput.RetryDue(), DelayOf(_state.Retries));
                break;
            case IbbSenderOutput.AwaitLast:
                Timers.StartSingleTimer("grace", new IbbSenderInput.GraceOver(), _settings.CloseTimeout);
                break;
            default:
                ExecuteTransition(output);
                break;
        }
    }

    /// <summary>Outputs that are reported to others: begin and end.</summary>
    private void ExecuteTransition(IbbSenderOutput output)
    {
        switch (output)
        {
            case IbbSenderOutput.Opened opened:
                _log.Write(InBandLog.SenderOpened, _session.Scope, _session.Peer, opened.BlockSize);
                _link = new InBandSenderLink(Self, opened.BlockSize);
                Context.Parent.Tell(new InBandBytestream.Opened(_link));
                break;
            case IbbSenderOutput.Refused refused:
                Context.Parent.Tell(new InBandBytestream.Refused(refused.Answer, refused.Reason));
                Context.Stop(Self);
                break;
            case IbbSenderOutput.Done done:
                _stream?.Finish(done.Bytes);
                break;
            case IbbSenderOutput.OrderLost:
                _peers.Tell(new Peers.OrderLost(_session.Peer));
                break;
            case IbbSenderOutput.Fail fail:
                if (fail.Fault == IbbFault.OutOfOrder)
                {
                    Context.Parent.Tell(new InBandBytestream.OrderLost(fail.Reason));
                }

                _link?.Break(InBandLink.FaultOf(fail.Fault, fail.Reason));
                break;
        }
    }

    private void Grant(int blocks)
    {
        _granted += blocks;
        _stream?.Grant(blocks);
    }

    private TimeSpan CloseTime => _stream is { } stream && stream.Linger < _settings.CloseTimeout ? stream.Linger : _settings.CloseTimeout;

    private static TimeSpan Now => Context.System.Scheduler.Now - DateTimeOffset.UnixEpoch;

    private void Ask(XmlElement payload, TimeSpan deadline, object tag) =>
        _connection.Tell(new Connection.Ask(IqType.Set, _session.Self, _session.Peer, payload, deadline, tag));

    private sealed record OpenAsked
    {
        public static OpenAsked Instance { get; } = new();
    }

    private sealed record BlockAsked(ushort Sequence, TimeSpan At);

    private sealed record CloseAsked
    {
        public static CloseAsked Instance { get; } = new();
    }
}
