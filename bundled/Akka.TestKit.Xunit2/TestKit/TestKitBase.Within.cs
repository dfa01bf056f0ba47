namespace Akka.TestKit;

public abstract partial class TestKitBase
{
    private static readonly TimeSpan TimerSlack = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(100);

    private TimeSpan? _end;
    private bool _lastWasNoMsg;

    /// <summary>What is left of the time of the block around; outside of one, the default limit.</summary>
    public TimeSpan RemainingOrDefault => RemainingOr(Dilated(TestKitSettings.SingleExpectDefault));

    public TimeSpan Remaining => _end is null
        ? throw new InvalidOperationException("Remaining may only be called inside Within")
        : RemainingOr(TimeSpan.Zero);

    public TimeSpan RemainingOrDilated(TimeSpan? duration) => duration is { } limit ? Dilated(limit) : RemainingOrDefault;

    /// <summary>The duration, stretched by <c>akka.test.timefactor</c>.</summary>
    public TimeSpan Dilated(TimeSpan duration) => duration < TimeSpan.Zero
        ? throw new ArgumentException("Must not be negative", nameof(duration))
        : new TimeSpan((long)(duration.Ticks * TestKitSettings.TestTimeFactor));

    public TimeSpan GetTimeoutOrDefault(TimeSpan? timeout) => timeout ?? TestKitSettings.SingleExpectDefault;

    /// <summary>Fails if the action takes longer than the limit; expectations inside wait no longer than what is left of it.</summary>
    public void Within(TimeSpan max, Action action, TimeSpan? epsilonValue = null, CancellationToken cancellationToken = default) =>
        Within(TimeSpan.Zero, max, action, null, epsilonValue, cancellationToken);

    /// <inheritdoc cref="Within(TimeSpan, Action, TimeSpan?, CancellationToken)"/>
    public void Within(
        TimeSpan min, TimeSpan max, Action action, string hint = null, TimeSpan? epsilonValue = null,
        CancellationToken cancellationToken = default) =>
        Within(min, max, Result(action), hint, epsilonValue, cancellationToken);

    /// <inheritdoc cref="Within(TimeSpan, Action, TimeSpan?, CancellationToken)"/>
    public T Within<T>(TimeSpan max, Func<T> function, TimeSpan? epsilonValue = null, CancellationToken cancellationToken = default) =>
        Within(TimeSpan.Zero, max, function, null, epsilonValue, cancellationToken);

    /// <inheritdoc cref="Within(TimeSpan, Action, TimeSpan?, CancellationToken)"/>
    public T Within<T>(
        TimeSpan min, TimeSpan max, Func<T> function, string hint = null, TimeSpan? epsilonValue = null,
        CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var block = new Block(this, min, max, hint);
        T result;
        try
        {
            result = function();
        }
        finally
        {
            block.Leave();
        }

        block.CheckTime(epsilonValue);
        return result;
    }

    /// <inheritdoc cref="Within(TimeSpan, Action, TimeSpan?, CancellationToken)"/>
    public Task<T> WithinAsync<T>(
        TimeSpan max, Func<Task<T>> function, TimeSpan? epsilonValue = null, CancellationToken cancellationToken = default) =>
        WithinAsync(TimeSpan.Zero, max, function, null, epsilonValue, cancellationToken);

    /// <inheritdoc cref="Within(TimeSpan, Action, TimeSpan?, CancellationToken)"/>
    public async Task<T> WithinAsync<T>(
        TimeSpan min,
        TimeSpan max,
        Func<Task<T>> function,
        string hint = null,
        TimeSpan? epsilonValue = null,
        CancellationToken cancellationToken = default)
    {
        var block = new Block(this, min, max, hint);
        T result = default;
        try
        {
            var running = function();
            if (await Task.WhenAny(running, Task.Delay(Dilated(max) + TimerSlack, cancellationToken)) == running)
                result = await running;
            else
                cancellationToken.ThrowIfCancellationRequested();
        }
        finally
        {
            block.Leave();
        }

        block.CheckTime(epsilonValue);
        return result;
    }

    public void AwaitCondition(Func<bool> conditionIsFulfilled, TimeSpan? max, CancellationToken cancellationToken = default) =>
        AwaitCondition(conditionIsFulfilled, max, null, null, cancellationToken);

    public void AwaitCondition(
        Func<bool> conditionIsFulfilled, TimeSpan? max, TimeSpan? interval, string message = null,
        CancellationToken cancellationToken = default)
    {
        var limit = RemainingOrDilated(max);
        if (!AwaitConditionNoThrow(conditionIsFulfilled, limit, interval ?? limit / 10, cancellationToken))
            _assertions.Fail("Timeout {0} expired while waiting for condition. {1}", limit, message);
    }

    public bool AwaitConditionNoThrow(
        Func<bool> conditionIsFulfilled, TimeSpan max, TimeSpan? interval = null, CancellationToken cancellationToken = default)
    {
        var end = Now + max;
        while (!conditionIsFulfilled())
        {
            if (Now > end || cancellationToken.WaitHandle.WaitOne(Pause(end, interval)))
                return false;
        }

        return true;
    }

    public async Task AwaitConditionAsync(
        Func<Task<bool>> conditionIsFulfilled,
        TimeSpan? max,
        TimeSpan? interval,
        string message = null,
        CancellationToken cancellationToken = default)
    {
        var limit = RemainingOrDilated(max);
        if (!await AwaitConditionNoThrowAsync(conditionIsFulfilled, limit, interval ?? limit / 10, cancellationToken))
            _assertions.Fail("Timeout {0} expired while waiting for condition. {1}", limit, message);
    }

    public async Task<bool> AwaitConditionNoThrowAsync(
        Func<Task<bool>> conditionIsFulfilled, TimeSpan max, TimeSpan? interval = null, CancellationToken cancellationToken = default)
    {
        var end = Now + max;
        while (!await conditionIsFulfilled())
        {
            if (Now > end || cancellationToken.IsCancellationRequested)
                return false;
            await Task.Delay(Pause(end, interval), cancellationToken);
        }

        return true;
    }

    /// <summary>Tries the assertion until it holds; its last failure comes out when time is over.</summary>
    public void AwaitAssert(
        Action assertion, TimeSpan? duration = null, TimeSpan? interval = null, CancellationToken cancellationToken = default)
    {
        var end = Now + RemainingOrDilated(duration);
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            try
            {
                assertion();
                return;
            }
            catch (Exception) when (Now + Pause(end, interval) < end)
            {
                cancellationToken.WaitHandle.WaitOne(Pause(end, interval));
            }
        }
    }

    /// <inheritdoc cref="AwaitAssert"/>
    public Task AwaitAssertAsync(
        Action assertion, TimeSpan? duration = null, TimeSpan? interval = null, CancellationToken cancellationToken = default) =>
        AwaitAssertAsync(AsTask(assertion), duration, interval, cancellationToken);

    /// <inheritdoc cref="AwaitAssert"/>
    public async Task AwaitAssertAsync(
        Func<Task> assertion, TimeSpan? duration = null, TimeSpan? interval = null, CancellationToken cancellationToken = default)
    {
        var end = Now + RemainingOrDilated(duration);
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            try
            {
                await assertion();
                return;
            }
            catch (Exception) when (Now + Pause(end, interval) < end)
            {
                await Task.Delay(Pause(end, interval), cancellationToken);
            }
        }
    }

    protected TimeSpan RemainingOr(TimeSpan duration) =>
        _end is not { } end ? duration : end - Now is var left && left > TimeSpan.Zero ? left : TimeSpan.Zero;

    private static TimeSpan Pause(TimeSpan end, TimeSpan? interval)
    {
        var left = end - Now;
        var pause = interval ?? PollInterval;
        return left < TimeSpan.Zero ? TimeSpan.Zero : pause < left ? pause : left;
    }

    private static Func<NotUsed> Result(Action action) => () =>
    {
        action();
        return NotUsed.Instance;
    };

    private static Func<Task> AsTask(Action action) => () =>
    {
        action();
        return Task.CompletedTask;
    };

    /// <summary>One Within: sets the deadline of all expectations inside and checks the time afterwards.</summary>
    private sealed class Block
    {
        private readonly TestKitBase _kit;
        private readonly TimeSpan _start = Now;
        private readonly TimeSpan _min;
        private readonly TimeSpan _max;
        private readonly TimeSpan? _outerEnd;
        private readonly string _hint;

        public Block(TestKitBase kit, TimeSpan min, TimeSpan max, string hint)
        {
            (_kit, _min, _outerEnd, _hint) = (kit, min, kit._end, hint);
            var left = _outerEnd - _start;
            if (left < min)
                kit._assertions.Fail("Required min time {0} not possible, only {1} left. {2}", min, left, hint);
            max = kit.Dilated(max);
            _max = left < max ? left.Value : max;
            kit._end = _start + _max;
            kit._lastWasNoMsg = false;
        }

        public void Leave() => _kit._end = _outerEnd;

        public void CheckTime(TimeSpan? epsilon)
        {
            var elapsed = Now - _start;
            if (elapsed < _min)
                _kit._assertions.Fail("Failed: Block took {0}, should have at least been {1}. {2}", elapsed, _min, _hint);
            if (!_kit._lastWasNoMsg && elapsed > _max + (epsilon ?? TimeSpan.Zero))
                _kit._assertions.Fail("Failed: Block took {0}, exceeding {1}. {2}", elapsed, _max, _hint);
        }
    }
}
