using ActorTransfer.Actors.Connections;
using ActorTransfer.Actors.Settings;
using ActorTransfer.Actors.Transfers;
using Akka.Actor;
using Akka.TestKit.TestActors;

namespace ActorTransfer.Actors.Tests;

public sealed class TransferRatesSpec : ActorTest
{
    private static readonly Jid s_self = Jid.Parse("ada@north.example/desk");
    private static readonly TransferRateSettings s_rates = new(PerTransfer: 10, PerPeer: 20, Total: 30);

    private long _lastId;

    [Fact]
    public void Transfers_without_any_rate_must_have_no_buckets() =>
        Assert.Empty(new TransferRates(TimeProvider.System, new TransferRateSettings(0, 0, 0)).Open(Entry("bo@south.example/a")));

    [Fact]
    public void Transfers_must_share_the_bucket_of_their_peer_and_that_of_all()
    {
        var rates = new TransferRates(TimeProvider.System, s_rates);
        var (one, other, third) = (rates.Open(Entry("bo@south.example/a")), rates.Open(Entry("bo@south.example/b")), rates.Open(Entry("cy@west.example/a")));
        Assert.Equal([10, 20, 30], one.Select(bucket => bucket.BytesPerSecond));
        Assert.NotSame(one[0], other[0]);
        Assert.Same(one[1], other[1]);
        Assert.NotSame(one[1], third[1]);
        Assert.Same(one[2], third[2]);
    }

    [Fact]
    public void Changed_rates_must_hold_for_active_transfers()
    {
        var rates = new TransferRates(TimeProvider.System, s_rates);
        var entry = Entry("bo@south.example/a");
        var buckets = rates.Open(entry);
        Assert.Empty(rates.Change(new TransferRateSettings(1, 2, 3), [entry]));
        Assert.Equal([1, 2, 3], buckets.Select(bucket => bucket.BytesPerSecond));
        Assert.Empty(rates.Change(new TransferRateSettings(0, 0, 0), [entry]));
        Assert.Equal([0, 0, 0], buckets.Select(bucket => bucket.BytesPerSecond));
    }

    [Fact]
    public void First_rate_must_give_buckets_to_active_transfers()
    {
        var rates = new TransferRates(TimeProvider.System, new TransferRateSettings(0, 0, 0));
        var (active, queued) = (Entry("bo@south.example/a"), Entry("bo@south.example/b", hasBegun: false));
        var (changed, buckets) = Assert.Single(rates.Change(s_rates, [active, queued]));
        Assert.Same(active, changed);
        Assert.Equal([10, 20, 30], buckets.Select(bucket => bucket.BytesPerSecond));
    }

    [Fact]
    public void Bucket_of_a_peer_must_end_with_its_last_transfer()
    {
        var rates = new TransferRates(TimeProvider.System, s_rates);
        var (one, other) = (Entry("bo@south.example/a"), Entry("bo@south.example/b"));
        var shared = rates.Open(one)[1];
        rates.Open(other);
        rates.Close(one.Id);
        rates.Close(one.Id);
        Assert.Same(shared, rates.Open(one)[1]);
        rates.Close(one.Id);
        rates.Close(other.Id);
        Assert.NotSame(shared, rates.Open(one)[1]);
    }

    private TransferEntry Entry(string peer, bool hasBegun = true)
    {
        var entry = new TransferEntry(
            new TransferId(++_lastId), new SessionKey(s_self, Jid.Parse(peer), Outgoing: true, ""), "north", ActorRefs.Nobody, _ => BlackHoleActor.Props)
        {
            File = new FileDescription("a.bin", 1),
        };
        if (hasBegun)
        {
            entry.Begin(Sys, TimeSpan.Zero);
        }

        return entry;
    }
}
