using System.Diagnostics.Metrics;
using ActorTransfer.Actors.Connections;
using ActorTransfer.Actors.Instrumentation;
using ActorTransfer.Actors.Settings;
using ActorTransfer.Actors.Transfers;
using ActorTransfer.Protocol.FileTransfer;
using Akka.Actor;

namespace ActorTransfer.Actors.Tests;

public sealed class TransferQueueSpec : IDisposable
{
    private static readonly DateTimeOffset s_noon = new(2026, 6, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan s_second = TimeSpan.FromSeconds(1);
    private static readonly AdmissionLimits s_limits = new(
        MaxActive: 1, MaxPerPeer: 1, MaxQueuedSends: 2, MaxQueuedOffers: 2, SendQueueTimeout: 60 * s_second, OfferQueueTimeout: 30 * s_second);

    private readonly Meter _meter = new("test");
    private readonly TransferQueue _queue;
    private long _lastId;

    public TransferQueueSpec() => _queue = new(
        new TransferLimits(s_limits, MaxOffersPerPeer: 10, MaxPendingOffers: 10, 45 * s_second, s_second), new TransferMetrics(_meter));

    public void Dispose() => _meter.Dispose();

    [Fact]
    public void Transfers_without_a_connection_must_need_no_slot_and_have_a_limit_of_their_own()
    {
        Assert.Equal(Decision.Begin, Request(Sending(), isOnline: true).Decision);
        Assert.Equal(Decision.Queue, Request(Sending(), isOnline: true).Decision);
        Assert.Equal(new AdmissionDecision(Decision.Queue, AdmissionLimit.Connection), Request(Sending(), isOnline: false));
        Assert.Equal(new AdmissionDecision(Decision.Queue, AdmissionLimit.Connection), Request(Sending(), isOnline: false));
        Assert.Equal(new AdmissionDecision(Decision.Refuse, AdmissionLimit.Connection), Request(Sending(), isOnline: false));
    }

    [Fact]
    public void Queued_sends_of_a_lost_account_must_wait_for_its_connection_in_their_order()
    {
        var (active, first, offer, second) = (Sending(), Sending(), Offering(), Sending());
        Request(active, isOnline: true);
        Request(first, isOnline: true);
        Request(offer, isOnline: true);
        Request(second, isOnline: true);
        Assert.Equal([first, second], _queue.MoveOffline("north", s_noon));
        Assert.Empty(_queue.MoveOffline("north", s_noon));
        Assert.Equal([offer], _queue.Release(active));
        Assert.Equal([first, second], _queue.RemoveOffline("north"));
        Assert.Null(_queue.NextDeadline);
    }

    [Fact]
    public void Transfers_of_another_account_must_stay_queued()
    {
        var (north, south) = (Sending("north"), Sending("south"));
        Request(north, isOnline: false);
        Request(south, isOnline: false);
        Assert.Equal([south], _queue.RemoveOffline("south"));
        Assert.True(_queue.Remove(north));
        Assert.False(_queue.Remove(north));
    }

    [Fact]
    public void Next_deadline_must_be_the_earliest_of_all_queues()
    {
        Request(Sending(), isOnline: true);
        Request(Sending(), isOnline: true);
        Assert.Equal(s_noon + (60 * s_second), _queue.NextDeadline);
        Request(Sending(), isOnline: false);
        Assert.Equal(s_noon + (45 * s_second), _queue.NextDeadline);
        Request(Offering(), isOnline: true);
        Assert.Equal(s_noon + (30 * s_second), _queue.NextDeadline);
    }

    [Fact]
    public void Transfers_must_be_removed_when_their_time_in_the_queue_is_over()
    {
        var (queued, offline) = (Sending(), Sending());
        Request(Sending(), isOnline: true);
        Request(queued, isOnline: true);
        Request(offline, isOnline: false);
        Assert.Empty(_queue.ExpireOffline(s_noon + (45 * s_second) - TimeSpan.FromTicks(1)));
        Assert.Equal([offline], _queue.ExpireOffline(s_noon + (45 * s_second)));
        Assert.Empty(_queue.ExpireQueued(s_noon + (45 * s_second)));
        Assert.Equal([queued], _queue.ExpireQueued(s_noon + (60 * s_second)));
        Assert.Empty(_queue.RemoveWhere(_ => true));
    }

    private AdmissionDecision Request(TransferEntry entry, bool isOnline) => _queue.Request(entry, isOnline, s_noon);

    private TransferEntry Sending(string account = "north") => Entry(account, outgoing: true);

    private TransferEntry Offering() => Entry("north", outgoing: false);

    private TransferEntry Entry(string account, bool outgoing)
    {
        var key = new SessionKey(Jid.Parse("ada@example.org/a"), Jid.Parse("bo@example.org/b"), outgoing, "");
        return new TransferEntry(new TransferId(++_lastId), key, account, ActorRefs.Nobody, _ => Props.Empty) { File = new FileDescription("a.bin", 1) };
    }
}
