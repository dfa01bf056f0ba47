using ActorTransfer.Protocol.Ibb;
using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Simulation.Peers;
using ActorTransfer.Simulation.Xmpp;

namespace ActorTransfer.Simulation.InBand;

/// <summary>Executes the outputs of an <see cref="IbbReceiver"/> over a buffer that the file empties as slowly as the plan says.</summary>
internal sealed class InBandReceiving
{
    private const int Capacity = 8 * IbbReceiver.LeastCharge;
    private readonly World _world;
    private readonly XmppPeer _peer;
    private readonly Jid _from;
    private readonly Queue<byte[]> _held = new();
    private readonly Queue<byte[]> _buffer = new();
    private readonly Action _up;
    private IbbReceiverState _state;
    private byte[] _block = [];
    private ReceivedFile? _file;
    private (IbbFault Fault, string Reason)? _fault;
    private SimulatedTimer? _reading;
    private SimulatedTimer? _hold;
    private TimeSpan? _holdEnds;
    private int _buffered;
    private bool _hasEnded;

    public InBandReceiving(World world, XmppPeer peer, Jid from, string sessionId, int maxBlockSize, Iq open, Action up)
    {
        (_world, _peer, _from, _up) = (world, peer, from, up);
        _state = new IbbReceiverState(sessionId, new IbbReceiverTerms(maxBlockSize, 4 * 2000, TimeSpan.FromSeconds(20), AllowsMessages: false));
        Apply(new IbbReceiverInput.OpenRequested(open));
    }

    public string SessionId => _state.SessionId;

    /// <summary>The open was refused; another may follow.</summary>
    public bool IsRefused { get; private set; }

    public bool IsOver => _state.Phase == IbbReceiverPhase.Ended && _hold is not { IsPending: true } && _held.Count == 0;

    public void Receive(ReceivedFile file)
    {
        _file = file;
        file.Start();
        Read();
    }

    public void Requested(Iq request)
    {
        if (IbbData.Is(request.Payload))
        {
            var data = IbbData.Read(request.Payload!);
            _block = new byte[IbbBase64.MaxDecodedLength(data.Text.Length)];
            int? decoded = IbbBase64.TryDecode(data.Text, _block, isStrict: true, out var length) ? length : null;
            _block = _block[..length];
            Apply(new IbbReceiverInput.Arrived(request, data.Sequence, decoded, Room, _world.Clock.Now));
        }
        else
        {
            Apply(IbbClose.Is(request.Payload) ? new IbbReceiverInput.CloseRequested(request) : new IbbReceiverInput.OpenRequested(request));
        }
    }

    public void LinkLost() => Apply(new IbbReceiverInput.LinkLost());

    public void Stop()
    {
        _reading?.Cancel();
        _file = null;
        Apply(new IbbReceiverInput.Cancel());
        _hold?.Cancel();
    }

    private int Room => Math.Max(0, Capacity - _buffered);

    private void Apply(IbbReceiverInput input)
    {
        var step = IbbReceiver.Next(_state, input);
        _state = step.State;
        foreach (var output in step.Outputs)
        {
            Execute(output);
        }

        if (_state.HoldEnds != _holdEnds)
        {
            _holdEnds = _state.HoldEnds;
            _hold?.Cancel();
            _hold = _holdEnds is { } end ? _world.Clock.At(end, HoldOver) : null;
        }
    }

    private void HoldOver()
    {
        _holdEnds = null;
        Apply(new IbbReceiverInput.HoldOver(_world.Clock.Now));
    }

    private void Execute(IbbReceiverOutput output)
    {
        switch (output)
        {
            case IbbReceiverOutput.Reply reply:
                _peer.Reply(reply.Answer);
                break;
            case IbbReceiverOutput.Opened:
                _up();
                break;
            case IbbReceiverOutput.Refused:
                IsRefused = true;
                break;
            case IbbReceiverOutput.Accept:
                Buffer(_block);
                break;
            case IbbReceiverOutput.Hold:
                _held.Enqueue(_block);
                break;
            case IbbReceiverOutput.Release release:
                for (var at = 0; at < release.Count; at++)
                {
                    Buffer(_held.Dequeue());
                }

                break;
            case IbbReceiverOutput.DropHeld:
                _held.Clear();
                break;
            case IbbReceiverOutput.Close:
                _peer.Tell(_from, IbbClose.ToXml(_state.SessionId));
                break;
            case IbbReceiverOutput.Complete:
                _hasEnded = true;
                Read();
                break;
            case IbbReceiverOutput.Fail fail:
                (_hasEnded, _fault) = (true, (fail.Fault, fail.Reason));
                Read();
                break;
        }
    }

    private void Buffer(byte[] block)
    {
        _buffer.Enqueue(block);
        _buffered += IbbReceiver.ChargeOf(block.Length);
        Read();
    }

    private void Read()
    {
        if (_file is null || _reading is { IsPending: true })
        {
            return;
        }

        if (_buffer.Count > 0 || _hasEnded)
        {
            _reading = _world.Clock.After(_world.Random.UpTo(_world.Plan.MaxReadTime), ReadNext);
        }
    }

    private void ReadNext()
    {
        if (_buffer.TryDequeue(out var block))
        {
            _buffered -= IbbReceiver.ChargeOf(block.Length);
            _file?.Write(block);
            Apply(new IbbReceiverInput.RoomMade(Room));
            Read();
        }
        else
        {
            _file?.EndOfStream(_fault is var (fault, reason) ? InBandFaults.Read(fault, reason) : null);
            _file = null;
        }
    }
}
