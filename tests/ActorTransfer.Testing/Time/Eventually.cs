using System.Diagnostics;

namespace ActorTransfer.Testing.Time;

/// <summary>For what has no event to wait for, where no TestKit is at hand: looks again and again, in real time.</summary>
public static class Eventually
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan s_interval = TimeSpan.FromMilliseconds(1);

    /// <summary>Completes when the condition holds.</summary>
    /// <exception cref="TimeoutException">It did not within 20 s; the message is what <paramref name="otherwise"/> says.</exception>
    public static async Task HoldsAsync(Func<bool> condition, Func<string> otherwise)
    {
        long start = Stopwatch.GetTimestamp();
        using PeriodicTimer timer = new(s_interval);
        while (!condition())
        {
            if (Stopwatch.GetElapsedTime(start) > s_patience)
            {
                throw new TimeoutException(otherwise());
            }

            await timer.WaitForNextTickAsync();
        }
    }
}
