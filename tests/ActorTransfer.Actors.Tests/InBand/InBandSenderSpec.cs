using ActorTransfer.Actors.Connections;
using ActorTransfer.Actors.InBand;
using ActorTransfer.Extensibility;
using ActorTransfer.Protocol.Ibb;
using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Testing.Streams;
using Akka.Streams.Dsl;

namespace ActorTransfer.Actors.Tests.InBand;

public sealed class InBandSenderSpec : InBandSenderTest
{
    [Fact]
    public async Task Sender_must_request_to_open_and_halve_its_block_size_when_it_is_refused()
    {
        await BeginAsync("block-size = 8KiB, min-block-size = 4KiB, open-timeout = 7s");
        var open = await AskedAsync(new IbbOpen(SessionId, 8192).ToXml());
        Assert.Equal((IqType.Set, Ada, Bo, TimeSpan.FromSeconds(7)), (open.Type, open.From, open.To, open.Deadline));
        Answer(open, Error(StanzaError.ResourceConstraint));
        var smaller = await AskedAsync(new IbbOpen(SessionId, 4096).ToXml());
        Answer(smaller, Ok);
        var link = await OpenedAsync();
        Assert.Null(link.RemoteEndPoint);
        Assert.Empty(await Soon(link.Incoming.RunWith(Sink.Seq<Chunk>(), Materializer)));
        var (_, sent) = Run(link, Pattern.Bytes(0, 4097), complete: true);
        await BlockAsync(0, Pattern.Bytes(0, 4096), Ok);
        await BlockAsync(1, Pattern.Bytes(4096, 1), Ok);
        await CloseAsync(Ok);
        Assert.Equal(4097, await Soon(sent));
    }

    [Fact]
    public async Task Refused_open_must_be_reported_to_the_parent_and_stop_the_sender()
    {
        await BeginAsync();
        Answer(await AskedAsync(new IbbOpen(SessionId, BlockSize).ToXml()), Error(StanzaError.NotAcceptable));
        var refused = await Parent.ExpectMsgAsync<InBandBytestream.Refused>();
        Assert.Equal(Error(StanzaError.NotAcceptable), refused.Answer);
        Assert.Contains("not-acceptable", refused.Detail, StringComparison.Ordinal);
        await StoppedAsync();
    }

    [Fact]
    public async Task Open_request_that_times_out_must_be_reported_and_the_session_closed()
    {
        await BeginAsync();
        Answer(await AskedAsync(new IbbOpen(SessionId, BlockSize).ToXml()), new Answer.None(NoAnswer.Timeout));
        Assert.Equal(new Answer.None(NoAnswer.Timeout), (await Parent.ExpectMsgAsync<InBandBytestream.Refused>()).Answer);
        await ClosedAsync();
        await StoppedAsync();
    }

    [Fact]
    public async Task Bytes_must_be_sent_in_order_in_full_blocks()
    {
        var link = await OpenAsync();
        var bytes = Pattern.Bytes(7, 100 * BlockSize + 5);
        var (_, sent) = Run(link, bytes, complete: true);
        Assert.Equal(bytes, await TakeAllAsync());
        Assert.Equal(bytes.Length, await Soon(sent));
    }

    [Fact]
    public async Task Sender_must_read_no_further_than_its_window_allows()
    {
        var link = await OpenAsync("window = 2");
        var (script, _) = Run(link, Pattern.Bytes(0, BlockSize));
        script.Send(Pattern.Bytes(BlockSize, BlockSize));
        var first = await NextBlockAsync();
        await ExpectNoMessageAsync(Wire, Actor);
        Answer(first.Ask, Ok);
        var second = await NextBlockAsync();
        script.Send(Pattern.Bytes(2 * BlockSize, 3 * BlockSize));
        Assert.Equal((ushort)2, (await NextBlockAsync()).Data.Sequence);
        await ExpectNoMessageAsync(Wire, Actor);
        Answer(second.Ask, Ok);
        Assert.Equal((ushort)3, (await NextBlockAsync()).Data.Sequence);
    }

    [Fact]
    public async Task Empty_content_must_be_sent_as_an_open_and_a_close()
    {
        var link = await OpenAsync();
        var sent = Source.Empty<Chunk>().RunWith(link.OutgoingWatched(Linger), Materializer);
        await CloseAsync(Ok);
        Assert.Equal(0, (await Soon(sent)).Bytes);
    }

    [Fact]
    public async Task Sender_must_complete_when_the_peer_never_responds_to_the_close()
    {
        var link = await OpenAsync("close-timeout = 2s");
        var (_, sent) = Run(link, [1], complete: true);
        await BlockAsync(0, [1], Ok);
        Assert.Equal(TimeSpan.FromSeconds(2), (await CloseAsync(new Answer.None(NoAnswer.Timeout))).Deadline);
        Assert.Equal(1, await Soon(sent));
    }

    [Fact]
    public async Task Sender_must_wait_for_the_response_to_its_close_until_the_linger_time_is_over()
    {
        var link = await OpenAsync("close-timeout = 20s");
        var (_, sent) = Run(link, [1], complete: true);
        await BlockAsync(0, [1], Ok);
        Assert.Equal(Linger, (await CloseAsync(Ok)).Deadline);
        await Soon(sent);
    }

    [Fact]
    public async Task Missing_acknowledgement_must_fail_the_stream_as_stalled()
    {
        var link = await OpenAsync("ack-timeout = 9s");
        var (script, sent) = Run(link, Pattern.Bytes(0, 5 * BlockSize));
        var block = await NextBlockAsync();
        Assert.Equal(TimeSpan.FromSeconds(9), block.Ask.Deadline);
        Answer(block.Ask, new Answer.None(NoAnswer.Timeout));
        await ClosedAsync();
        await FaultOf(sent, ByteLinkFault.PeerStalled);
        await Soon(script.Stopped);
    }

    [Fact]
    public async Task Lost_XMPP_link_must_fail_the_stream()
    {
        var link = await OpenAsync();
        var (_, sent) = Run(link, Pattern.Bytes(0, 5 * BlockSize));
        Answer((await NextBlockAsync()).Ask, new Answer.None(NoAnswer.LinkLost));
        await FaultOf(sent, ByteLinkFault.CarrierLost);
        await ExpectNoMessageAsync(Wire, Actor);
    }

    [Fact]
    public async Task Refused_block_must_fail_the_stream()
    {
        var link = await OpenAsync();
        var (_, sent) = Run(link, Pattern.Bytes(0, 5 * BlockSize));
        Answer((await NextBlockAsync()).Ask, Error(StanzaError.UnexpectedRequest));
        await ClosedAsync();
        var fault = await FaultOf(sent, ByteLinkFault.PeerRefused);
        Assert.Contains("unexpected-request", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Block_refused_with_a_wait_error_must_be_resent_soon_and_then_after_longer_delays()
    {
        var link = await OpenAsync("retry-delay = 2s, max-retries = 6");
        var (_, sent) = Run(link, [1, 2], complete: true);
        foreach (var milliseconds in (int[])[125, 250, 500, 1000, 2000, 2000])
        {
            Answer((await NextBlockAsync()).Ask, Error(StanzaError.RecipientUnavailable));
            await AdvanceAsync(Actor, TimeSpan.FromMilliseconds(milliseconds) - Tick);
            await ExpectNoMessageAsync(Wire, Actor);
            await AdvanceAsync(Actor, Tick);
        }

        await BlockAsync(0, [1, 2], Ok);
        await CloseAsync(Ok);
        Assert.Equal(2, await Soon(sent));
    }

    [Fact]
    public async Task Slow_acknowledgements_must_keep_the_window_small()
    {
        var link = await OpenAsync("ack-timeout = 30s");
        Run(link, Pattern.Bytes(0, 50 * BlockSize));
        for (ushort at = 0; at < 4; at++)
        {
            var block = await NextBlockAsync();
            Assert.Equal(at, block.Data.Sequence);
            await AdvanceAsync(Actor, TimeSpan.FromSeconds(6) + Tick);
            Answer(block.Ask, Ok);
        }

        await NextBlockAsync();
        await ExpectNoMessageAsync(Wire, Actor);
    }

    private async Task<byte[]> TakeAllAsync()
    {
        using var all = new MemoryStream();
        while (true)
        {
            var ask = await Wire.ExpectMsgAsync<Connection.Ask>();
            Answer(ask, Ok);
            if (!IbbData.Is(ask.Payload))
            {
                return all.ToArray();
            }

            var bytes = Convert.FromBase64String(IbbData.Read(ask.Payload).Text);
            Assert.InRange(bytes.Length, 1, BlockSize);
            all.Write(bytes);
        }
    }
}
