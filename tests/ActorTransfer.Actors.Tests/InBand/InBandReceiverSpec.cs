using ActorTransfer.Actors.Connections;
using ActorTransfer.Actors.InBand;
using ActorTransfer.Extensibility;
using ActorTransfer.Protocol;
using ActorTransfer.Protocol.Ibb;
using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Protocol.Xml;
using ActorTransfer.Testing.Streams;
using Akka.Actor;
using Akka.Streams.Dsl;

namespace ActorTransfer.Actors.Tests.InBand;

public sealed class InBandReceiverSpec : InBandReceiverTest
{
    [Fact]
    public async Task Receiver_must_accept_the_first_open_request_and_refuse_a_second()
    {
        var link = await OpenAsync();
        Assert.Null(link.RemoteEndPoint);
        Request(OpenStanza("again", BlockSize));
        Assert.Equal(ErrorConditions.NotAcceptable, (await ReplyAsync()).Error?.Condition);
    }

    [Theory]
    [InlineData(BlockSize + 1, ErrorConditions.ResourceConstraint)]
    [InlineData(0, ErrorConditions.BadRequest)]
    public async Task Invalid_block_size_must_be_refused_reported_to_the_parent_and_stop_the_receiver(int blockSize, string condition)
    {
        await StartAsync(Props($"max-block-size = {BlockSize}", OpenStanza("open", blockSize)));
        await Wire.ExpectMsgAsync<Connection.Subscribe>();
        Assert.Equal(condition, (await ReplyAsync()).Error?.Condition);
        var refused = Assert.IsType<Answer.Error>((await Parent.ExpectMsgAsync<InBandBytestream.Refused>()).Answer);
        Assert.Equal(condition, refused.Stanza.Condition);
        await StoppedAsync();
    }

    [Fact]
    public async Task Blocks_must_be_delivered_in_order_and_a_close_must_complete_the_stream()
    {
        var link = await OpenAsync();
        var script = link.Incoming.RunWith(ManualSink.OfBytes(), Materializer);
        foreach (var length in new[] { BlockSize, 1, 18 })
        {
            var bytes = Pattern.Bytes(_sent, length);
            var id = Send(bytes);
            Assert.Equal((id, IqType.Result), Head(await ReplyAsync()));
            Assert.Equal(bytes, await Soon(script.NextAsync()));
        }

        Send([]);
        await ReplyAsync();
        Request(PeerClose("c"));
        Assert.Equal(("c", IqType.Result), Head(await ReplyAsync()));
        Assert.Null(await Soon(script.NextAsync()));

        Send([1]);
        Assert.Equal(ErrorConditions.ItemNotFound, (await ReplyAsync()).Error?.Condition);
        Request(PeerClose("d"));
        Assert.Equal(ErrorConditions.ItemNotFound, (await ReplyAsync()).Error?.Condition);
    }

    [Fact]
    public async Task Received_bytes_must_be_buffered_until_a_consumer_is_attached()
    {
        var link = await OpenAsync();
        Send([1, 2, 3]);
        await ReplyAsync();
        Request(PeerClose("c"));
        await ReplyAsync();
        Assert.False(await Soon(link.ClosedBeforeDataAsync(CancellationToken.None)));
        var script = link.Incoming.RunWith(ManualSink.OfBytes(), Materializer);
        Assert.Equal([1, 2, 3], await Soon(script.NextAsync()));
        Assert.Null(await Soon(script.NextAsync()));
    }

    [Fact]
    public async Task Block_must_not_be_acknowledged_before_the_buffer_has_space_for_it()
    {
        var link = await OpenAsync(Small);
        var script = link.Incoming.RunWith(ManualSink.OfBytes(), Materializer);
        Send(Pattern.Bytes(0, BlockSize));
        Send(Pattern.Bytes(1, BlockSize));
        await ReplyAsync();
        await ReplyAsync();
        var third = Send(Pattern.Bytes(2, BlockSize));
        var fourth = Send(Pattern.Bytes(3, 10));
        await ExpectNoMessageAsync(Wire, Actor);
        Assert.Equal(Pattern.Bytes(0, BlockSize), await Soon(script.NextAsync()));
        Assert.Equal((third, IqType.Result), Head(await ReplyAsync()));
        await ExpectNoMessageAsync(Wire, Actor);
        Assert.Equal(Pattern.Bytes(1, BlockSize), await Soon(script.NextAsync()));
        Assert.Equal((fourth, IqType.Result), Head(await ReplyAsync()));
        Assert.Equal(Pattern.Bytes(2, BlockSize), await Soon(script.NextAsync()));
        Assert.Equal(Pattern.Bytes(3, 10), await Soon(script.NextAsync()));
    }

    [Fact]
    public async Task Block_held_longer_than_the_acknowledgement_delay_must_be_refused_and_accepted_when_resent()
    {
        var link = await OpenAsync(Small + ", ack-delay = 20s");
        var script = link.Incoming.RunWith(ManualSink.OfBytes(), Materializer);
        Send(Pattern.Bytes(0, BlockSize));
        Send(Pattern.Bytes(1, BlockSize));
        await ReplyAsync();
        await ReplyAsync();
        var third = Send([3]);
        await AdvanceAsync(Actor, TimeSpan.FromSeconds(20) - Tick);
        await ExpectNoMessageAsync(Wire, Actor);
        await AdvanceAsync(Actor, Tick);
        var refused = await ReplyAsync();
        Assert.Equal((third, ErrorType.Wait, ErrorConditions.ResourceConstraint), (refused.Id, refused.Error?.Type, refused.Error?.Condition));

        Assert.Equal(BlockSize, (await Soon(script.NextAsync()))!.Length);
        _sent--;
        Assert.Equal((Send([3]), IqType.Result), Head(await ReplyAsync()));
        Assert.Equal(BlockSize, (await Soon(script.NextAsync()))!.Length);
        Assert.Equal([3], await Soon(script.NextAsync()));
    }

    [Fact]
    public async Task Held_blocks_must_be_delivered_after_the_peer_closes()
    {
        var link = await OpenAsync(Small + ", ack-delay = 20s");
        var script = link.Incoming.RunWith(ManualSink.OfBytes(), Materializer);
        for (var at = 0; at < 4; at++)
        {
            Send(Pattern.Bytes(at, BlockSize));
        }

        Request(PeerClose("c"));
        await ReplyAsync();
        await ReplyAsync();
        Assert.Equal(("c", IqType.Result), Head(await ReplyAsync()));
        await AdvanceAsync(Actor, TimeSpan.FromSeconds(60));
        for (var at = 0; at < 4; at++)
        {
            Assert.Equal(Pattern.Bytes(at, BlockSize), await Soon(script.NextAsync()));
        }

        Assert.Null(await Soon(script.NextAsync()));
        await ReplyAsync();
        await ReplyAsync();
        Assert.False(Wire.HasMessages);
    }

    [Fact]
    public async Task Blocks_beyond_the_backlog_must_be_refused_at_once()
    {
        await OpenAsync(Small + $", receive-backlog = {BlockSize}B");
        for (var at = 0; at < 3; at++)
        {
            Send(Pattern.Bytes(at, BlockSize));
        }

        var fourth = Send([4]);
        await ReplyAsync();
        await ReplyAsync();
        var refused = await ReplyAsync();
        Assert.Equal((fourth, ErrorConditions.ResourceConstraint), (refused.Id, refused.Error?.Condition));
    }

    [Theory]
    [InlineData(7, "AAAA", ErrorConditions.UnexpectedRequest)]
    [InlineData(1, "A=AA", ErrorConditions.BadRequest)]
    [InlineData(1, "A-AA", ErrorConditions.BadRequest)]
    [InlineData(1, null, ErrorConditions.BadRequest)]
    public async Task Invalid_block_must_close_the_session_after_accepted_bytes_are_delivered(int sequence, string? text, string condition)
    {
        var link = await OpenAsync();
        Send([1, 2, 3]);
        await ReplyAsync();
        text ??= Convert.ToBase64String(new byte[BlockSize + 1]);
        Request(Iq.Set("bad", Bo, IbbData.ToXml(SessionId, (ushort)sequence, text), Ada));
        Assert.Equal(condition, (await ReplyAsync()).Error?.Condition);
        await ClosedAsync();
        var script = link.Incoming.RunWith(ManualSink.OfBytes(), Materializer);
        Assert.Equal([1, 2, 3], await Soon(script.NextAsync()));
        await FaultOf(script.NextAsync(), ByteLinkFault.PeerRefused);
    }

    [Theory]
    [InlineData("off", IqType.Result)]
    [InlineData("on", IqType.Error)]
    internal async Task Base64_with_white_space_must_be_accepted_unless_strict(string strict, IqType type)
    {
        await OpenAsync($"strict-base64 = {strict}");
        Request(Iq.Set("b", Bo, IbbData.ToXml(SessionId, 0, "\n  QUJD\n  REVG\n"), Ada));
        Assert.Equal(("b", type), Head(await ReplyAsync()));
    }

    [Fact]
    public async Task Unknown_request_must_get_feature_not_implemented()
    {
        await OpenAsync();
        Request(Iq.Set("x", Bo, new XmlElement(Namespaces.Ibb, "fly"), Ada));
        Assert.Equal(ErrorConditions.FeatureNotImplemented, (await ReplyAsync()).Error?.Condition);
    }

    [Fact]
    public async Task Block_repeated_by_a_resumed_stream_must_be_acknowledged_again_and_delivered_once()
    {
        var link = await OpenAsync();
        var script = link.Incoming.RunWith(ManualSink.OfBytes(), Materializer);
        var first = Send([1]);
        await ReplyAsync();
        Request(Iq.Set(first, Bo, IbbData.ToXml(SessionId, 0, Convert.ToBase64String([1])), Ada));
        Assert.Equal((first, IqType.Result), Head(await ReplyAsync()));
        Send([2]);
        await ReplyAsync();
        Assert.Equal([1], await Soon(script.NextAsync()));
        Assert.Equal([2], await Soon(script.NextAsync()));
    }

    [Fact]
    public async Task Blocks_in_messages_must_be_delivered_without_a_response()
    {
        await StartAsync(Props("", Iq.Set("open", Bo, new IbbOpen(SessionId, BlockSize, ByMessage: true).ToXml(), Ada)));
        await Wire.ExpectMsgAsync<Connection.Subscribe>();
        Assert.Equal(IqType.Result, (await ReplyAsync()).Type);
        var link = await OpenedAsync();
        Message(0, [1, 2]);
        Message(1, [3]);
        await ExpectNoMessageAsync(Wire, Actor);
        var script = link.Incoming.RunWith(ManualSink.OfBytes(), Materializer);
        Assert.Equal([1, 2], await Soon(script.NextAsync()));
        Assert.Equal([3], await Soon(script.NextAsync()));
        Message(3, [4]);
        await ClosedAsync();
        await FaultOf(script.NextAsync(), ByteLinkFault.PeerRefused);
    }

    [Fact]
    public async Task Wait_for_a_close_before_data_must_complete_when_the_peer_closes()
    {
        var link = await OpenAsync();
        var closed = link.ClosedBeforeDataAsync(CancellationToken.None);
        Assert.False(closed.IsCompleted);
        Request(PeerClose("c"));
        Assert.True(await Soon(closed));
    }

    [Fact]
    public async Task Link_must_be_read_by_one_stream_only_and_must_not_be_writable()
    {
        var link = await OpenAsync();
        var script = link.Incoming.RunWith(ManualSink.OfBytes(), Materializer);
        var second = link.Incoming.RunWith(ManualSink.OfBytes(), Materializer);
        await Assert.ThrowsAsync<InvalidOperationException>(() => second.Ended.WaitAsync(TimeSpan.FromSeconds(20)));
        await Assert.ThrowsAsync<InvalidOperationException>(() => Soon(Source.Empty<Chunk>().RunWith(link.Outgoing, Materializer)));
        Send([1]);
        await ReplyAsync();
        Assert.Equal([1], await Soon(script.NextAsync()));
    }

    private void Message(ushort sequence, byte[] bytes) =>
        Actor.Tell(new Connection.Messaged(Ada, Bo, IbbData.ToXml(SessionId, sequence, IbbBase64.Encode(bytes))), Wire.Ref);
}
