using System.Collections.Immutable;
using ActorTransfer.Extensibility;
using ActorTransfer.Transports.Sockets;
using Akka.Streams;
using Akka.Streams.Stage;

namespace ActorTransfer.Transports.Stages;

/// <summary>
/// Delays each chunk until all buckets permit it. Other streams may share the buckets, and their rates may change meanwhile: a wait is
/// re-evaluated several times a second. With a bucket of its own the stage splits chunks that are large for the rate, so that a slow stream
/// sends several times a second.
/// </summary>
internal sealed class RateLimit : ChunkStage
{
    private readonly ImmutableArray<TokenBucket> _buckets;
    private readonly TimeProvider _clock;
    private readonly int _slice;

    /// <summary>A rate limit of its own.</summary>
    public RateLimit(long bytesPerSecond, TimeProvider clock)
        : base(nameof(RateLimit))
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(bytesPerSecond);
        _buckets = [new TokenBucket(clock, bytesPerSecond)];
        _clock = clock;
        _slice = TokenBucket.Slice(_buckets);
    }

    /// <summary>Shared rate limits. Chunks pass whole, the only option for those whose bytes are not in memory.</summary>
    public RateLimit(ImmutableArray<TokenBucket> buckets, TimeProvider clock)
        : base(nameof(RateLimit))
    {
        _buckets = buckets;
        _clock = clock;
        _slice = int.MaxValue;
    }

    protected override GraphStageLogic CreateLogic(Attributes inheritedAttributes) => new RateLimitLogic(Shape, _buckets, _clock, _slice);
}
