using ActorTransfer.Actors.Connections;
using ActorTransfer.Extensibility;
using ActorTransfer.Protocol.Ibb;
using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Testing.Streams;
using Akka.Actor;
using Akka.Streams.Dsl;

namespace ActorTransfer.Actors.Tests.InBand;

/// <summary>Closes by the peer, disposal and stop of a sender.</summary>
public sealed class InBandSenderEndSpec : InBandSenderTest
{
    [Fact]
    public async Task Close_by_the_peer_before_the_end_must_be_reported_as_its_cancel()
    {
        var link = await OpenAsync();
        var (_, sent) = Run(link, Pattern.Bytes(0, 50 * BlockSize));
        var block = await NextBlockAsync();
        Request(PeerClose("c"));
        Assert.Equal(("c", IqType.Result), Head(await ReplyAsync()));
        Answer(block.Ask, Ok);
        await FaultOf(sent, ByteLinkFault.PeerClosedEarly);
        Request(PeerClose("d"));
        Assert.Equal(("d", IqType.Error), Head(await ReplyAsync()));
    }

    [Fact]
    public async Task Close_by_the_peer_without_blocks_in_flight_must_end_the_stream_in_time()
    {
        var link = await OpenAsync("close-timeout = 2s");
        var (_, sent) = Run(link, []);
        Request(PeerClose("c"));
        Assert.Equal(("c", IqType.Result), Head(await ReplyAsync()));
        await AdvanceAsync(Actor, TimeSpan.FromSeconds(2) - Tick);
        await StillRunsAsync(Actor);
        Assert.False(sent.IsCompleted);
        await AdvanceAsync(Actor, Tick);
        await FaultOf(sent, ByteLinkFault.PeerClosedEarly);
    }

    [Fact]
    public async Task Close_by_a_peer_that_has_all_bytes_must_not_be_reported_as_a_cancel()
    {
        var link = await OpenAsync();
        var (_, sent) = Run(link, [1, 2, 3], complete: true);
        var block = await NextBlockAsync();
        Request(PeerClose("c"));
        await ReplyAsync();
        Answer(block.Ask, Ok);
        Assert.Equal(3, await Soon(sent));
    }

    [Fact]
    public async Task Block_from_the_peer_must_be_refused()
    {
        await OpenAsync();
        Request(Iq.Set("d", Ada, IbbData.ToXml(SessionId, 0, "AAAA"), Bo));
        Assert.Equal(ErrorConditions.NotAcceptable, (await ReplyAsync()).Error?.Condition);
    }

    [Fact]
    public async Task Dispose_must_close_the_stream_and_stop_the_actor()
    {
        var link = await OpenAsync();
        var (script, sent) = Run(link, Pattern.Bytes(0, 50 * BlockSize));
        await NextBlockAsync();
        link.Dispose();
        await FaultOf(sent, ByteLinkFault.LocalFailure);
        await ClosedAsync();
        await StoppedAsync();
        await Soon(script.Stopped);
        link.Dispose();
    }

    [Fact]
    public async Task Dispose_before_anything_was_sent_must_close_the_stream()
    {
        var link = await OpenAsync();
        link.Dispose();
        await ClosedAsync();
        await StoppedAsync();
        var late = Source.Single(1).Select(Chunk.Rent).RunWith(link.Outgoing, Materializer); // rented only when it is taken
        await FaultOf(late, ByteLinkFault.LocalFailure);
    }

    [Fact]
    public async Task Dispose_after_the_end_must_send_nothing()
    {
        var link = await OpenAsync();
        var (_, sent) = Run(link, [1], complete: true);
        await BlockAsync(0, [1], Ok);
        await CloseAsync(Ok);
        await Soon(sent);
        link.Dispose();
        await StoppedAsync();
        Assert.False(Wire.HasMessages);
    }

    [Fact]
    public async Task Failure_of_the_source_must_close_the_stream()
    {
        var link = await OpenAsync();
        var (script, sent) = Run(link, Pattern.Bytes(0, 50 * BlockSize));
        await NextBlockAsync();
        script.Fail(new IOException("no disk"));
        await ClosedAsync();
        Assert.Equal("no disk", (await Assert.ThrowsAsync<IOException>(() => Soon(sent))).Message);
    }

    [Fact]
    public async Task Stopped_actor_must_close_the_session()
    {
        var link = await OpenAsync();
        var (_, sent) = Run(link, Pattern.Bytes(0, 50 * BlockSize));
        await NextBlockAsync();
        Sys.Stop(Actor);
        await ClosedAsync();
        await FaultOf(sent, ByteLinkFault.LocalFailure);
    }

    [Fact]
    public async Task Actor_stopped_while_opening_must_close_the_session_that_the_peer_may_open()
    {
        await BeginAsync();
        await Wire.ExpectMsgAsync<Connection.Ask>();
        Sys.Stop(Actor);
        await ClosedAsync();
    }

    [Fact]
    public async Task Link_must_be_written_by_one_stream_only()
    {
        var link = await OpenAsync();
        var (_, sent) = Run(link, [1]);
        await Assert.ThrowsAsync<InvalidOperationException>(() => Soon(Run(link, [2]).Sent));
        await BlockAsync(0, [1], Ok);
        Assert.False(sent.IsCompleted);
    }

    [Fact]
    public async Task Wait_for_a_close_before_data_must_complete_when_the_session_is_closed()
    {
        var link = await OpenAsync();
        var closed = link.ClosedBeforeDataAsync(CancellationToken.None);
        Assert.False(closed.IsCompleted);
        link.Abort();
        Assert.True(await Soon(closed));
    }

    private static Iq PeerClose(string id) => Iq.Set(id, Ada, IbbClose.ToXml(SessionId), Bo);

    private static (string Id, IqType Type) Head(Iq iq) => (iq.Id, iq.Type);
}
