using ActorTransfer.Protocol.Ibb;
using ActorTransfer.Protocol.Stanzas;
using static ActorTransfer.Protocol.Tests.FileTransfer.TestData;

namespace ActorTransfer.Protocol.Tests.Ibb;

public sealed class IbbReceiverSpec : IbbReceiverTest
{
    [Theory]
    [InlineData(200L, 100, false)]
    [InlineData(201L, 100, true)]
    [InlineData(200L, 0, false)]
    [InlineData(201L, 0, true)]
    [InlineData(null, 0, false)]
    public void Close_before_all_bytes_have_come_must_be_told(long? length, int room, bool isEarly)
    {
        _receiver = new IbbReceiverState(SessionId, Terms with { Length = length });
        Open();
        Accept(1);
        Take(Arrived(DataStanza("1"), 1, room: room == 0 ? 0 : Plenty)); // held without room
        var outputs = Take(new IbbReceiverInput.CloseRequested(CloseStanza("c1")));
        Assert.Equal((IqType.Result, isEarly), (Replied(outputs[0]).Type, outputs.Any(output => output is IbbReceiverOutput.ClosedEarly)));
        if (room == 0)
        {
            outputs = Take(new IbbReceiverInput.RoomMade(Plenty));
        }

        Assert.IsType<IbbReceiverOutput.Complete>(outputs[^1]);
    }

    [Fact]
    public void Receiver_must_respond_to_the_request_to_open()
    {
        var open = OpenStanza(8192);
        Assert.Equal([new IbbReceiverOutput.Reply(open.Result()), new IbbReceiverOutput.Opened(new IbbOpen(SessionId, 8192))],
            Take(new IbbReceiverInput.OpenRequested(open)));
        Assert.Equal(IbbReceiverPhase.Open, _receiver.Phase);
    }

    [Theory]
    [InlineData(8193, false, ErrorType.Modify, ErrorConditions.ResourceConstraint)]
    [InlineData(0, false, ErrorType.Modify, ErrorConditions.BadRequest)]
    [InlineData(4096, true, ErrorType.Cancel, ErrorConditions.FeatureNotImplemented)]
    internal void Receiver_must_refuse_an_unsupported_open(int blockSize, bool byMessage, ErrorType type, string condition)
    {
        _receiver = new IbbReceiverState(SessionId, Terms with { AllowsMessages = false });
        var outputs = Take(new IbbReceiverInput.OpenRequested(OpenStanza(blockSize, byMessage)));
        var answer = Assert.IsType<IbbReceiverOutput.Reply>(outputs[1]).Answer;
        Assert.Equal((type, condition), (answer.Error?.Type, answer.Error?.Condition));
        Assert.Equal(answer.Error, Assert.IsType<IbbReceiverOutput.Refused>(outputs[0]).Error);
        Assert.Equal(IbbReceiverPhase.Ended, _receiver.Phase);
    }

    [Fact]
    public void Receiver_must_refuse_to_open_twice()
    {
        Open();
        Assert.Equal(ErrorConditions.NotAcceptable, Condition(Replied(Take(new IbbReceiverInput.OpenRequested(OpenStanza(1024)))[0])));
        Assert.Equal(IbbReceiverPhase.Open, _receiver.Phase);
    }

    [Fact]
    public void Block_must_be_acknowledged_when_it_was_accepted()
    {
        Open();
        var block = DataStanza("a");
        Assert.Equal([new IbbReceiverOutput.Accept(), new IbbReceiverOutput.Reply(block.Result())], Take(Arrived(block, 0)));
        Assert.Equal([new IbbReceiverOutput.Accept(), new IbbReceiverOutput.Reply(block.Result())], Take(Arrived(block, 1)));
    }

    /// <summary>Case 48 of Jingle's peers: Gajim and Libervia open with a lower size than they use.</summary>
    [Theory]
    [InlineData(0, 2048)]
    [InlineData(4096, 4096)]
    public void Blocks_must_have_the_larger_of_the_opened_and_the_offered_size_at_most(int offered, int most)
    {
        _receiver = new IbbReceiverState(SessionId, Terms with { OfferedBlockSize = offered });
        Take(new IbbReceiverInput.OpenRequested(OpenStanza(2048)));
        Assert.IsType<IbbReceiverOutput.Accept>(Take(Arrived(DataStanza("a"), 0, most))[0]);
        Assert.DoesNotContain(Take(Arrived(DataStanza("b"), 1, most + 1)), output => output is IbbReceiverOutput.Accept);
    }

    [Fact]
    public void Empty_block_must_count()
    {
        Open();
        Assert.IsType<IbbReceiverOutput.Accept>(Take(Arrived(DataStanza("a"), 0, length: 0))[0]);
        Assert.IsType<IbbReceiverOutput.Accept>(Take(Arrived(DataStanza("b"), 1))[0]);
    }

    [Fact]
    public void Sequence_must_wrap()
    {
        Open();
        for (var at = 0; at < 70_000; at++)
        {
            Assert.IsType<IbbReceiverOutput.Accept>(Take(Arrived(DataStanza($"{at}"), (ushort)at))[0]);
        }

        Assert.Equal(70_000 - 65_536, _receiver.Expected);
    }

    [Theory]
    [InlineData((ushort)6, 100, ErrorConditions.UnexpectedRequest)]
    [InlineData((ushort)4, 100, ErrorConditions.UnexpectedRequest)]
    [InlineData((ushort)65535, 100, ErrorConditions.UnexpectedRequest)]
    [InlineData(null, 100, ErrorConditions.BadRequest)]
    [InlineData((ushort)5, null, ErrorConditions.BadRequest)]
    [InlineData((ushort)5, 4097, ErrorConditions.BadRequest)]
    public void Invalid_block_must_end_the_stream(ushort? sequence, int? length, string condition)
    {
        Open();
        Accept(5);
        var block = DataStanza("bad");
        var outputs = Take(new IbbReceiverInput.Arrived(block, sequence, length, Plenty, default));
        Assert.IsType<IbbReceiverOutput.Drop>(outputs[0]);
        Assert.Equal((ErrorType.Cancel, condition), (Replied(outputs[1]).Error!.Type, Condition(Replied(outputs[1]))));
        Assert.IsType<IbbReceiverOutput.Close>(outputs[2]);
        Assert.IsType<IbbReceiverOutput.DropHeld>(outputs[3]);
        Assert.Equal(IbbFault.PeerRefused, Assert.IsType<IbbReceiverOutput.Fail>(outputs[4]).Fault);

        Assert.Equal(ErrorConditions.ItemNotFound, Condition(Replied(Take(Arrived(DataStanza("late"), 5))[1])));
        Assert.Equal(ErrorConditions.ItemNotFound, Condition(Replied(Take(new IbbReceiverInput.CloseRequested(CloseStanza("c")))[0])));
    }

    [Fact]
    public void Block_of_exactly_the_agreed_size_must_be_accepted()
    {
        Open();
        Assert.IsType<IbbReceiverOutput.Accept>(Take(Arrived(DataStanza("a"), 0, length: 4096))[0]);
    }

    [Fact]
    public void Block_repeated_by_a_resumed_stream_must_be_acknowledged_again_and_dropped()
    {
        Open();
        const int Sent = IbbReceiver.Remembered + 8;
        Accept(Sent);
        foreach (var at in new[] { Sent - 1, Sent - IbbReceiver.Remembered })
        {
            var again = DataStanza($"{at}");
            Assert.Equal([new IbbReceiverOutput.Drop(), new IbbReceiverOutput.Reply(again.Result())], Take(Arrived(again, (ushort)at)));
        }

        Assert.IsType<IbbReceiverOutput.Accept>(Take(Arrived(DataStanza($"{Sent}"), Sent))[0]);
    }

    [Fact]
    public void Block_with_a_used_number_and_another_id_must_end_the_stream()
    {
        Open();
        Accept(2);
        Assert.Equal(ErrorConditions.UnexpectedRequest, Condition(Replied(Take(Arrived(DataStanza("other"), 1))[1])));
        Assert.Equal(IbbReceiverPhase.Ended, _receiver.Phase);
    }

    [Fact]
    public void Close_must_complete_what_was_accepted()
    {
        Open();
        Accept(1);
        var close = CloseStanza("c");
        Assert.Equal([new IbbReceiverOutput.Reply(close.Result()), new IbbReceiverOutput.Complete()], Take(new IbbReceiverInput.CloseRequested(close)));
        Assert.Equal(ErrorConditions.ItemNotFound, Condition(Replied(Take(Arrived(DataStanza("late"), 1))[1])));
        Assert.Equal(ErrorConditions.ItemNotFound, Condition(Replied(Take(new IbbReceiverInput.CloseRequested(CloseStanza("again")))[0])));
        Assert.Empty(Take(new IbbReceiverInput.Cancel()));
        Assert.Empty(Take(new IbbReceiverInput.LinkLost()));
    }

    [Fact]
    public void Loss_of_the_link_must_end_the_stream_silently()
    {
        Open();
        var outputs = Take(new IbbReceiverInput.LinkLost());
        Assert.Equal([new IbbReceiverOutput.DropHeld()], outputs[..1]);
        Assert.Equal(IbbFault.LinkLost, Assert.IsType<IbbReceiverOutput.Fail>(outputs[1]).Fault);
    }

    [Fact]
    public void Blocks_in_messages_must_be_accepted_without_a_response()
    {
        Take(new IbbReceiverInput.OpenRequested(OpenStanza(4096, byMessage: true)));
        Assert.Equal([new IbbReceiverOutput.Accept()], Take(Arrived(null, 0)));
        Assert.Equal([new IbbReceiverOutput.Hold()], Take(Arrived(null, 1, 1000, room: 0)));
        Assert.Null(_receiver.HoldEnds);
        Assert.Empty(Take(new IbbReceiverInput.HoldOver(AckDelay + AckDelay)));
        Assert.Equal([new IbbReceiverOutput.Release(1)], Take(new IbbReceiverInput.RoomMade(1000)));
    }

    [Fact]
    public void Gap_between_messages_must_end_the_stream()
    {
        Take(new IbbReceiverInput.OpenRequested(OpenStanza(4096, byMessage: true)));
        var outputs = Take(Arrived(null, 1));
        Assert.Equal([new IbbReceiverOutput.Drop(), new IbbReceiverOutput.Close(), new IbbReceiverOutput.DropHeld()], outputs[..3]);
        Assert.Equal(IbbFault.PeerRefused, Assert.IsType<IbbReceiverOutput.Fail>(outputs[3]).Fault);
    }

    [Fact]
    public void Messages_must_be_ignored_where_they_are_not_allowed()
    {
        _receiver = new IbbReceiverState(SessionId, Terms with { AllowsMessages = false });
        Open();
        Assert.Equal([new IbbReceiverOutput.Drop()], Take(Arrived(null, 0)));
        Assert.IsType<IbbReceiverOutput.Accept>(Take(Arrived(DataStanza("a"), 0))[0]);
    }
}
