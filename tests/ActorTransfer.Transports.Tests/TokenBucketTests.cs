using ActorTransfer.Transports.Sockets;
using Microsoft.Extensions.Time.Testing;

namespace ActorTransfer.Transports.Tests;

public class TokenBucketTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void Bucket_must_not_limit_without_a_rate()
    {
        TokenBucket bucket = new(_time, 0);
        Assert.Equal(TimeSpan.Zero, bucket.Take(1 << 30));
        Assert.Equal(TimeSpan.Zero, bucket.Reserve(1 << 30));
    }

    [Fact]
    public void Bucket_must_make_the_next_taker_wait_for_the_bytes_before()
    {
        TokenBucket bucket = new(_time, 1000);
        Assert.Equal(TimeSpan.Zero, bucket.Reserve(500));
        Assert.Equal(TimeSpan.FromSeconds(0.5), bucket.Reserve(250));
        Assert.Equal(TimeSpan.FromSeconds(1.75), bucket.Take(1000));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(TimeSpan.FromSeconds(0.75), bucket.Take(0));
    }

    [Fact]
    public void Bucket_must_not_save_more_than_a_tenth_of_a_second()
    {
        TokenBucket bucket = new(_time, 1000);
        _time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(TimeSpan.Zero, bucket.Take(100));
        Assert.Equal(TimeSpan.FromSeconds(0.001), bucket.Take(1));
    }

    [Fact]
    public void Bucket_must_hold_its_rate_among_many_takers()
    {
        TokenBucket bucket = new(_time, 10_000);
        TimeSpan[] due = new TimeSpan[7];
        long taken = 0;
        for (int step = 0; step < 10_000; step++)
        {
            for (int taker = 0; taker < due.Length; taker++)
            {
                if (due[taker] <= TimeSpan.FromMilliseconds(step))
                {
                    due[taker] = TimeSpan.FromMilliseconds(step) + bucket.Take(100 * (taker + 1));
                    taken += 100 * (taker + 1);
                }
            }

            _time.Advance(TimeSpan.FromMilliseconds(1));
        }

        Assert.InRange(taken, 100_000, 100_000 + 1000 + 2800);
    }

    [Fact]
    public void Bucket_must_apply_a_new_rate_to_the_debt()
    {
        TokenBucket bucket = new(_time, 10);
        bucket.Take(1000);
        bucket.BytesPerSecond = 1000;
        Assert.Equal(TimeSpan.FromSeconds(1), bucket.Take(0));
        bucket.BytesPerSecond = 0;
        Assert.Equal(TimeSpan.Zero, bucket.Take(1000));
        bucket.BytesPerSecond = 10;
        Assert.Equal(TimeSpan.Zero, bucket.Take(0));
    }
}
