using ActorTransfer.Cli;
using ActorTransfer.Cli.Demo;

namespace ActorTransfer.Scenarios.Cli;

/// <summary>The pure parts of the command line.</summary>
public sealed class PrintingSpec
{
    [Theory]
    [InlineData("0", 0)]
    [InlineData("152443", 152_443)]
    [InlineData("1GiB", 1L << 30)]
    [InlineData("5 GiB", 5L << 30)]
    [InlineData("1.5MB", 1_500_000)]
    [InlineData("2k", 2048)]
    [InlineData("7B", 7)]
    public void Size_must_be_read_with_its_unit(string text, long bytes)
    {
        Assert.True(ByteSize.TryParse(text, out var read));
        Assert.Equal(bytes, read);
    }

    [Theory]
    [InlineData("")]
    [InlineData("GiB")]
    [InlineData("-1")]
    [InlineData("1.5")]
    [InlineData("1e3")]
    [InlineData("1,000")]
    [InlineData("9223372036854775808")]
    [InlineData("9000000TiB")]
    public void Size_that_is_not_a_whole_number_of_bytes_must_be_refused(string text) => Assert.False(ByteSize.TryParse(text, out _));

    [Fact]
    public void Ladder_must_number_stanzas_and_show_states_between_them()
    {
        var start = new DateTimeOffset(2025, 1, 1, 0, 0, 0, TimeSpan.Zero);
        var (alice, server) = (Jid.Parse("alice@example.org/a"), Jid.Parse("example.org"));
        var ladder = new Ladder(new Dictionary<Jid, string> { [alice] = "sender", [server] = "server" }, server);

        var lines = ladder.Lines(
        [
            new TraceEvent.Entered(start, new TransferId(1), alice, TransferState.Offer),
            new TraceEvent.Stanza(start.AddMilliseconds(1.5), alice, null, "iq get: disco#items?"),
            new TraceEvent.Stanza(start.AddMilliseconds(1234), Jid.Parse("proxy.example.org"), alice, "iq result: ok"),
        ]);

        Assert.Equal(
            [
                "  #        ms  from -> to                   what",
                "          0.0                               * sender enters Offer",
                "  1       1.5  sender -> server             iq get: disco#items?",
                "  2    1234.0  proxy.example.org -> sender  iq result: ok",
            ],
            lines);
    }

    [Fact]
    public void Verdict_must_show_the_side_that_knows_the_reason()
    {
        var full = new TransferOutcome.Failed(TransferState.Streaming, TransferSide.Local, FailureReason.NoSpace, "full");
        var lost = new TransferOutcome.Failed(TransferState.Streaming, TransferSide.Peer, FailureReason.ConnectionLost, "gone");

        Assert.Equal(ExitCode.NoSpace, BothOutcomes.FailureOf(sent: lost, received: full)!.Code);
        var cancelled = new TransferOutcome.Cancelled(TransferState.Streaming, TransferSide.Local);
        Assert.Equal(ExitCode.TransferFailed, BothOutcomes.FailureOf(sent: lost, received: cancelled)!.Code);
        Assert.Equal(ExitCode.NoProxy, BothOutcomes.FailureOf(
            new TransferOutcome.Failed(TransferState.Accepted, TransferSide.Server, FailureReason.NoStreamhost, "none"),
            new TransferOutcome.Cancelled(TransferState.Accepted, TransferSide.Local))!.Code);
    }

    [Fact]
    public void Verdict_must_be_good_only_when_both_hashes_match()
    {
        var sent = new TransferOutcome.Completed(1, "aa");

        Assert.Null(BothOutcomes.FailureOf(sent, new TransferOutcome.Completed(1, "aa", "/in/a")));
        Assert.Equal(ExitCode.WrongHash, BothOutcomes.FailureOf(sent, new TransferOutcome.Completed(1, "bb", "/in/a"))!.Code);
    }
}
