using System.Collections.Immutable;
using ActorTransfer.Extensibility;
using ActorTransfer.Transports.Sockets;
using Akka.Streams;
using Akka.Streams.Stage;

namespace ActorTransfer.Transports.Stages;

/// <summary>The logic of <see cref="RateLimit"/>.</summary>
internal sealed class RateLimitLogic : TimerGraphStageLogic
{
    private const string Timer = "tokens";

    private readonly Inlet<Chunk> _in;
    private readonly Outlet<Chunk> _out;
    private readonly ImmutableArray<TokenBucket> _buckets;
    private readonly int _slice;
    private TokenWait _wait;
    private Chunk? _waiting;

    /// <param name="shape">Of the stage.</param>
    /// <param name="buckets">Each chunk is charged to each of these.</param>
    /// <param name="clock">Measures waits.</param>
    /// <param name="slice">Maximum bytes that pass at once.</param>
    public RateLimitLogic(FlowShape<Chunk, Chunk> shape, ImmutableArray<TokenBucket> buckets, TimeProvider clock, int slice)
        : base(shape)
    {
        (_in, _out) = (shape.Inlet, shape.Outlet);
        (_buckets, _wait, _slice) = (buckets, new TokenWait(clock), slice);
        SetHandler(_in, onPush: OnPush, onUpstreamFinish: OnUpstreamFinish);
        SetHandler(_out, onPull: OnPull);
    }

    public override void PostStop() => _waiting?.Dispose();

    protected override void OnTimer(object timerKey) => PassOrWait(_wait.Rest(_buckets));

    private void OnPull()
    {
        if (_waiting is null)
        {
            Pull(_in);
        }
        else
        {
            Reserve(_waiting);
        }
    }

    private void OnPush() => Reserve(_waiting = Grab(_in));

    private void OnUpstreamFinish()
    {
        if (_waiting is null)
        {
            CompleteStage();
        }
    }

    /// <summary>Only on demand, so that a chunk can be pushed at once.</summary>
    private void Reserve(Chunk next) => PassOrWait(_wait.Reserve(_buckets, Math.Min(next.Length, _slice)));

    private void PassOrWait(TimeSpan wait)
    {
        if (wait > TimeSpan.Zero)
        {
            ScheduleOnce(Timer, wait);
            return;
        }

        Push(_out, TakeSlice());
        if (_waiting is null && IsClosed(_in))
        {
            CompleteStage();
        }
    }

    private Chunk TakeSlice()
    {
        Chunk whole = _waiting!;
        if (whole.Length <= _slice)
        {
            _waiting = null;
            return whole;
        }

        return whole.Split(_slice);
    }
}
