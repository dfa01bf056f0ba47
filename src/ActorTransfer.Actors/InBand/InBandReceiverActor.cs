using ActorTransfer.Actors.Connections;
using ActorTransfer.Actors.Settings;
using ActorTransfer.Extensibility;
using ActorTransfer.Protocol.Ibb;
using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Protocol.Xml;
using Akka.Actor;
using Akka.Event;

namespace ActorTransfer.Actors.InBand;

/// <summary>
/// The receiving end of an in-band bytestream: executes the outputs of <see cref="IbbReceiver"/>. Child of its transfer, which has verified the
/// session and gets <see cref="InBand.Opened"/> or <see cref="InBand.Refused"/>. States: open -> finishing -> over; it
/// stops when it refused or its link is disposed, and closes the stream if it is stopped before.
/// </summary>
internal sealed class InBandReceiverActor : RequestHandlerActor, IWithTimers
{
    private const string HoldTimer = "hold";
    private readonly InBandSession _session;
    private readonly Iq _open;
    private readonly IActorRef _connection;
    private readonly InBandSettings _settings;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly InBandBuffer _buffer;
    private readonly InBandShare _waiting;
    private readonly Queue<Chunk> _held = new();
    private IbbReceiverState _state;
    private InBandReceiverLink? _link;
    private Chunk? _arrived;
    private TimeSpan? _holdEnds;
    private bool _awaitsRoom;
    private int _reserved;
    private int _taken;

    /// <summary>Use <see cref="Props"/>.</summary>
    public InBandReceiverActor(InBandSession session, Iq open, IActorRef connection, InBandSettings settings, InBandMemory memory)
    {
        _session = session;
        _open = open;
        _connection = connection;
        _settings = settings;
        var terms = settings.ReceiverTerms();
        if (!IbbOpen.TryRead(open.Payload, out var asked, out _) || !TryShare(memory, asked.BlockSize, out var buffered, out var waiting))
        {
            terms = terms with { MaxBlockSize = Math.Min(terms.MaxBlockSize, InBandShare.LeastBlockSize) }; // the request is refused or repeated
            TryShare(memory, InBandShare.LeastBlockSize, out buffered, out waiting);
        }

        _buffer = new InBandBuffer(settings.ReceiveBuffer, buffered!);
        _waiting = waiting!;
        _state = new IbbReceiverState(session.SessionId, terms);
        Receive<Connection.Requested>(requested => Requested(requested.Request));
        Receive<Connection.Messaged>(messaged => Messaged(messaged.Payload));
        Receive<Connection.Lost>(_ => Apply(new IbbReceiverInput.LinkLost()));
        Receive<Connection.Up>(_ => { });
        Receive<RoomMade>(_ => TellRoom());
        Receive<HoldOver>(_ => TellHoldOver());
        Receive<InBandIncoming.ReaderStopped>(_ => Apply(new IbbReceiverInput.Cancel()));
        Receive<InBandLink.Disposed>(_ => Context.Stop(Self));
    }

    /// <inheritdoc/>
    public ITimerScheduler Timers { get; set; } = null!;

    private static TimeSpan Now => Context.System.Scheduler.Now - DateTimeOffset.UnixEpoch;

    /// <summary>Creates a receiver, which responds to the request to open when it starts.</summary>
    /// <param name="session">Addresses and id.</param>
    /// <param name="open">The request to open; this actor sends the response.</param>
    /// <param name="connection">Carries the stanzas; a lost link ends the stream.</param>
    /// <param name="settings">Sizes and timeouts.</param>
    /// <param name="memory">Limits the memory of all sessions.</param>
    public static Props Props(InBandSession session, Iq open, IActorRef connection, InBandSettings settings, InBandMemory memory) =>
        Akka.Actor.Props.Create(() => new InBandReceiverActor(session, open, connection, settings, memory));

    protected override void PreStart()
    {
        _connection.Tell(new Connection.ServeInBand(new SessionKey(_session.Self, _session.Peer, Outgoing: false, _session.SessionId)));
        _connection.Tell(new Connection.Subscribe());
        Apply(new IbbReceiverInput.OpenRequested(_open));
    }

    protected override void PostStop()
    {
        Apply(new IbbReceiverInput.Cancel());
        _link?.Detach(InBand.Exception(IbbFault.Local, "The in-band bytestream was stopped."));
        _buffer.Abandon();
        _waiting.Dispose();
    }

    private static bool TryShare(InBandMemory memory, int blockSize, out InBandShare? buffered, out InBandShare? waiting)
    {
        (buffered, waiting) = (InBandShare.TryOpen(memory, blockSize), InBandShare.TryOpen(memory, blockSize));
        if (buffered is not null && waiting is not null)
        {
            return true;
        }

        buffered?.Dispose();
        waiting?.Dispose();
        return false;
    }

    private void Requested(Iq request)
    {
        if (IbbData.Is(request.Payload))
        {
            BlockArrived(request, request.Payload!);
        }
        else if (IbbClose.Is(request.Payload))
        {
            Apply(new IbbReceiverInput.CloseRequested(request));
        }
        else if (IbbOpen.Is(request.Payload))
        {
            Apply(new IbbReceiverInput.OpenRequested(request));
        }
        else
        {
            _connection.Tell(new Connection.Reply(request.Fail(StanzaError.FeatureNotImplemented)));
        }
    }

    private void Messaged(XmlElement payload)
    {
        if (IbbData.Is(payload))
        {
            BlockArrived(null, payload);
        }
    }

    private void BlockArrived(Iq? request, XmlElement payload)
    {
        var data = IbbData.Read(payload);
        _arrived = Chunk.Rent(IbbBase64.MaxDecodedLength(data.Text.Length));
        try
        {
            var isSound = IbbBase64.TryDecode(data.Text, _arrived.Span, _settings.StrictBase64, out var length);
            _arrived.Truncate(length);
            var charge = IbbReceiver.ChargeOf(length);
            _reserved = _held.Count == 0 && _buffer.TryReserve(charge) ? charge : 0;
            _taken = _reserved == 0 && _waiting.TryTake(charge) ? charge : 0;
            var hasMemory = _reserved + _taken > 0;
            Apply(new IbbReceiverInput.Arrived(request, data.Sequence, isSound ? length : null, _reserved, Now, hasMemory));
        }
        finally
        {
            Discard();
        }
    }

    /// <summary>The arrived block is not needed, or was already taken.</summary>
    private void Discard()
    {
        _arrived?.Dispose();
        _buffer.Release(_reserved);
        _waiting.Return(_taken);
        (_arrived, _reserved, _taken) = (null, 0, 0);
    }

    private void TellRoom()
    {
        _awaitsRoom = false;
        var room = 0;
        foreach (var charge in _held.Select(chunk => IbbReceiver.ChargeOf(chunk.Length)).TakeWhile(_buffer.TryReserve))
        {
            room += charge;
        }

        Apply(new IbbReceiverInput.RoomMade(room));
    }

    private void TellHoldOver()
    {
        _holdEnds = null;
        Apply(new IbbReceiverInput.HoldOver(Now));
    }

    private void Apply(IbbReceiverInput input)
    {
        var step = IbbReceiver.Next(_state, input);
        _state = step.State;
        foreach (var output in step.Outputs)
        {
            Execute(output);
        }

        AwaitRoom();
        SetHoldTimer();
    }

    private void Execute(IbbReceiverOutput output)
    {
        switch (output)
        {
            case IbbReceiverOutput.Reply reply:
                _connection.Tell(new Connection.Reply(reply.Answer));
                break;
            case IbbReceiverOutput.Accept:
                Accept(_arrived!);
                (_arrived, _reserved) = (null, 0);
                break;
            case IbbReceiverOutput.Hold:
                _held.Enqueue(_arrived!);
                (_arrived, _taken) = (null, 0);
                break;
            case IbbReceiverOutput.Drop:
                Discard();
                break;
            case IbbReceiverOutput.Release release:
                Release(release.Count);
                break;
            case IbbReceiverOutput.DropHeld:
                DropHeld();
                break;
            case IbbReceiverOutput.Close:
                _connection.Tell(new Connection.Reply(_session.CloseOf())); // the response is ignored
                break;
            default:
                ExecuteTransition(output);
                break;
        }
    }

    /// <summary>Outputs that are reported to others: begin and end.</summary>
    private void ExecuteTransition(IbbReceiverOutput output)
    {
        switch (output)
        {
            case IbbReceiverOutput.Opened opened:
                _log.Debug("In-band bytestream from {Peer} is open with blocks of {Bytes} bytes", _session.Peer, opened.Terms.BlockSize);
                _link = new InBandReceiverLink(Self, _buffer);
                Context.Parent.Tell(new InBand.Opened(_link));
                break;
            case IbbReceiverOutput.Refused refused:
                Context.Parent.Tell(new InBand.Refused(new Answer.Error(refused.Error), $"The request to open was refused: {refused.Error.Condition}."));
                Context.Stop(Self);
                break;
            case IbbReceiverOutput.Complete:
                _buffer.End();
                break;
            case IbbReceiverOutput.Fail fail:
                _log.Debug("In-band bytestream from {Peer} failed: {Reason}", _session.Peer, fail.Why);
                _buffer.End(InBand.Exception(fail.Fault, fail.Why));
                break;
        }
    }

    /// <summary>Its room is reserved.</summary>
    private void Accept(Chunk chunk)
    {
        if (chunk.Length > 0)
        {
            _buffer.Add(chunk);
        }
        else
        {
            chunk.Dispose();
            _buffer.Release(IbbReceiver.LeastCharge);
        }
    }

    private void Release(int count)
    {
        for (; count > 0; count--)
        {
            var chunk = _held.Dequeue();
            _waiting.Return(IbbReceiver.ChargeOf(chunk.Length));
            Accept(chunk);
        }
    }

    private void DropHeld()
    {
        while (_held.TryDequeue(out var chunk))
        {
            _waiting.Return(IbbReceiver.ChargeOf(chunk.Length));
            chunk.Dispose();
        }
    }

    private void AwaitRoom()
    {
        if (_state.RoomWanted > 0 && !_awaitsRoom)
        {
            _awaitsRoom = true;
            var self = Self;
            _buffer.AwaitRoom(_state.RoomWanted, () => self.Tell(RoomMade.Instance, ActorRefs.NoSender));
        }
    }

    private void SetHoldTimer()
    {
        if (_state.HoldEnds == _holdEnds)
        {
            return;
        }

        _holdEnds = _state.HoldEnds;
        if (_holdEnds is { } end)
        {
            Timers.StartSingleTimer(HoldTimer, HoldOver.Instance, end > Now ? end - Now : TimeSpan.Zero);
        }
        else
        {
            Timers.Cancel(HoldTimer);
        }
    }

    private sealed record RoomMade
    {
        public static RoomMade Instance { get; } = new();
    }

    private sealed record HoldOver
    {
        public static HoldOver Instance { get; } = new();
    }
}
