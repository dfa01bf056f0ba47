using ActorTransfer.Protocol.FileTransfer;
using ActorTransfer.Protocol.Ibb;
using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Simulation.Xmpp;

namespace ActorTransfer.Simulation.InBand;

/// <summary>Executes the outputs of an <see cref="IbbSender"/> and passes a file to it, block by block.</summary>
internal sealed class InBandSending
{
    private static readonly TimeSpan s_openTimeout = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan s_ackTimeout = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan s_closeTimeout = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan s_retryDelay = TimeSpan.FromSeconds(2);
    private readonly World _world;
    private readonly XmppPeer _peer;
    private readonly Jid _to;
    private readonly IInBandOwner _owner;
    private IbbSenderState _state;
    private byte[]? _bytes;
    private SimulatedTimer? _retry;
    private SimulatedTimer? _grace;
    private int _granted;
    private int _passed;
    private bool _hasPassedAll;
    private bool _isFeeding;
    private bool _isReported;

    public InBandSending(World world, XmppPeer peer, Jid to, string sessionId, int blockSize, bool keepsOrder, IInBandOwner owner)
    {
        (_world, _peer, _to, _owner) = (world, peer, to, owner);
        var terms = new IbbSenderTerms(blockSize, Math.Min(blockSize, 50), 8, TimeSpan.FromSeconds(6), 5);
        _state = new IbbSenderState(sessionId, terms) { KeepsOrder = keepsOrder };
        Apply(new IbbSenderInput.Begin());
    }

    public string SessionId => _state.SessionId;

    /// <summary>The stream is over, and nothing of it is pending.</summary>
    public bool IsOver => _state.Phase == IbbSenderPhase.Ended && _retry is not { IsPending: true } && _grace is not { IsPending: true };

    public void Send(byte[] bytes)
    {
        _bytes = bytes;
        if (bytes.Length == 0)
        {
            _owner.LastNext();
        }

        Feed();
    }

    public void CloseRequested(Iq request) => Apply(new IbbSenderInput.CloseRequested(request));

    public void Stop()
    {
        _isReported = true;
        Apply(new IbbSenderInput.Cancel("stopped"));
        _retry?.Cancel();
        _grace?.Cancel();
    }

    /// <summary>As many blocks as were granted; each may grant more.</summary>
    private void Feed()
    {
        if (_bytes is null || _isFeeding || _hasPassedAll)
        {
            return;
        }

        _isFeeding = true;
        while (_granted > 0 && _passed < _bytes.Length && _state.Phase == IbbSenderPhase.Open)
        {
            var length = Math.Min(_bytes.Length - _passed, _state.BlockSize);
            var text = IbbBase64.Encode(_bytes.AsSpan(_passed, length));
            _passed += length;
            _granted--;
            if (_passed == _bytes.Length)
            {
                _owner.LastNext();
            }

            _owner.Moved();
            Apply(new IbbSenderInput.Block(text, length));
        }

        _isFeeding = false;
        if (_passed == _bytes.Length)
        {
            _hasPassedAll = true;
            Apply(new IbbSenderInput.LastSent());
        }
    }

    private void Apply(IbbSenderInput input)
    {
        var step = IbbSender.Next(_state, input);
        _state = step.State;
        foreach (var output in step.Outputs)
        {
            Execute(output);
        }

        Feed();
    }

    private void Execute(IbbSenderOutput output)
    {
        switch (output)
        {
            case IbbSenderOutput.AskOpen open:
                _peer.Ask(_to, open.Payload, s_openTimeout, answer => Apply(new IbbSenderInput.OpenAnswered(answer)));
                break;
            case IbbSenderOutput.AskBlock block:
                var sent = _world.Clock.Now;
                _peer.Ask(_to, block.Payload, s_ackTimeout, answer => Apply(new IbbSenderInput.BlockAnswered(block.Sequence, answer, _world.Clock.Now - sent)));
                break;
            case IbbSenderOutput.AskClose close when _state.Phase == IbbSenderPhase.Closing:
                _peer.Ask(_to, close.Payload, s_closeTimeout, _ => Apply(new IbbSenderInput.CloseAnswered()));
                break;
            case IbbSenderOutput.AskClose close:
                _peer.Tell(_to, close.Payload);
                break;
            case IbbSenderOutput.Reply reply:
                _peer.Reply(reply.Answer);
                break;
            case IbbSenderOutput.Opened:
                _owner.InBandUp();
                break;
            case IbbSenderOutput.Refused refused:
                _owner.InBandRefused(refused.Answer, refused.Reason);
                break;
            case IbbSenderOutput.Grant grant:
                _granted += grant.Blocks;
                break;
            case IbbSenderOutput.RetryLater:
                _retry = _world.Clock.After(s_retryDelay, () => Apply(new IbbSenderInput.RetryDue()));
                break;
            case IbbSenderOutput.AwaitLast:
                _grace?.Cancel();
                _grace = _world.Clock.After(s_closeTimeout, () => Apply(new IbbSenderInput.GraceOver()));
                break;
            case IbbSenderOutput.Done done:
                Report(new FlowEnd.Whole(done.Bytes, null) { Delivery = Delivery.Acknowledged });
                break;
            case IbbSenderOutput.Fail fail:
                if (fail.Fault == IbbFault.OutOfOrder)
                {
                    _owner.InBandOrderLost(fail.Reason);
                }

                Report(InBandFaults.Read(fail.Fault, fail.Reason));
                break;
        }
    }

    private void Report(FlowEnd end)
    {
        _retry?.Cancel();
        _grace?.Cancel();
        if (!_isReported)
        {
            _isReported = true;
            _owner.FlowEnded(this, end);
        }
    }
}
