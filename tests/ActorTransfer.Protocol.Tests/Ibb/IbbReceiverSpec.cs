using ActorTransfer.Protocol.Ibb;
using ActorTransfer.Protocol.Stanzas;
using static ActorTransfer.Protocol.Tests.FileTransfer.TestData;

namespace ActorTransfer.Protocol.Tests.Ibb;

public sealed class IbbReceiverSpec
{
    private const int Plenty = 1_000_000;
    private static readonly TimeSpan AckDelay = TimeSpan.FromSeconds(20);
    private static readonly IbbReceiverTerms Terms = new(MaxBlockSize: 8192, MaxHeldBytes: 16384, AckDelay, AllowsMessages: true);

    private IbbReceiverState _receiver = new(SessionId, Terms);

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
        Accept(40);
        foreach (var at in new[] { 39, 40 - IbbReceiver.Remembered })
        {
            var again = DataStanza($"{at}");
            Assert.Equal([new IbbReceiverOutput.Drop(), new IbbReceiverOutput.Reply(again.Result())], Take(Arrived(again, (ushort)at)));
        }

        Assert.IsType<IbbReceiverOutput.Accept>(Take(Arrived(DataStanza("40"), 40))[0]);
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
    public void Block_without_buffer_space_must_be_held_and_acknowledged_in_order()
    {
        Open();
        Assert.Equal([new IbbReceiverOutput.Hold()], Take(Arrived(DataStanza("a"), 0, 1000, room: 999)));
        Assert.Equal(1000, _receiver.RoomWanted);
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
    public void Gap_between_messages_must_end_the_stream()
    {
        Take(new IbbReceiverInput.OpenRequested(OpenStanza(4096, byMessage: true)));
        var outputs = Take(Arrived(null, 1));
        Assert.Equal([new IbbReceiverOutput.Drop(), new IbbReceiverOutput.Close(), new IbbReceiverOutput.DropHeld()], outputs[..3]);
        Assert.Equal(IbbFault.PeerRefused, Assert.IsType<IbbReceiverOutput.Fail>(outputs[3]).Fault);
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

    [Fact]
    public void Messages_must_be_ignored_where_they_are_not_allowed()
    {
        _receiver = new IbbReceiverState(SessionId, Terms with { AllowsMessages = false });
        Open();
        Assert.Equal([new IbbReceiverOutput.Drop()], Take(Arrived(null, 0)));
        Assert.IsType<IbbReceiverOutput.Accept>(Take(Arrived(DataStanza("a"), 0))[0]);
    }

    private static IbbReceiverInput.Arrived Arrived(Iq? request, ushort sequence, int length = 100, int room = Plenty, TimeSpan now = default) =>
        new(request, sequence, length, room, now);

    private static Iq OpenStanza(int blockSize, bool byMessage = false) => Iq.Set("open", Bo, new IbbOpen(SessionId, blockSize, byMessage).ToXml(), Ada);

    private static Iq DataStanza(string id) => Iq.Set(id, Bo, IbbData.ToXml(SessionId, 0, ""), Ada);

    private static Iq CloseStanza(string id) => Iq.Set(id, Bo, IbbClose.ToXml(SessionId), Ada);

    private static Iq Replied(IbbReceiverOutput output) => Assert.IsType<IbbReceiverOutput.Reply>(output).Answer;

    private static (ErrorType Type, string Condition) Refused(IbbReceiverOutput[] outputs)
    {
        Assert.Equal(2, outputs.Length);
        Assert.IsType<IbbReceiverOutput.Drop>(outputs[0]);
        return (Replied(outputs[1]).Error!.Type, Condition(Replied(outputs[1])));
    }

    private void Open() => Take(new IbbReceiverInput.OpenRequested(OpenStanza(4096)));

    private void Accept(int count)
    {
        for (var at = 0; at < count; at++)
        {
            Take(Arrived(DataStanza($"{at}"), (ushort)at));
        }
    }

    private IbbReceiverOutput[] Take(IbbReceiverInput input)
    {
        var step = IbbReceiver.Next(_receiver, input);
        _receiver = step.State;
        return [.. step.Outputs];
    }
}
