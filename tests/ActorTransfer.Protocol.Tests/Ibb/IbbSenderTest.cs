using ActorTransfer.Protocol.Ibb;
using ActorTransfer.Protocol.Stanzas;
using static ActorTransfer.Protocol.Tests.FileTransfer.TestData;

namespace ActorTransfer.Protocol.Tests.Ibb;

/// <summary>Set-up and helpers of <see cref="IbbSenderSpec"/> and <see cref="IbbSenderEndSpec"/>.</summary>
public abstract class IbbSenderTest
{
    private protected static readonly TimeSpan Slow = TimeSpan.FromSeconds(6);
    private protected static readonly IbbSenderTerms Terms = new(BlockSize: 8192, MinBlockSize: 1024, MaxWindow: 8, Slow, MaxRetries: 2);
    private protected static readonly Answer Ok = new Answer.Result(null);
    private protected IbbSenderState _sender = new(SessionId, Terms) { KeepsOrder = true };
    private protected static IbbSenderOutput AskClose { get; } = new IbbSenderOutput.AskClose(IbbClose.ToXml(SessionId));

    private protected static IbbSenderInput.BlockAnswered Acked(ushort sequence) => new(sequence, Ok, TimeSpan.Zero);

    private protected readonly Queue<ushort> _inFlight = [];
    private protected int _granted;

    /// <summary>Acknowledges this many blocks in order, sending all that is granted; returns the maximum number of outstanding blocks.</summary>
    private protected int Pump(int acknowledgements)
    {
        var most = 0;
        for (; ; acknowledgements--)
        {
            for (; _granted > 0; _granted--)
            {
                _inFlight.Enqueue(Assert.Single(Take(new IbbSenderInput.Block("AA==", 1)).OfType<IbbSenderOutput.AskBlock>()).Sequence);
            }

            most = Math.Max(most, _inFlight.Count);
            if (acknowledgements == 0)
            {
                return most;
            }

            _granted += Take(Acked(_inFlight.Dequeue())).OfType<IbbSenderOutput.Grant>().Sum(grant => grant.Blocks);
        }
    }

    private protected void Open()
    {
        Take(new IbbSenderInput.Begin());
        Take(new IbbSenderInput.OpenAnswered(Ok));
        _granted = 1;
    }

    private protected IbbSenderOutput[] Take(IbbSenderInput input)
    {
        var step = IbbSender.Next(_sender, input);
        _sender = step.State;
        return [.. step.Outputs];
    }
}
