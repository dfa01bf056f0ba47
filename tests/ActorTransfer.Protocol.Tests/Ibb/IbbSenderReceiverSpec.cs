using ActorTransfer.Protocol.Ibb;
using ActorTransfer.Protocol.Stanzas;
using static ActorTransfer.Protocol.Tests.FileTransfer.TestData;

namespace ActorTransfer.Protocol.Tests.Ibb;

/// <summary>Sender and receiver against each other over an ordered link, with a consumer that may be slow.</summary>
public sealed class IbbSenderReceiverSpec
{
    private const int Capacity = 64 * 256;

    private readonly Random _random = new(20261122);
    private readonly Queue<Iq> _toReceiver = [];
    private readonly Queue<Iq> _toSender = [];
    private readonly Queue<(ushort Sequence, int Number)> _held = [];
    private readonly List<int> _accepted = [];
    private IbbSenderState _sender = new(SessionId, new IbbSenderTerms(8192, 1024, 8, TimeSpan.FromSeconds(6), 1000)) { KeepsOrder = true };
    private IbbReceiverState _receiver = new(SessionId, new IbbReceiverTerms(1024, 8 * 256, TimeSpan.FromSeconds(20), true));
    private (ushort Sequence, int Number) _arrived;
    private int _buffered;
    private int _granted;
    private int _made;
    private int _ids;
    private bool _retryWanted;
    private bool _complete;
    private long? _done;

    [Theory]
    [InlineData(150_000, 0, 0)]
    [InlineData(70_000, 10, 0)]
    [InlineData(70_000, 0, 50)]
    [InlineData(70_000, 300, 100)]
    public void Every_block_must_arrive_once_and_in_order_beyond_the_wrap(int blocks, int stallsPerThousand, int expiriesPerThousand)
    {
        Send(new IbbSenderInput.Begin());
        while (_done is null)
        {
            Offer(blocks);
            Deliver();
            if (_random.Next(1000) >= stallsPerThousand)
            {
                _buffered = 0;
                Receive(new IbbReceiverInput.RoomMade(Capacity));
            }
            else if (_random.Next(1000) < expiriesPerThousand && _receiver.HoldEnds is { } end)
            {
                Receive(new IbbReceiverInput.HoldOver(end));
            }

            if (_retryWanted && _toSender.Count == 0 && _toReceiver.Count == 0)
            {
                _retryWanted = false;
                Send(new IbbSenderInput.RetryDue());
            }
        }

        Assert.True(_complete);
        Assert.Equal(blocks, _done);
        Assert.Equal(Enumerable.Range(0, blocks), _accepted);
    }

    private void Offer(int blocks)
    {
        for (; _granted > 0 && _made < blocks; _granted--)
        {
            _made++;
            Send(new IbbSenderInput.Block(IbbBase64.Encode(BitConverter.GetBytes(_made - 1)), 1));
            if (_made == blocks)
            {
                Send(new IbbSenderInput.LastSent());
            }
        }
    }

    private void Deliver()
    {
        if (_toReceiver.TryDequeue(out var request))
        {
            if (IbbData.Is(request.Payload))
            {
                var data = IbbData.Read(request.Payload!);
                var block = new byte[8];
                Assert.True(IbbBase64.TryDecode(data.Text, block, isStrict: true, out var length));
                _arrived = (data.Sequence!.Value, BitConverter.ToInt32(block));
                Receive(new IbbReceiverInput.Arrived(request, data.Sequence, length, Capacity - _buffered, TimeSpan.Zero));
            }
            else
            {
                Receive(IbbOpen.Is(request.Payload) ? new IbbReceiverInput.OpenRequested(request) : new IbbReceiverInput.CloseRequested(request));
                if (_receiver.Phase == IbbReceiverPhase.Ended && !_complete)
                {
                    _receiver = new IbbReceiverState(SessionId, _receiver.Terms); // refused for its size: the parent lets it retry
                }
            }
        }
        else if (_toSender.TryDequeue(out var answered))
        {
            Answer answer = answered.Error is { } error ? new Answer.Error(error) : new Answer.Result(null);
            Send(answered.Id[0] switch
            {
                'o' => new IbbSenderInput.OpenAnswered(answer),
                'c' => new IbbSenderInput.CloseAnswered(),
                _ => new IbbSenderInput.BlockAnswered(ushort.Parse(answered.Id.Split('-')[1]), answer, TimeSpan.Zero),
            });
        }
    }

    private void Send(IbbSenderInput input)
    {
        var step = IbbSender.Next(_sender, input);
        _sender = step.State;
        foreach (var output in step.Outputs)
        {
            switch (output)
            {
                case IbbSenderOutput.AskOpen open:
                    _toReceiver.Enqueue(Iq.Set($"o{_ids++}", Bo, open.Payload, Ada));
                    break;
                case IbbSenderOutput.AskBlock block:
                    _toReceiver.Enqueue(Iq.Set($"b{_ids++}-{block.Sequence}", Bo, block.Payload, Ada));
                    break;
                case IbbSenderOutput.AskClose close:
                    _toReceiver.Enqueue(Iq.Set($"c{_ids++}", Bo, close.Payload, Ada));
                    break;
                case IbbSenderOutput.Opened opened:
                    Assert.Equal(1024, opened.BlockSize);
                    break;
                case IbbSenderOutput.Grant grant:
                    _granted += grant.Blocks;
                    break;
                case IbbSenderOutput.RetryLater:
                    _retryWanted = true;
                    break;
                case IbbSenderOutput.Done done:
                    _done = done.Bytes;
                    break;
                default:
                    Assert.Fail($"{output}");
                    break;
            }
        }

        Assert.True(_toReceiver.Count + _toSender.Count + _held.Count <= 8, "more is under way than the window allows");
    }

    private void Receive(IbbReceiverInput input)
    {
        var step = IbbReceiver.Next(_receiver, input);
        _receiver = step.State;
        foreach (var output in step.Outputs)
        {
            switch (output)
            {
                case IbbReceiverOutput.Reply reply:
                    _toSender.Enqueue(reply.Answer);
                    break;
                case IbbReceiverOutput.Accept:
                    Accept(_arrived.Number);
                    break;
                case IbbReceiverOutput.Hold:
                    _held.Enqueue(_arrived);
                    break;
                case IbbReceiverOutput.Release release:
                    for (var at = 0; at < release.Count; at++)
                    {
                        Accept(_held.Dequeue().Number);
                    }

                    break;
                case IbbReceiverOutput.DropHeld:
                    _held.Clear();
                    break;
                case IbbReceiverOutput.Complete:
                    _complete = true;
                    break;
                case IbbReceiverOutput.Fail fail:
                    Assert.Fail(fail.Reason);
                    break;
            }
        }
    }

    private void Accept(int number)
    {
        _accepted.Add(number);
        _buffered += IbbReceiver.LeastCharge;
        Assert.True(_buffered <= Capacity);
    }
}
