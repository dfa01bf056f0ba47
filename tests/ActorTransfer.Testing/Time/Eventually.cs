using System.Diagnostics;

namespace ActorTransfer.Testing.Time;

/// <summary>Polls in real time, for conditions without an event and tests without TestKit.</summary>
public static class Eventually
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan s_interval = TimeSpan.FromMilliseconds(1);

    /// <summary>Completes when the condition holds.</summary>
    /// <exception cref="TimeoutException">It was not true within 20 s; the message comes from <paramref name="otherwise"/>.</exception>
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
