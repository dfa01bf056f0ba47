using ActorTransfer.Protocol.FileTransfer;
using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Protocol.StreamInitiation;
using static ActorTransfer.Protocol.Tests.FileTransfer.TestData;

namespace ActorTransfer.Protocol.Tests.FileTransfer;

/// <summary>The states of a target, and helpers of <see cref="TargetSpec"/> and <see cref="TargetTableSpec"/>.</summary>
public abstract class TargetTest
{
    private protected static readonly TargetState Fresh = State(TransferState.Offer);

    private protected static readonly TargetState Trying = State(TransferState.StreamhostReceived) with { Streamhosts = StreamhostsStanza("s1") };

    /// <summary>Every state, by the letter of its column below.</summary>
    private protected static readonly (char Letter, TargetState State)[] States =
    [
        ('O', Fresh),
        ('A', State(TransferState.Accepted)),
        ('H', Trying),
        ('C', State(TransferState.Connected)),
        ('V', State(TransferState.Activated)),
        ('B', State(TransferState.Streaming)),
        ('k', State(TransferState.Completed)),
        ('r', State(TransferState.Refused)),
        ('c', State(TransferState.Cancelled)),
        ('f', State(TransferState.Failed)),
    ];

    private protected static TargetState State(TransferState phase)
    {
        var request = OfferStanza();
        return SiOffer.TryRead(request.Payload!, out var offer, out _)
            ? new TargetState(request, offer) { Phase = phase, Methods = StreamMethods.Socks5 }
            : throw new InvalidOperationException("The offer of the tests is not a valid offer.");
    }

    private protected static Step<TargetState, TargetOutput> Next(Step<TargetState, TargetOutput> step, TargetInput input) => Target.Next(step.State, input);

    private protected static Iq Reply(Step<TargetState, TargetOutput> step, int index) => Assert.IsType<TargetOutput.Reply>(step.Outputs[index]).Answer;
}
