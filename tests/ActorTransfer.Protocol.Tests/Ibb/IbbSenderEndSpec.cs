using System.Collections.Immutable;
using ActorTransfer.Protocol.Ibb;
using ActorTransfer.Protocol.Stanzas;
using static ActorTransfer.Protocol.Tests.FileTransfer.TestData;

namespace ActorTransfer.Protocol.Tests.Ibb;

/// <summary>Retries, closes and cancels of a sender.</summary>
public sealed class IbbSenderEndSpec : IbbSenderTest
{
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

    /// <summary>A receiver that counts bytes may close when it has all, before this side has come to the end of the file.</summary>
    [Theory]
    [InlineData(3L, false)]
    [InlineData(null, false)]
    [InlineData(4L, true)]
    public void Close_before_all_bytes_are_sent_must_end_the_stream_at_once(long? length, bool isEarly)
    {
        _sender = new IbbSenderState(SessionId, Terms with { Length = length });
        Open();
        Take(new IbbSenderInput.Block("AAAA", 3));
        Take(Acked(0));
        var outputs = Take(new IbbSenderInput.CloseRequested(Iq.Set("c1", Ada, IbbClose.ToXml(SessionId), Bo)));
        Assert.Equal("c1", Assert.IsType<IbbSenderOutput.Reply>(outputs[0]).Answer.Id);
        Assert.Equal(isEarly ? IbbFault.PeerClosed : null, (outputs[1] as IbbSenderOutput.Fail)?.Fault);
        Assert.Equal(!isEarly, outputs[1] is IbbSenderOutput.AwaitLast);
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

    public static TheoryData<string> PassingErrors =>
        [ErrorConditions.RecipientUnavailable, ErrorConditions.RemoteServerTimeout, ErrorConditions.ResourceConstraint];

    private static Iq CloseStanza(string id) => Iq.Set(id, Ada, IbbClose.ToXml(SessionId), Bo);

    private static IbbSenderInput.BlockAnswered Bounced(ushort sequence) => new(sequence, Error(StanzaError.RemoteServerTimeout), TimeSpan.Zero);

    private static Iq Replied(IbbSenderOutput output) => Assert.IsType<IbbSenderOutput.Reply>(output).Answer;

    private IEnumerable<ushort> InFlight() => _inFlight;
}
