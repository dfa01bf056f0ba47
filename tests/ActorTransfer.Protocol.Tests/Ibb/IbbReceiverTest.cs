using ActorTransfer.Protocol.Ibb;
using ActorTransfer.Protocol.Stanzas;
using static ActorTransfer.Protocol.Tests.FileTransfer.TestData;

namespace ActorTransfer.Protocol.Tests.Ibb;

/// <summary>Set-up and helpers of <see cref="IbbReceiverSpec"/> and <see cref="IbbReceiverBacklogSpec"/>.</summary>
public abstract class IbbReceiverTest
{
    private protected const int Plenty = 1_000_000;
    private protected static readonly TimeSpan AckDelay = TimeSpan.FromSeconds(20);
    private protected static readonly IbbReceiverTerms Terms = new(MaxBlockSize: 8192, MaxHeldBytes: 16384, AckDelay, AllowsMessages: true);

    private protected IbbReceiverState _receiver = new(SessionId, Terms);

    private protected static IbbReceiverInput.Arrived Arrived(Iq? request, ushort sequence, int length = 100, int room = Plenty, TimeSpan now = default) =>
        new(request, sequence, length, room, now);

    private protected static Iq OpenStanza(int blockSize, bool byMessage = false) =>
        Iq.Set("open", Bo, new IbbOpen(SessionId, blockSize, byMessage).ToXml(), Ada);

    private protected static Iq DataStanza(string id) => Iq.Set(id, Bo, IbbData.ToXml(SessionId, 0, ""), Ada);

    private protected static Iq CloseStanza(string id) => Iq.Set(id, Bo, IbbClose.ToXml(SessionId), Ada);

    private protected static Iq Replied(IbbReceiverOutput output) => Assert.IsType<IbbReceiverOutput.Reply>(output).Answer;

    private protected void Open() => Take(new IbbReceiverInput.OpenRequested(OpenStanza(4096)));

    private protected void Accept(int count)
    {
        for (var at = 0; at < count; at++)
        {
            Take(Arrived(DataStanza($"{at}"), (ushort)at));
        }
    }

    private protected IbbReceiverOutput[] Take(IbbReceiverInput input)
    {
        var step = IbbReceiver.Next(_receiver, input);
        _receiver = step.State;
        return [.. step.Outputs];
    }
}
