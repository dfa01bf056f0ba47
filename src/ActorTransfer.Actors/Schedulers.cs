using Akka.Actor;

namespace ActorTransfer.Actors;

/// <summary>Timers of any scheduler.</summary>
internal static class Schedulers
{
    /// <summary>Sends a message once, later. Disposing the result cancels that.</summary>
    public static IDisposable TellLater(this IScheduler scheduler, TimeSpan delay, IActorRef receiver, object message) => scheduler is TimerScheduler own
        ? own.TellLater(delay, receiver, message)
        : new Cancelling(scheduler.ScheduleTellOnceCancelable(delay, receiver, message, ActorRefs.NoSender));

    private sealed class Cancelling(ICancelable timer) : IDisposable
    {
        public void Dispose() => timer.Cancel();
    }
}
