namespace Akka.Actor;

public interface ICancelable
{
    bool IsCancellationRequested { get; }

    void Cancel();
}

/// <summary>Says that something scheduled is not wanted any more.</summary>
public class Cancelable : ICancelable
{
    private volatile bool _cancelled;

    public Cancelable(IScheduler scheduler)
    {
    }

    public bool IsCancellationRequested => _cancelled;

    public void Cancel() => _cancelled = true;
}
