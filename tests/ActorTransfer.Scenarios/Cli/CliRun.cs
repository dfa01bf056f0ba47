using ActorTransfer.Cli;

namespace ActorTransfer.Scenarios.Cli;

/// <summary>A run of the command line inside the test's process.</summary>
internal sealed record CliRun(ExitCode Code, string Out, string Error)
{
    public string[] OutLines => Out.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    public static async Task<CliRun> RunAsync(params string[] args)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var terminal = new Terminal(TextWriter.Synchronized(output), TextWriter.Synchronized(error), IsLive: false);
        var code = await CommandLine.RunAsync(args, terminal, CancellationToken.None);
        return new CliRun(code, output.ToString(), error.ToString());
    }

    /// <summary>Asserts that a run failed with this code and one line that contains <paramref name="text"/>.</summary>
    public void MustFail(ExitCode code, string text)
    {
        Assert.Equal((code, 1), (Code, Error.Count(sign => sign == '\n')));
        Assert.StartsWith("actor-transfer: ", Error);
        Assert.Contains(text, Error);
    }
}
