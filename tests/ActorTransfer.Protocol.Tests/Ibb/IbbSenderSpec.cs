using ActorTransfer.Protocol.Ibb;
using ActorTransfer.Protocol.Stanzas;
using static ActorTransfer.Protocol.Tests.FileTransfer.TestData;

namespace ActorTransfer.Protocol.Tests.Ibb;

public sealed class IbbSenderSpec : IbbSenderTest
{
    [Fact]
    public void Sender_must_open_and_send_one_block_first()
    {
        Assert.Equal([new IbbSenderOutput.AskOpen(new IbbOpen(SessionId, 8192).ToXml())], Take(new IbbSenderInput.Begin()));
        Assert.Equal([new IbbSenderOutput.Opened(8192), new IbbSenderOutput.Grant(1)], Take(new IbbSenderInput.OpenAnswered(Ok)));
    }

    [Theory]
    [InlineData(ErrorType.Modify)]
    [InlineData(ErrorType.Wait)]
    [InlineData(ErrorType.Cancel)]
    internal void Sender_must_halve_its_blocks_until_the_peer_accepts_them(ErrorType type)
    {
        Take(new IbbSenderInput.Begin());
        var tooLarge = Error(new StanzaError(type, ErrorConditions.ResourceConstraint));
        foreach (var size in new[] { 4096, 2048, 1024 })
        {
            Assert.Equal([new IbbSenderOutput.AskOpen(new IbbOpen(SessionId, size).ToXml())], Take(new IbbSenderInput.OpenAnswered(tooLarge)));
        }

        Assert.Equal(tooLarge, Assert.IsType<IbbSenderOutput.Refused>(Assert.Single(Take(new IbbSenderInput.OpenAnswered(tooLarge)))).Answer);
        Assert.Equal(IbbSenderPhase.Ended, _sender.Phase);
    }

    [Fact]
    public void Sender_must_use_the_size_that_was_agreed()
    {
        Take(new IbbSenderInput.Begin());
        Take(new IbbSenderInput.OpenAnswered(Error(StanzaError.ResourceConstraint)));
        Assert.Equal(new IbbSenderOutput.Opened(4096), Take(new IbbSenderInput.OpenAnswered(Ok))[0]);
    }

    [Theory]
    [InlineData(ErrorConditions.NotAcceptable)]
    [InlineData(ErrorConditions.ItemNotFound)]
    [InlineData(ErrorConditions.ServiceUnavailable)]
    [InlineData(ErrorConditions.FeatureNotImplemented)]
    public void Refusal_must_be_reported(string condition)
    {
        Take(new IbbSenderInput.Begin());
        var refused = Error(new StanzaError(ErrorType.Cancel, condition));
        var output = Assert.IsType<IbbSenderOutput.Refused>(Assert.Single(Take(new IbbSenderInput.OpenAnswered(refused))));
        Assert.Equal(refused, output.Answer);
        Assert.Contains(condition, output.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Timeout_must_be_reported_and_the_stream_closed()
    {
        Take(new IbbSenderInput.Begin());
        var outputs = Take(new IbbSenderInput.OpenAnswered(Silence()));
        Assert.Equal(AskClose, outputs[0]);
        Assert.Equal(Silence(), Assert.IsType<IbbSenderOutput.Refused>(outputs[1]).Answer);
    }

    [Fact]
    public void Blocks_must_have_numbers_and_their_text()
    {
        Open();
        var outputs = Take(new IbbSenderInput.Block("AAAA", 3));
        Assert.Equal([new IbbSenderOutput.AskBlock(0, IbbData.ToXml(SessionId, 0, "AAAA"))], outputs);
        Assert.Equal([new IbbSenderOutput.Grant(2)], Take(Acked(0)));
        Assert.Equal(3, _sender.Acknowledged);
        Assert.Equal(1, Assert.IsType<IbbSenderOutput.AskBlock>(Take(new IbbSenderInput.Block("AAAB", 3))[0]).Sequence);
    }

    [Fact]
    public void Window_must_grow_with_each_prompt_acknowledgement_up_to_its_limit()
    {
        Open();
        var most = Pump(100);
        Assert.Equal(8, _sender.Window);
        Assert.Equal(8, most);
    }

    [Fact]
    public void Unknown_peer_must_get_one_block_at_a_time()
    {
        _sender = new(SessionId, Terms);
        Open();
        Assert.Equal(1, Pump(100));
    }

    [Fact]
    public void Window_must_grow_when_the_peer_becomes_known_to_keep_order()
    {
        _sender = new(SessionId, Terms);
        Open();
        Pump(3);
        Assert.Empty(Take(new IbbSenderInput.OrderKept()));
        Assert.Equal(8, Pump(100));
    }

    [Fact]
    public void Acknowledgement_that_overtakes_another_must_end_pipelining_and_be_reported_once()
    {
        Open();
        Pump(3);
        var first = Oldest();
        Assert.Contains(new IbbSenderOutput.OrderLost(), Take(Acked((ushort)(first + 1))));
        Assert.Equal(1, _sender.Window);
        Assert.DoesNotContain(new IbbSenderOutput.OrderLost(), Take(Acked(first)));
        Take(new IbbSenderInput.OrderKept());
        Pump(10);
        Assert.Equal(1, _sender.Window);
    }

    [Fact]
    public void Window_must_shrink_when_acknowledgements_are_slow()
    {
        Open();
        Pump(20);
        foreach (var window in new[] { 4, 2, 1, 1 })
        {
            Take(new IbbSenderInput.BlockAnswered(Oldest(), Ok, Slow + TimeSpan.FromTicks(1)));
            Assert.Equal(window, _sender.Window);
        }
    }

    [Fact]
    public void Acknowledgements_out_of_order_must_count_and_shrink_the_window()
    {
        Open();
        Pump(3);
        Assert.True(_sender.Window > 2);
        var (first, acknowledged) = (Oldest(), _sender.Acknowledged);
        Take(Acked((ushort)(first + 1)));
        Assert.Equal((1, acknowledged), (_sender.Window, _sender.Acknowledged));
        Take(Acked(first));
        Assert.Equal(acknowledged + 2, _sender.Acknowledged);
    }

    [Fact]
    public void Sender_must_close_when_all_is_acknowledged_and_end_with_the_response()
    {
        Open();
        Take(new IbbSenderInput.Block("AAAA", 3));
        Assert.Empty(Take(new IbbSenderInput.LastSent()));
        Assert.Equal([AskClose], Take(Acked(0)));
        Assert.Equal([new IbbSenderOutput.Done(3)], Take(new IbbSenderInput.CloseAnswered()));
        Assert.Empty(Take(new IbbSenderInput.CloseAnswered()));
    }

    [Fact]
    public void Empty_content_must_be_an_open_and_a_close()
    {
        Open();
        Assert.Equal([AskClose], Take(new IbbSenderInput.LastSent()));
        Assert.Equal([new IbbSenderOutput.Done(0)], Take(new IbbSenderInput.CloseAnswered()));
    }

    private ushort Oldest() => _inFlight.Dequeue();
}
