using System.Diagnostics;
using ActorTransfer.Testing;

namespace ActorTransfer.Faults.Load;

/// <summary>
/// A clock that jumps by 400 days forward and backward five times a second, while transfers run: <c>clock --seconds 20</c>. Needs gcc: the library that a child
/// process loads first (LD_PRELOAD) changes the time of day, not the monotonic clock.
/// </summary>
internal static class ClockCommand
{
    private const string Library = """
        #include <sys/syscall.h>
        #include <sys/time.h>
        #include <time.h>
        #include <unistd.h>

        static long offset(void)
        {
            static const long days[] = { 0, 400, -400, 1 };
            struct timespec now;
            syscall(SYS_clock_gettime, CLOCK_MONOTONIC, &now);
            return days[(now.tv_sec * 5 + now.tv_nsec / 200000000) % 4] * 86400;
        }

        int clock_gettime(clockid_t clock, struct timespec *now)
        {
            int result = syscall(SYS_clock_gettime, clock, now);
            if (result == 0 && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE))
                now->tv_sec += offset();
            return result;
        }

        int gettimeofday(struct timeval *restrict now, void *restrict zone)
        {
            struct timespec precise;
            clock_gettime(CLOCK_REALTIME, &precise);
            now->tv_sec = precise.tv_sec;
            now->tv_usec = precise.tv_nsec / 1000;
            return 0;
        }

        time_t time(time_t *now)
        {
            struct timespec precise;
            clock_gettime(CLOCK_REALTIME, &precise);
            if (now)
                *now = precise.tv_sec;
            return precise.tv_sec;
        }
        """;

    public static async Task<int> RunAsync(Arguments arguments)
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder["clock.c"], Library);
        var compiled = await RunAsync(new ProcessStartInfo("gcc", ["-shared", "-fPIC", "-O1", "-o", folder["clock.so"], folder["clock.c"]]));
        if (compiled != 0)
        {
            return compiled;
        }

        var program = Path.Combine(AppContext.BaseDirectory, "ActorTransfer.Faults.dll");
        string[] only = ["--only", arguments.Find("--only") ?? "transfers.max-active,transfers.rate-total"];
        var child = new ProcessStartInfo("dotnet", [program, "overload", "--seconds", arguments.Find("--seconds") ?? "20", .. only]);
        child.Environment["LD_PRELOAD"] = folder["clock.so"];
        return await RunAsync(child);
    }

    private static async Task<int> RunAsync(ProcessStartInfo start)
    {
        using var process = Process.Start(start)!;
        await process.WaitForExitAsync();
        return process.ExitCode;
    }
}
