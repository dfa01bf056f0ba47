using System.CommandLine;
using ActorTransfer.Cli.Reports;

namespace ActorTransfer.Cli.Output;

/// <summary>The options of all commands for what they print and log.</summary>
/// <param name="hasJson">The command can print JSON.</param>
internal sealed class OutputOptions(bool hasJson)
{
    private readonly Option<bool> _json = new("--json") { Description = "Print only JSON on stdout, one object per line." };

    private readonly Option<bool> _quiet = new("--quiet", "-q") { Description = "Print failures only. The exit code tells the rest." };

    private readonly Option<bool> _verbose = new("--verbose", "-v") { Description = "Print the engine's log on stderr." };

    private readonly Option<string?> _log = new("--log")
    {
        Description = "Append the engine's log to this file. A file of 100 MiB is renamed; five are kept.",
        HelpName = "FILE",
    };

    public void AddTo(Command command)
    {
        Option[] all = hasJson ? [_json, _quiet, _verbose, _log] : [_quiet, _verbose, _log];
        foreach (var option in all)
        {
            command.Options.Add(option);
        }

        command.Validators.Add(result =>
        {
            foreach (var other in hasJson ? (Option<bool>[])[_json, _verbose] : [_verbose])
            {
                if (result.GetValue(_quiet) && result.GetValue(other))
                {
                    result.AddError($"--quiet and {other.Name} exclude each other; leave one out");
                }
            }
        });
    }

    /// <exception cref="FailureException">The log file cannot be written.</exception>
    public OutputRequest Read(ParseResult parsed) => new()
    {
        Json = hasJson && parsed.GetValue(_json),
        Quiet = parsed.GetValue(_quiet),
        Verbose = parsed.GetValue(_verbose),
        LogFile = parsed.GetValue(_log) is { } file ? Writable(file) : null,
    };

    /// <summary>The log itself never fails a command, so a mistake is reported here.</summary>
    private static string Writable(string file)
    {
        try
        {
            var path = Path.GetFullPath(file);
            using var stream = new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite);
            return path;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw Failures.Usage($"the log file cannot be written: {fault.Message}", fault);
        }
    }
}
