using ActorTransfer.Transports.Sockets;

namespace ActorTransfer.Transports.Tests.Sockets;

public sealed class SharedRatesTests
{
    private static readonly Jid s_bo = Jid.Parse("bo@south.example");
    private static readonly Jid s_cy = Jid.Parse("cy@west.example");
    private static readonly Rates s_rates = new(PerStream: 10, PerUser: 20, Total: 30);

    private readonly SharedRates<int> _rates = new(TimeProvider.System, s_rates);

    [Fact]
    public void Streams_without_any_rate_must_have_no_buckets()
    {
        SharedRates<int> rates = new(TimeProvider.System, default);
        Assert.Empty(rates.Open(1, s_bo));
        Assert.False(rates.Has(1));
        rates.Close(1);
    }

    [Fact]
    public void Streams_must_share_the_bucket_of_their_user_and_that_of_all()
    {
        var (one, other, third) = (_rates.Open(1, s_bo), _rates.Open(2, s_bo), _rates.Open(3, s_cy));
        Assert.Equal([10, 20, 30], one.Select(bucket => bucket.BytesPerSecond));
        Assert.NotSame(one[0], other[0]);
        Assert.Same(one[1], other[1]);
        Assert.NotSame(one[1], third[1]);
        Assert.Same(one[2], third[2]);
    }

    [Fact]
    public void Changed_rates_must_hold_for_streams_that_have_begun()
    {
        var buckets = _rates.Open(1, s_bo);
        _rates.Change(new Rates(1, 2, 3));
        Assert.Equal([1, 2, 3], buckets.Select(bucket => bucket.BytesPerSecond));
        _rates.Change(default);
        Assert.Equal([0, 0, 0], buckets.Select(bucket => bucket.BytesPerSecond));
        Assert.Empty(_rates.Open(2, s_bo));
    }

    [Fact]
    public void Rate_of_a_user_must_be_divided_by_the_places_where_it_has_streams()
    {
        TokenBucket user = _rates.Open(1, s_bo)[1];
        _rates.Divide(s_bo, 4);
        _rates.Divide(s_cy, 4);
        Assert.Equal(5, user.BytesPerSecond);
        _rates.Change(s_rates with { PerUser = 3 });
        Assert.Equal(1, user.BytesPerSecond);
        _rates.Change(s_rates with { PerUser = 0 });
        Assert.Equal(0, user.BytesPerSecond);
        Assert.Equal(0, _rates.Open(2, s_cy)[1].BytesPerSecond);
    }

    [Fact]
    public void Bucket_of_a_user_must_end_with_its_last_stream()
    {
        TokenBucket shared = _rates.Open(1, s_bo)[1];
        _rates.Open(2, s_bo);
        _rates.Close(1);
        _rates.Close(1);
        Assert.Same(shared, _rates.Open(1, s_bo)[1]);
        _rates.Close(1);
        _rates.Close(2);
        Assert.NotSame(shared, _rates.Open(1, s_bo)[1]);
    }
}
