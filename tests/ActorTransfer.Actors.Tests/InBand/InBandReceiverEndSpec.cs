using ActorTransfer.Actors.Connections;
using ActorTransfer.Extensibility;
using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Testing.Streams;
using Akka.Actor;
using Akka.Streams.Dsl;

namespace ActorTransfer.Actors.Tests.InBand;

/// <summary>Cancel, disposal and other ends of a receiver.</summary>
public sealed class InBandReceiverEndSpec : InBandReceiverTest
{
    [Fact]
    public async Task Cancelled_consumer_must_close_the_session_and_release_held_blocks()
    {
        var link = await OpenAsync(Small);
        var script = link.Incoming.RunWith(ManualSink.OfBytes(), Materializer);
        for (var at = 0; at < 3; at++)
        {
            Send(Pattern.Bytes(at, BlockSize));
        }

        await ReplyAsync();
        await ReplyAsync();
        await script.CancelAsync();
        await ClosedAsync();
        Send([1]);
        Assert.Equal(ErrorConditions.ItemNotFound, (await ReplyAsync()).Error?.Condition);
    }

    [Fact]
    public async Task Dispose_must_close_the_session_release_held_blocks_and_stop_the_actor()
    {
        var link = await OpenAsync(Small);
        for (var at = 0; at < 3; at++)
        {
            Send(Pattern.Bytes(at, BlockSize));
        }

        await ReplyAsync();
        await ReplyAsync();
        link.Dispose();
        await ClosedAsync();
        await StoppedAsync();
    }

    [Fact]
    public async Task Dispose_must_fail_the_consumer()
    {
        var link = await OpenAsync();
        var script = link.Incoming.RunWith(ManualSink.OfBytes(), Materializer);
        var next = script.NextAsync();
        link.Dispose();
        await FaultOf(next, ByteLinkFault.LocalFailure);
        await ClosedAsync();
        await StoppedAsync();
    }

    [Fact]
    public async Task Dispose_after_the_end_must_send_nothing()
    {
        var link = await OpenAsync();
        Request(PeerClose("c"));
        await ReplyAsync();
        Assert.Empty(await Soon(link.Incoming.RunWith(Sink.Seq<Chunk>(), Materializer)));
        link.Dispose();
        await StoppedAsync();
        Assert.False(Wire.HasMessages);
    }

    [Fact]
    public async Task Stopped_actor_must_close_the_session_and_fail_the_consumer()
    {
        var link = await OpenAsync();
        var script = link.Incoming.RunWith(ManualSink.OfBytes(), Materializer);
        Send([1]);
        await ReplyAsync();
        Sys.Stop(Actor);
        await ClosedAsync();
        await FaultOf(script.Ended, ByteLinkFault.LocalFailure);
    }

    [Fact]
    public async Task Lost_XMPP_link_must_fail_the_stream_after_accepted_bytes_are_delivered()
    {
        var link = await OpenAsync();
        Send([1, 2, 3]);
        await ReplyAsync();
        Actor.Tell(new Connection.Lost("north", "cut", ForGood: false), Wire.Ref);
        var script = link.Incoming.RunWith(ManualSink.OfBytes(), Materializer);
        Assert.Equal([1, 2, 3], await Soon(script.NextAsync()));
        await FaultOf(script.NextAsync(), ByteLinkFault.CarrierLost);
    }
}
