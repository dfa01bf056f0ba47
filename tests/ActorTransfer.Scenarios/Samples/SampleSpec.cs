using System.Diagnostics;
using ActorTransfer.Testing;

namespace ActorTransfer.Scenarios.Samples;

/// <summary>The samples do what they say: each checks itself and ends with 0.</summary>
public sealed class SampleSpec
{
    private static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(60);

    [Theory]
    [InlineData("FirstTransfer", "received: Completed")]
    [InlineData("VirusScan", "folder:   clean.txt")]
    [InlineData("EncryptionAtRest", "cipher text: True")]
    [InlineData("ObjectStore", "store:    1 objects, 0 open uploads")]
    [InlineData("JoinedSystem", "outcome: Completed")]
    [InlineData("InProcessServer", "received: as carol@files.example.org/inbox: Completed")]
    public async Task Sample_must_succeed_and_leave_nothing(string name, string line)
    {
        using var temporary = new TemporaryFolder();
        var start = new ProcessStartInfo("dotnet", [SampleProcess.Program(name)]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["TMPDIR"] = temporary.Path;
        start.Environment["DOTNET_EnableDiagnostics"] = "0"; // its debugger pipes would be in the temporary folder
        using var process = Process.Start(start)!;
        using var limit = new CancellationTokenSource(MaxWait);
        try
        {
            var error = process.StandardError.ReadToEndAsync(limit.Token);
            var output = await process.StandardOutput.ReadToEndAsync(limit.Token);
            await process.WaitForExitAsync(limit.Token);
            Assert.True(process.ExitCode == 0, $"It ended with {process.ExitCode}: {output}{await error}");
            Assert.Contains(line, output, StringComparison.Ordinal);
            Assert.Empty(temporary.Names);
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
    }
}
