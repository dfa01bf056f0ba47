using ActorTransfer.Extensibility;
using ActorTransfer.Protocol.FileTransfer;
using ActorTransfer.Protocol.Stanzas;
using static ActorTransfer.Protocol.Tests.FileTransfer.TestData;

namespace ActorTransfer.Protocol.Tests.FileTransfer;

/// <summary>Set-up and helpers of <see cref="InitiatorSpec"/> and <see cref="InitiatorStreamhostSpec"/>.</summary>
public abstract class InitiatorTest
{
    private protected static readonly InitiatorState Fresh = new(Plan);
    private protected static readonly InitiatorState Sent = Fresh with { Phase = TransferState.StreamhostSent, Hosts = [Direct, Proxy] };

    /// <summary>Every state, by the letter of its column below; X connects to a proxy, D takes a direct connection.</summary>
    private protected static readonly (char Letter, InitiatorState State)[] States =
    [
        ('O', Fresh),
        ('A', Fresh with { Phase = TransferState.Accepted }),
        ('P', Fresh with { Phase = TransferState.ProxyDiscovered, Hosts = [Direct, Proxy] }),
        ('S', Sent),
        ('X', Sent with { Candidates = [Proxy] }),
        ('D', Sent with { Candidates = [Direct] }),
        ('C', Sent with { Phase = TransferState.Connected, Candidates = [Proxy] }),
        ('V', Sent with { Phase = TransferState.Activated, Candidates = [Proxy] }),
        ('B', Sent with { Phase = TransferState.Streaming, Candidates = [Proxy] }),
        ('k', Sent with { Phase = TransferState.Completed }),
        ('r', Sent with { Phase = TransferState.Refused }),
        ('c', Sent with { Phase = TransferState.Cancelled }),
        ('f', Sent with { Phase = TransferState.Failed }),
    ];

    private protected static InitiatorInput Answered(InitiatorRequest request, Answer answer) => new InitiatorInput.Answered(request, answer);

    private protected static TransferOutcome Answered(InitiatorState state, InitiatorRequest request, Answer answer) =>
        EndsIn<TransferOutcome.Failed>(Initiator.Next(state, Answered(request, answer)));

    private protected static Step<InitiatorState, InitiatorOutput> Next(Step<InitiatorState, InitiatorOutput> step, InitiatorInput input) =>
        Initiator.Next(step.State, input);

    private protected static void Connects(Step<InitiatorState, InitiatorOutput> step, params StreamHost[] hosts)
    {
        var connect = Assert.IsType<InitiatorOutput.Connect>(Assert.Single(step.Outputs));
        Assert.Equal(Fresh.Destination, connect.Destination);
        Assert.Equal(hosts, connect.Hosts.ToArray());
    }
}
