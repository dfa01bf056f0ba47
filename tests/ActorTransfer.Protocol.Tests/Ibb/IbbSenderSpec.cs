using System.Collections.Immutable;
using ActorTransfer.Protocol.Ibb;
using ActorTransfer.Protocol.Stanzas;
using static ActorTransfer.Protocol.Tests.FileTransfer.TestData;

namespace ActorTransfer.Protocol.Tests.Ibb;

public sealed class IbbSenderSpec
{
    private static readonly TimeSpan Slow = TimeSpan.FromSeconds(6);
    private static readonly IbbSenderTerms Terms = new(BlockSize: 8192, MinBlockSize: 1024, MaxWindow: 8, Slow, MaxRetries: 2);
    private static readonly Answer Ok = new Answer.Result(null);

    private IbbSenderState _sender = new(SessionId, Terms) { KeepsOrder = true };

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
        Assert.Contains(condition, output.Why, StringComparison.Ordinal);
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

    [Theory]
    [InlineData(ErrorType.Cancel, ErrorConditions.ItemNotFound)]
    [InlineData(ErrorType.Cancel, ErrorConditions.BadRequest)]
    [InlineData(ErrorType.Modify, ErrorConditions.NotAcceptable)]
    [InlineData(ErrorType.Wait, ErrorConditions.UnexpectedRequest)]
    [InlineData(ErrorType.Cancel, ErrorConditions.ServiceUnavailable)]
    internal void Refused_block_must_end_the_stream_and_close_it(ErrorType type, string condition)
    {
        Open();
        Take(new IbbSenderInput.Block("AAAA", 3));
        var outputs = Take(new IbbSenderInput.BlockAnswered(0, Error(new StanzaError(type, condition)), TimeSpan.Zero));
        Assert.Equal(AskClose, outputs[0]);
        Assert.Equal(IbbFault.PeerRefused, Assert.IsType<IbbSenderOutput.Fail>(outputs[1]).Fault);
        Assert.Equal(IbbSenderPhase.Ended, _sender.Phase);
    }

    [Theory]
    [InlineData(NoAnswer.Timeout, IbbFault.PeerStalled, true)]
    [InlineData(NoAnswer.LinkLost, IbbFault.LinkLost, false)]
    internal void Block_without_a_response_must_end_the_stream(NoAnswer why, IbbFault fault, bool closes)
    {
        Open();
        Take(new IbbSenderInput.Block("AAAA", 3));
        var outputs = Take(new IbbSenderInput.BlockAnswered(0, Silence(why), TimeSpan.Zero));
        Assert.Equal(closes, outputs.Contains(AskClose));
        Assert.Equal(fault, Assert.IsType<IbbSenderOutput.Fail>(outputs[^1]).Fault);
    }

    public static TheoryData<string> PassingErrors =>
        [ErrorConditions.RecipientUnavailable, ErrorConditions.RemoteServerTimeout, ErrorConditions.ResourceConstraint];

    [Theory]
    [MemberData(nameof(PassingErrors))]
    public void Blocks_refused_with_a_wait_error_must_be_resent_one_at_a_time_under_their_numbers(string condition)
    {
        Open();
        Pump(3);
        ImmutableArray<ushort> flights = [.. InFlight()];
        Assert.True(flights.Length > 2);
        var bounce = Error(new StanzaError(ErrorType.Wait, condition));
        foreach (var sequence in flights[..^1])
        {
            Assert.Empty(Take(new IbbSenderInput.BlockAnswered(sequence, bounce, TimeSpan.Zero)));
        }

        Assert.Equal([new IbbSenderOutput.RetryLater()], Take(new IbbSenderInput.BlockAnswered(flights[^1], bounce, TimeSpan.Zero)));
        Assert.Equal(1, _sender.Window);
        Assert.Equal(flights[0], Assert.IsType<IbbSenderOutput.AskBlock>(Assert.Single(Take(new IbbSenderInput.RetryDue()))).Sequence);
        Assert.Equal(flights[1], Assert.IsType<IbbSenderOutput.AskBlock>(Take(Acked(flights[0]))[0]).Sequence);
    }

    [Fact]
    public void Blocks_that_were_granted_before_a_wait_error_must_stay_behind_it()
    {
        Open();
        Take(new IbbSenderInput.Block("AAAA", 1));
        Assert.Equal([new IbbSenderOutput.Grant(2)], Take(Acked(0)));
        Take(new IbbSenderInput.Block("AAAA", 1));
        Take(Bounced(1));
        Assert.Empty(Take(new IbbSenderInput.Block("AAAA", 1)));
        Assert.Equal(1, Assert.IsType<IbbSenderOutput.AskBlock>(Assert.Single(Take(new IbbSenderInput.RetryDue()))).Sequence);
        Assert.Equal(2, Assert.IsType<IbbSenderOutput.AskBlock>(Take(Acked(1))[0]).Sequence);
    }

    [Fact]
    public void Block_that_was_delivered_after_a_lost_one_must_end_the_stream()
    {
        Open();
        Pump(3);
        ImmutableArray<ushort> flights = [.. InFlight()];
        Take(Bounced(flights[0]));
        foreach (var sequence in flights[1..^1])
        {
            Take(Acked(sequence));
        }

        var outputs = Take(Acked(flights[^1]));
        Assert.Equal(AskClose, outputs[0]);
        Assert.Equal(IbbFault.OutOfOrder, Assert.IsType<IbbSenderOutput.Fail>(outputs[1]).Fault);
    }

    [Fact]
    public void Retries_must_be_bounded()
    {
        Open();
        Take(new IbbSenderInput.Block("AAAA", 3));
        for (var round = 0; round < Terms.MaxRetries; round++)
        {
            Assert.Equal([new IbbSenderOutput.RetryLater()], Take(Bounced(0)));
            Take(new IbbSenderInput.RetryDue());
        }

        Assert.Equal(IbbFault.PeerStalled, Assert.IsType<IbbSenderOutput.Fail>(Take(Bounced(0))[^1]).Fault);
    }

    [Fact]
    public void Acknowledgement_must_reset_the_count_of_retries()
    {
        Open();
        for (ushort at = 0; at < 5; at++)
        {
            Take(new IbbSenderInput.Block("AAAA", 3));
            Assert.Contains(new IbbSenderOutput.RetryLater(), Take(Bounced(at)));
            Take(new IbbSenderInput.RetryDue());
            Take(Acked(at));
        }

        Assert.Equal(15, _sender.Acknowledged);
    }

    [Fact]
    public void Overload_of_this_side_must_be_retried()
    {
        Open();
        Take(new IbbSenderInput.Block("AAAA", 3));
        Assert.Equal([new IbbSenderOutput.RetryLater()], Take(new IbbSenderInput.BlockAnswered(0, Silence(NoAnswer.Overloaded), TimeSpan.Zero)));
    }

    [Fact]
    public void Close_of_the_peer_before_the_end_must_fail_the_stream()
    {
        Open();
        Take(new IbbSenderInput.Block("AAAA", 3));
        var close = CloseStanza("c");
        Assert.Equal([new IbbSenderOutput.Reply(close.Result()), new IbbSenderOutput.AwaitLast()], Take(new IbbSenderInput.CloseRequested(close)));
        Assert.Equal([new IbbSenderOutput.Grant(2)], Take(Acked(0)));
        var fail = Assert.IsType<IbbSenderOutput.Fail>(Assert.Single(Take(new IbbSenderInput.Block("AAAA", 3))));
        Assert.Equal(IbbFault.PeerClosed, fail.Fault);
        Assert.Equal(ErrorConditions.ItemNotFound, Condition(Replied(Take(new IbbSenderInput.CloseRequested(CloseStanza("d")))[0])));
    }

    [Fact]
    public void Close_of_the_peer_that_has_all_must_be_the_regular_end()
    {
        Open();
        Take(new IbbSenderInput.Block("AAAA", 3));
        Take(new IbbSenderInput.CloseRequested(CloseStanza("c")));
        Assert.Empty(Take(new IbbSenderInput.LastSent()));
        Assert.Equal([new IbbSenderOutput.Done(3)], Take(Acked(0)));
        Assert.Empty(Take(new IbbSenderInput.GraceOver()));
    }

    [Fact]
    public void Close_of_the_peer_without_further_responses_must_end_the_stream_in_time()
    {
        Open();
        Take(new IbbSenderInput.CloseRequested(CloseStanza("c")));
        Assert.Equal(IbbFault.PeerClosed, Assert.IsType<IbbSenderOutput.Fail>(Assert.Single(Take(new IbbSenderInput.GraceOver()))).Fault);
    }

    [Fact]
    public void Refusals_behind_the_peers_close_must_be_its_cancel()
    {
        Open();
        Take(new IbbSenderInput.Block("AAAA", 3));
        Take(new IbbSenderInput.CloseRequested(CloseStanza("c")));
        var outputs = Take(new IbbSenderInput.BlockAnswered(0, Error(StanzaError.ItemNotFound), TimeSpan.Zero));
        Assert.Equal(IbbFault.PeerClosed, Assert.IsType<IbbSenderOutput.Fail>(Assert.Single(outputs)).Fault);
    }

    [Fact]
    public void Second_close_of_the_peer_must_get_item_not_found()
    {
        Open();
        Take(new IbbSenderInput.CloseRequested(CloseStanza("c")));
        Assert.Equal(ErrorConditions.ItemNotFound, Condition(Replied(Assert.Single(Take(new IbbSenderInput.CloseRequested(CloseStanza("d")))))));
    }

    [Fact]
    public void Closes_that_cross_must_both_get_a_response()
    {
        Open();
        Take(new IbbSenderInput.LastSent());
        var close = CloseStanza("c");
        Assert.Equal([new IbbSenderOutput.Reply(close.Result()), new IbbSenderOutput.Done(0)], Take(new IbbSenderInput.CloseRequested(close)));
    }

    [Fact]
    public void Cancel_must_close()
    {
        Open();
        Take(new IbbSenderInput.Block("AAAA", 3));
        var outputs = Take(new IbbSenderInput.Cancel("no more"));
        Assert.Equal([AskClose, new IbbSenderOutput.Fail(IbbFault.Local, "no more")], outputs);
        Assert.Empty(Take(Acked(0)));
    }

    [Fact]
    public void Cancel_while_opening_must_close_what_the_peer_may_open()
    {
        Take(new IbbSenderInput.Begin());
        Assert.Equal(AskClose, Take(new IbbSenderInput.Cancel("no more"))[0]);
        Assert.Empty(Take(new IbbSenderInput.OpenAnswered(Ok)));
    }

    private static IbbSenderOutput AskClose { get; } = new IbbSenderOutput.AskClose(IbbClose.ToXml(SessionId));

    private static Iq CloseStanza(string id) => Iq.Set(id, Ada, IbbClose.ToXml(SessionId), Bo);

    private static IbbSenderInput.BlockAnswered Acked(ushort sequence) => new(sequence, Ok, TimeSpan.Zero);

    private static IbbSenderInput.BlockAnswered Bounced(ushort sequence) => new(sequence, Error(StanzaError.RemoteServerTimeout), TimeSpan.Zero);

    private static Iq Replied(IbbSenderOutput output) => Assert.IsType<IbbSenderOutput.Reply>(output).Answer;

    private readonly Queue<ushort> _inFlight = [];
    private int _granted;

    private ushort Oldest() => _inFlight.Dequeue();

    private IEnumerable<ushort> InFlight() => _inFlight;

    /// <summary>Acknowledges this many blocks in order, sending all that is granted; returns the maximum number of outstanding blocks.</summary>
    private int Pump(int acknowledgements)
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

    private void Open()
    {
        Take(new IbbSenderInput.Begin());
        Take(new IbbSenderInput.OpenAnswered(Ok));
        _granted = 1;
    }

    private IbbSenderOutput[] Take(IbbSenderInput input)
    {
        var step = IbbSender.Next(_sender, input);
        _sender = step.State;
        return [.. step.Outputs];
    }
}
