using ActorTransfer.Protocol.Ibb;
using ActorTransfer.Protocol.Stanzas;
using static ActorTransfer.Protocol.Tests.FileTransfer.TestData;

namespace ActorTransfer.Protocol.Tests.Ibb;

/// <summary>Blocks that arrive while the receiver has no room for them.</summary>
public sealed class IbbReceiverBacklogSpec : IbbReceiverTest
{
    [Fact]
    public void Block_without_buffer_space_must_be_held_and_acknowledged_in_order()
    {
        Open();
        Assert.Equal([new IbbReceiverOutput.Hold()], Take(Arrived(DataStanza("a"), 0, 1000, room: 999)));
        Assert.Equal(1000, _receiver.RoomWanted);
        Assert.Null(_receiver.Held.Peek().Request?.Payload); // its text takes more memory than its bytes
        Assert.Equal([new IbbReceiverOutput.Hold()], Take(Arrived(DataStanza("b"), 1, 500, room: Plenty)));
        Assert.Equal([new IbbReceiverOutput.Drop()], Take(Arrived(DataStanza("b"), 1, 500, room: Plenty)));
        Assert.Empty(Take(new IbbReceiverInput.RoomMade(999)));
        Assert.Equal(
            [new IbbReceiverOutput.Release(1), new IbbReceiverOutput.Reply(DataStanza("a").Result())], Take(new IbbReceiverInput.RoomMade(1400)));
        Assert.Equal(
            [new IbbReceiverOutput.Release(1), new IbbReceiverOutput.Reply(DataStanza("b").Result())], Take(new IbbReceiverInput.RoomMade(500)));
        Assert.Equal((0, null), (_receiver.RoomWanted, _receiver.HoldEnds));
        Assert.IsType<IbbReceiverOutput.Accept>(Take(Arrived(DataStanza("c"), 2))[0]);
    }

    [Fact]
    public void Blocks_held_too_long_must_be_refused_and_accepted_when_resent()
    {
        Open();
        Accept(3);
        Take(Arrived(DataStanza("3"), 3, 1000, room: 0, TimeSpan.FromSeconds(1)));
        Take(Arrived(DataStanza("4"), 4, 1000, room: 0, TimeSpan.FromSeconds(2)));
        Assert.Equal(AckDelay + TimeSpan.FromSeconds(1), _receiver.HoldEnds);
        Assert.Empty(Take(new IbbReceiverInput.HoldOver(AckDelay)));
        var outputs = Take(new IbbReceiverInput.HoldOver(AckDelay + TimeSpan.FromSeconds(1)));
        Assert.Equal(
            [
                new IbbReceiverOutput.DropHeld(),
                new IbbReceiverOutput.Reply(DataStanza("3").Fail(StanzaError.ResourceConstraint)),
                new IbbReceiverOutput.Reply(DataStanza("4").Fail(StanzaError.ResourceConstraint)),
            ],
            outputs);
        Assert.Equal(ErrorType.Wait, StanzaError.ResourceConstraint.Type);
        Assert.Null(_receiver.HoldEnds);

        // Sent before its sender received the refusals: no gap, but refused likewise.
        Assert.Equal(
            [new IbbReceiverOutput.Drop(), new IbbReceiverOutput.Reply(DataStanza("5").Fail(StanzaError.ResourceConstraint))],
            Take(Arrived(DataStanza("5"), 5)));
        foreach (var at in new ushort[] { 3, 4, 5 })
        {
            Assert.IsType<IbbReceiverOutput.Accept>(Take(Arrived(DataStanza($"{at} again"), at))[0]);
        }
    }

    [Fact]
    public void Blocks_beyond_the_backlog_must_be_refused_at_once()
    {
        Open();
        Take(Arrived(DataStanza("0"), 0, 4096, room: 0));
        Take(Arrived(DataStanza("1"), 1, 4096, room: 0));
        Take(Arrived(DataStanza("2"), 2, 4096, room: 0));
        Assert.IsType<IbbReceiverOutput.Hold>(Take(Arrived(DataStanza("3"), 3, 4096, room: 0))[0]);
        Assert.Equal((ErrorType.Wait, ErrorConditions.ResourceConstraint), Refused(Take(Arrived(DataStanza("4"), 4, 1, room: 0))));
        Assert.Equal((ErrorType.Wait, ErrorConditions.ResourceConstraint), Refused(Take(Arrived(DataStanza("5"), 5, 1, room: 0))));
        Take(new IbbReceiverInput.RoomMade(Plenty));
        Assert.Equal((ErrorType.Wait, ErrorConditions.ResourceConstraint), Refused(Take(Arrived(DataStanza("6"), 6, 1))));
        Assert.IsType<IbbReceiverOutput.Accept>(Take(Arrived(DataStanza("4 again"), 4, 1))[0]);
        Assert.IsType<IbbReceiverOutput.Accept>(Take(Arrived(DataStanza("5 again"), 5, 1))[0]);
    }

    [Fact]
    public void Tiny_blocks_must_not_bypass_the_limits()
    {
        Open();
        var held = 0;
        while (Take(Arrived(DataStanza($"{held}"), (ushort)held, 0, room: 0))[0] is IbbReceiverOutput.Hold)
        {
            held++;
        }

        Assert.Equal(Terms.MaxHeldBytes / IbbReceiver.LeastCharge, held);
    }

    [Fact]
    public void Close_of_a_pipelining_sender_must_come_after_the_held_blocks()
    {
        Open();
        Take(Arrived(DataStanza("0"), 0, 1000, room: 0));
        Assert.IsType<IbbReceiverOutput.Reply>(Assert.Single(Take(new IbbReceiverInput.CloseRequested(CloseStanza("c")))));
        Assert.Null(_receiver.HoldEnds);
        Assert.Equal(ErrorConditions.ItemNotFound, Condition(Replied(Take(Arrived(DataStanza("late"), 1))[1])));
        Assert.Empty(Take(new IbbReceiverInput.LinkLost()));
        Assert.Equal(
            [new IbbReceiverOutput.Release(1), new IbbReceiverOutput.Reply(DataStanza("0").Result()), new IbbReceiverOutput.Complete()],
            Take(new IbbReceiverInput.RoomMade(1000)));
    }

    [Fact]
    public void Cancel_must_notify_the_peer_and_refuse_held_blocks()
    {
        Open();
        Take(Arrived(DataStanza("0"), 0, 1000, room: 0));
        Take(Arrived(DataStanza("1"), 1, 1000, room: 0));
        var outputs = Take(new IbbReceiverInput.Cancel());
        Assert.Equal([new IbbReceiverOutput.Close(), new IbbReceiverOutput.DropHeld()], outputs[..2]);
        Assert.Equal(DataStanza("0").Fail(StanzaError.ItemNotFound), Replied(outputs[2]));
        Assert.Equal(DataStanza("1").Fail(StanzaError.ItemNotFound), Replied(outputs[3]));
        Assert.Equal(IbbFault.Local, Assert.IsType<IbbReceiverOutput.Fail>(outputs[4]).Fault);
        Assert.Equal(0, _receiver.RoomWanted);
    }

    [Fact]
    public void Block_without_memory_must_be_refused_and_accepted_when_resent()
    {
        Open();
        var first = Arrived(DataStanza("0"), 0) with { HasMemory = false };
        Assert.Equal([new IbbReceiverOutput.Drop(), new IbbReceiverOutput.Reply(DataStanza("0").Fail(StanzaError.ResourceConstraint))], Take(first));
        Assert.Equal([new IbbReceiverOutput.Drop(), new IbbReceiverOutput.Reply(DataStanza("1").Fail(StanzaError.ResourceConstraint))],
            Take(Arrived(DataStanza("1"), 1)));
        Assert.Equal(new IbbReceiverOutput.Accept(), Take(Arrived(DataStanza("2"), 0))[0]);
    }

    [Fact]
    public void Messages_beyond_the_backlog_must_end_the_stream()
    {
        Take(new IbbReceiverInput.OpenRequested(OpenStanza(4096, byMessage: true)));
        for (ushort at = 0; at < 4; at++)
        {
            Assert.Equal([new IbbReceiverOutput.Hold()], Take(Arrived(null, at, 4096, room: 0)));
        }

        Assert.IsType<IbbReceiverOutput.Fail>(Take(Arrived(null, 4, 1, room: 0))[^1]);
    }

    private static (ErrorType Type, string Condition) Refused(IbbReceiverOutput[] outputs)
    {
        Assert.Equal(2, outputs.Length);
        Assert.IsType<IbbReceiverOutput.Drop>(outputs[0]);
        return (Replied(outputs[1]).Error!.Type, Condition(Replied(outputs[1])));
    }
}
