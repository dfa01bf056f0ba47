using ActorTransfer.Actors.Connections;
using ActorTransfer.Actors.Settings;
using ActorTransfer.Protocol.Ibb;
using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Protocol.Xml;
using Akka.Actor;
using Akka.Event;

namespace ActorTransfer.Actors.InBand;

/// <summary>
/// The receiving end of an in-band bytestream: executes the outputs of <see cref="IbbReceiver"/>. Child of its transfer, which has verified the
/// session and gets <see cref="InBandBytestream.Opened"/> or <see cref="InBandBytestream.Refused"/>. States: open -> finishing -> over; it
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
    private readonly InBandBlocks _blocks;
    private IbbReceiverState _state;
    private InBandReceiverLink? _link;
    private TimeSpan? _holdEnds;
    private bool _awaitsRoom;

    /// <summary>Use <see cref="Props"/>.</summary>
    public InBandReceiverActor(InBandSession session, Iq open, IActorRef connection, InBandSettings settings, InBandMemory memory)
    {
        _session = session;
        _open = open;
        _connection = connection;
        _settings = settings;
        var terms = new IbbReceiverTerms(settings.MaxBlockSize, settings.ReceiveBacklog, settings.AckDelay, settings.AcceptMessages)
        {
            OfferedBlockSize = Math.Min(session.OfferedBlockSize, settings.MaxBlockSize),
            Length = session.Length,
        };
        var blocks = IbbOpen.TryRead(open.Payload, out var asked, out _)
            ? InBandBlocks.TryCreate(memory, Math.Max(asked.BlockSize, terms.OfferedBlockSize), settings.ReceiveBuffer)
            : null;
        if (blocks is null)
        {
            // The request is refused or repeated.
            terms = terms with { MaxBlockSize = Math.Min(terms.MaxBlockSize, InBandShare.LeastBlockSize), OfferedBlockSize = 0 };
            blocks = InBandBlocks.TryCreate(memory, InBandShare.LeastBlockSize, settings.ReceiveBuffer)!;
        }

        _blocks = blocks;
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
        ActorProps.Create(() => new InBandReceiverActor(session, open, connection, settings, memory));

    protected override void PreStart()
    {
        _connection.Tell(_session.Serve(sends: false));
        _connection.Tell(new Connection.Subscribe());
        Apply(new IbbReceiverInput.OpenRequested(_open));
    }

    protected override void PostStop()
    {
        Apply(new IbbReceiverInput.Cancel());
        _link?.Detach(InBandLink.FaultOf(IbbFault.Local, "The in-band bytestream was stopped."));
        _blocks.Dispose();
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
        try
        {
            var (length, room, hasMemory) = _blocks.Arrive(data.Text, _settings.StrictBase64);
            Apply(new IbbReceiverInput.Arrived(request, data.Sequence, length, room, Now, hasMemory));
        }
        finally
        {
            _blocks.Discard();
        }
    }

    private void TellRoom()
    {
        _awaitsRoom = false;
        Apply(new IbbReceiverInput.RoomMade(_blocks.ReserveForHeld()));
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
                _blocks.Accept();
                break;
            case IbbReceiverOutput.Hold:
                _blocks.Hold();
                break;
            case IbbReceiverOutput.Drop:
                _blocks.Discard();
                break;
            case IbbReceiverOutput.Release release:
                _blocks.Release(release.Count);
                break;
            case IbbReceiverOutput.DropHeld:
                _blocks.DropHeld();
                break;
            case IbbReceiverOutput.Close:
                _connection.Tell(new Connection.Reply(_session.Close())); // the response is ignored
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
                _log.Write(InBandLog.ReceiverOpened, _session.Scope, _session.Peer, opened.Terms.BlockSize);
                _link = new InBandReceiverLink(Self, _blocks.Buffer);
                Context.Parent.Tell(new InBandBytestream.Opened(_link));
                break;
            case IbbReceiverOutput.Refused refused:
                Context.Parent.Tell(new InBandBytestream.Refused(
                    new Answer.Error(refused.Error), $"The request to open was refused: {refused.Error.Condition}."));
                Context.Stop(Self);
                break;
            case IbbReceiverOutput.ClosedEarly:
                Context.Parent.Tell(InBandBytestream.ClosedEarly.Instance);
                break;
            case IbbReceiverOutput.Complete:
                _blocks.Buffer.End();
                break;
            case IbbReceiverOutput.Fail fail:
                _log.Write(InBandLog.ReceiverFailed, _session.Scope, _session.Peer, fail.Reason);
                _blocks.Buffer.End(InBandLink.FaultOf(fail.Fault, fail.Reason));
                break;
        }
    }

    private void AwaitRoom()
    {
        if (_state.RoomWanted > 0 && !_awaitsRoom)
        {
            _awaitsRoom = true;
            var self = Self;
            _blocks.Buffer.AwaitRoom(_state.RoomWanted, () => self.Tell(RoomMade.Instance, ActorRefs.NoSender));
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
