namespace Akka.Actor;

public interface ICancelable
{
    bool IsCancellationRequested { get; }

    CancellationToken Token { get; }

    void Cancel();

    void CancelAfter(TimeSpan delay);

    void CancelAfter(int millisecondsDelay);

    void Cancel(bool throwOnFirstException);
}

public static class CancelableExtensions
{
    public static void CancelIfNotNull(this ICancelable cancelable) => cancelable?.Cancel();
}

/// <summary>
/// Says that something scheduled is not wanted any more. Holds no token source until somebody asks for its token, since most never do and every
/// message of an actor with a receive timeout makes one.
/// </summary>
public class Cancelable : ICancelable, IDisposable
{
    private static readonly object CancelledMark = new();

    private readonly IActionScheduler _scheduler;
    private object _state; // null, a CancellationTokenSource, or CancelledMark

    public Cancelable(IScheduler scheduler)
        : this(scheduler.Advanced)
    {
    }

    public Cancelable(IActionScheduler scheduler) => _scheduler = scheduler;

    public Cancelable(IScheduler scheduler, TimeSpan delay)
        : this(scheduler) => CancelAfter(delay);

    public Cancelable(IScheduler scheduler, int millisecondsDelay)
        : this(scheduler, TimeSpan.FromMilliseconds(millisecondsDelay))
    {
    }

    public Cancelable(IActionScheduler scheduler, TimeSpan delay)
        : this(scheduler) => CancelAfter(delay);

    public bool IsDisposed { get; private set; }

    public bool IsCancellationRequested => Volatile.Read(ref _state) switch
    {
        null => false,
        CancellationTokenSource source => source.IsCancellationRequested,
        _ => true,
    };

    public CancellationToken Token
    {
        get
        {
            var state = Volatile.Read(ref _state);
            if (state is null)
            {
                var source = new CancellationTokenSource();
                state = Interlocked.CompareExchange(ref _state, source, null) ?? source;
            }

            return state is CancellationTokenSource made ? made.Token : new CancellationToken(canceled: true);
        }
    }

    public static ICancelable CreateCanceled()
    {
        var cancelable = new Cancelable((IActionScheduler)null);
        cancelable.Cancel();
        return cancelable;
    }

    public static ICancelable CreateLinkedCancelable(IScheduler scheduler, params ICancelable[] cancelables) =>
        CreateLinkedCancelable(scheduler, cancelables.Select(c => c.Token).ToArray());

    public static ICancelable CreateLinkedCancelable(IScheduler scheduler, params CancellationToken[] cancellationTokens)
    {
        var cancelable = new Cancelable(scheduler);
        foreach (var token in cancellationTokens)
            token.Register(cancelable.Cancel);
        return cancelable;
    }

    public void Cancel() => Cancel(false);

    public void Cancel(bool throwOnFirstException)
    {
        var state = Interlocked.CompareExchange(ref _state, CancelledMark, null);
        if (state is CancellationTokenSource source)
            source.Cancel(throwOnFirstException);
    }

    public void CancelAfter(TimeSpan delay)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(delay, TimeSpan.Zero);
        _scheduler.ScheduleOnce(delay, Cancel, this);
    }

    public void CancelAfter(int millisecondsDelay) => CancelAfter(TimeSpan.FromMilliseconds(millisecondsDelay));

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing)
    {
        IsDisposed = true;
        if (disposing)
            (Volatile.Read(ref _state) as CancellationTokenSource)?.Dispose();
    }
}
