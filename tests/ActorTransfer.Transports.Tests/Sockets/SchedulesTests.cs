using System.Diagnostics;
using ActorTransfer.Transports.Sockets.Linux;

namespace ActorTransfer.Transports.Tests.Sockets;

/// <summary>The program of tests/ActorTransfer.Concurrency with a few schedules by a fixed seed; its README has the command for many.</summary>
public sealed class SchedulesTests
{
    private static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(120);

    [Fact]
    public async Task Sockets_and_relays_must_hold_their_promises_in_each_schedule()
    {
        if (!Libc.IsSupported)
        {
            return;
        }

        ProcessStartInfo start = new("dotnet", [Program(), "--iterations", "400"]) { RedirectStandardOutput = true };
        using Process process = Process.Start(start)!;
        using CancellationTokenSource limit = new(MaxWait);
        try
        {
            string output = await process.StandardOutput.ReadToEndAsync(limit.Token);
            await process.WaitForExitAsync(limit.Token);
            Assert.True(process.ExitCode == 0, output);
            Assert.Contains("relay-park", output, StringComparison.Ordinal);
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
    }

    /// <summary>The program that was built with this project, in the same configuration.</summary>
    private static string Program()
    {
        DirectoryInfo framework = new(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));
        return Path.Combine(
            framework.Parent!.Parent!.Parent!.Parent!.FullName,
            "ActorTransfer.Concurrency", "bin", framework.Parent.Name, framework.Name, "ActorTransfer.Concurrency.dll");
    }
}
