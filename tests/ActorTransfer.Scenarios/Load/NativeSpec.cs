using System.Diagnostics;
using System.Globalization;
using ActorTransfer.Scenarios.Cli;
using ActorTransfer.Scenarios.Interop;
using ActorTransfer.Scenarios.Prosody;

namespace ActorTransfer.Scenarios.Load;

/// <summary>What a native executable is for: it starts quickly and needs little memory. <c>build/check-native.sh</c> runs it.</summary>
public sealed class NativeSpec : IDisposable
{
    private const int Rounds = 7;
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [NativeFact]
    public async Task Native_executable_must_send_1_KiB_in_400_ms_and_60_MiB()
    {
        await using var server = await ProsodyServer.StartAsync(new ProsodySetup { Clients = true });
        await using var receiver = await CommandLineProcess.ReceiveAsync(server, "bob/in", _folder.Folder("in"));
        var file = _folder.File("1.bin", new byte[1024]);
        var elapsed = new List<double>();
        var memory = new List<double>();
        for (var round = 0; round < Rounds; round++)
        {
            string[] timed = [NativeFactAttribute.Time, "-f", "%M", "-o", _folder["peak"]];
            var started = Stopwatch.GetTimestamp();
            await using var sender = CommandLineProcess.Send(timed, server, "alice/out", file, "bob@localhost/in");
            Assert.True(await sender.EndAsync() == 0, sender.Output);
            elapsed.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
            memory.Add(double.Parse(await File.ReadAllTextAsync(_folder["peak"]), CultureInfo.InvariantCulture) / 1024);
        }

        Assert.InRange(elapsed.Order().ElementAt(Rounds / 2), 0, 400);
        Assert.InRange(memory.Max(), 0, 60);
    }
}

/// <summary>Needs a native executable in <see cref="CliProcess.ExecutableVariable"/>, Prosody, and GNU time for the peak of the memory.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class NativeFactAttribute : FactAttribute
{
    public const string Time = "/usr/bin/time";

    public NativeFactAttribute() => Skip =
        Environment.GetEnvironmentVariable(CliProcess.ExecutableVariable) is not { Length: > 0 } ? "Only build/check-native.sh makes a native executable."
        : !File.Exists(Time) ? "GNU time is not installed; on Debian: apt-get install time."
        : ProsodyFactAttribute.WhySkipped;
}
