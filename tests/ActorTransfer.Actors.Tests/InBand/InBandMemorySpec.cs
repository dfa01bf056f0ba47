using ActorTransfer.Actors.Connections;
using ActorTransfer.Actors.InBand;
using ActorTransfer.Actors.Instrumentation;
using ActorTransfer.Extensibility;
using ActorTransfer.Protocol.Ibb;
using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Testing.Streams;
using Akka.Actor;
using Akka.TestKit;

namespace ActorTransfer.Actors.Tests.InBand;

/// <summary>Many receiving sessions that share one memory budget.</summary>
public sealed class InBandMemorySpec : InBandTest
{
    private const int BlockSize = 4096;
    private const int Capacity = 1 << 20;

    private readonly InBandMemory _memory;

    public InBandMemorySpec() => _memory = new(Capacity, EngineMetrics.Of(Sys).InBand);

    /// <summary>Senders that do not wait: without a common limit each session would use its 256 KiB and 4 MiB.</summary>
    [Fact]
    public async Task All_sessions_together_must_use_at_most_the_memory_and_two_blocks_each()
    {
        const int sessions = 200;
        const int blocks = 20;
        using var meter = new MetricSums(Sys);
        var kept = 0;
        for (var session = 0; session < sessions; session++)
        {
            var (actor, wire, _) = await OpenAsync(session);
            for (var block = 0; block < blocks; block++)
            {
                Send(actor, wire, session, block);
            }

            await StillRunsAsync(actor);
            kept += blocks - Refused(wire);
        }

        Assert.True(_memory.Used <= Capacity + (sessions * 2 * BlockSize), $"{_memory.Used} bytes are in use");
        Assert.InRange((long)kept * BlockSize, Capacity, Capacity + (sessions * 2 * BlockSize));
        Assert.True(meter.Of("actortransfer.in_band.receive_memory") >= Capacity);
    }

    [Fact]
    public async Task Sender_in_lock_step_must_be_acknowledged_when_other_sessions_use_all_the_memory()
    {
        _memory.Take(Capacity);
        var (actor, wire, link) = await OpenAsync(1);
        var script = link.Incoming.RunWith(ManualSink.OfBytes(), Materializer);
        Send(actor, wire, 1, 0);
        Assert.Equal(IqType.Result, (await wire.ExpectMsgAsync<Connection.Reply>()).Answer.Type);
        for (var block = 1; block < 20; block++)
        {
            Send(actor, wire, 1, block);
            await ExpectNoMessageAsync(wire, actor); // held, not refused
            await script.NextAsync().WaitAsync(TimeSpan.FromSeconds(20));
            Assert.Equal(IqType.Result, (await wire.ExpectMsgAsync<Connection.Reply>()).Answer.Type);
        }
    }

    [Fact]
    public async Task Large_blocks_must_be_refused_and_small_ones_accepted_when_all_the_memory_is_used()
    {
        _memory.Take(Capacity);
        var (_, wire) = await BeginAsync(1, 8192);
        Assert.Equal(ErrorConditions.ResourceConstraint, (await wire.ExpectMsgAsync<Connection.Reply>()).Answer.Error?.Condition);
        await Parent.ExpectMsgAsync<InBandBytestream.Refused>();
        Assert.Equal(Capacity, await UsedAsync(Capacity));
        await OpenAsync(2);
    }

    [Fact]
    public async Task Ended_sessions_must_release_all_their_memory()
    {
        var (read, wire, link) = await OpenAsync(1);
        var script = link.Incoming.RunWith(ManualSink.OfBytes(), Materializer);
        var (unread, other, dropped) = await OpenAsync(2);
        for (var block = 0; block < 150; block++)
        {
            Send(read, wire, 1, block);
            Send(unread, other, 2, block);
        }

        await StillRunsAsync(read);
        await script.NextAsync().WaitAsync(TimeSpan.FromSeconds(20));
        Assert.InRange(_memory.Used, 100 * BlockSize, Capacity + (4 * BlockSize));
        link.Dispose();
        dropped.Dispose();
        Assert.Equal(0, await UsedAsync(0));
    }

    private static int Refused(TestProbe wire)
    {
        var refused = 0;
        while (wire.HasMessages)
        {
            if (wire.ReceiveOne() is Connection.Reply { Answer.Error: { } error })
            {
                Assert.Equal((ErrorType.Wait, ErrorConditions.ResourceConstraint), (error.Type, error.Condition));
                refused++;
            }
        }

        return refused;
    }

    private static void Send(IActorRef actor, TestProbe wire, int session, int block) => actor.Tell(
        new Connection.Requested(Iq.Set($"d{block}", Bo, IbbData.ToXml($"s{session}", (ushort)block, IbbBase64.Encode(new byte[BlockSize])), Ada)), wire.Ref);

    private async Task<long> UsedAsync(long expected)
    {
        await AwaitAssertAsync(() => Assert.Equal(expected, _memory.Used), MaxWait, Tick);
        return _memory.Used;
    }

    private async Task<(IActorRef Actor, TestProbe Wire)> BeginAsync(int session, int blockSize)
    {
        var wire = CreateTestProbe();
        wire.IgnoreMessages(message => message is Connection.ServeInBand);
        var open = Iq.Set("open", Bo, new IbbOpen($"s{session}", blockSize).ToXml(), Ada);
        await StartAsync(InBandReceiverActor.Props(new InBandSession(Bo, Ada, $"s{session}"), open, wire.Ref, InBandSettings(""), _memory));
        await wire.ExpectMsgAsync<Connection.Subscribe>();
        return (Actor, wire);
    }

    private async Task<(IActorRef Actor, TestProbe Wire, IByteLink Link)> OpenAsync(int session)
    {
        var (actor, wire) = await BeginAsync(session, BlockSize);
        Assert.Equal(("open", IqType.Result), ((await wire.ExpectMsgAsync<Connection.Reply>()).Answer is var answer ? answer.Id : "", answer.Type));
        return (actor, wire, await OpenedAsync());
    }
}
