using System.Globalization;

namespace ActorTransfer.Benchmarks.Load;

/// <summary>The options of <c>load</c>. A scenario ignores options that do not apply to it.</summary>
internal sealed record LoadOptions
{
    /// <summary>Names of the proxies to compare; empty = all that can be started.</summary>
    public IReadOnlyList<string> Against { get; private init; } = [];

    /// <summary>Pairs (or transfers) at a time, one measurement each; empty = the default of the scenario.</summary>
    public IReadOnlyList<int> Pairs { get; private init; } = [];

    /// <summary>Set-ups (or transfers) in progress at a time; empty = the default of the scenario.</summary>
    public IReadOnlyList<int> Concurrency { get; private init; } = [];

    /// <summary>Length of a measured window.</summary>
    public double Seconds { get; private init; } = 3;

    /// <summary>Number of rounds; the table shows medians.</summary>
    public int Rounds { get; private init; } = 3;

    /// <summary>Set-ups of a measurement; 0 = as many as the time permits.</summary>
    public int Setups { get; private init; }

    /// <summary>The setting <c>files.digest</c>.</summary>
    public string Digest { get; private init; } = "sha-256";

    /// <summary>Lines of the scenarios that run over long lines; empty = the scenario's own choice.</summary>
    public IReadOnlyList<string> Lines { get; private init; } = [];

    /// <summary>The options as they were given, except for the lines.</summary>
    public IReadOnlyList<string> Arguments { get; init; } = [];

    /// <summary>Reports progress to standard error, so that the table and the JSON lines can be redirected.</summary>
    public Action<string> Report { get; init; } = text => Console.Error.WriteLine($"{DateTime.Now:HH:mm:ss} {text}");

    public static string Usage => """
          --against A,B,..      proxies to compare (default: all that can be started): relay, setup, idle, slow-reader, in-band
          --pairs N,M,..        pairs or transfers at a time: all but setup and transfers
          --concurrency N,M,..  set-ups or transfers in progress at a time: setup, transfers
          --seconds N           measured time of a window (3): all but idle and many-alive; at least 10 for transfers and transfers-busy
          --rounds N            rounds; medians are shown (3)
          --setups N            so many set-ups instead of a time: setup
          --lines MS[/LOSS],..  round-trip times, and losses in percent: wan, wan-slow-reader, wan-in-band
          --digest none         nothing is hashed (sha-256): transfers-bulk and transfers-files
        """;

    /// <summary>Reads the options.</summary>
    /// <exception cref="FormatException">An option is invalid; the message is for the user.</exception>
    public static LoadOptions Parse(ReadOnlySpan<string> args)
    {
        LoadOptions options = new();
        for (; args.Length >= 2; args = args[2..])
        {
            options = args[0] == "--lines"
                ? options with { Lines = args[1].Split(',') }
                : options.With(args[0], args[1]) with { Arguments = [.. options.Arguments, args[0], args[1]] };
        }

        return args.IsEmpty ? options : throw new FormatException($"{args[0]} needs a value.");
    }

    private LoadOptions With(string name, string value) => name switch
    {
        "--against" => this with { Against = value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) },
        "--pairs" => this with { Pairs = Numbers(name, value) },
        "--concurrency" => this with { Concurrency = Numbers(name, value) },
        "--seconds" when double.TryParse(value, CultureInfo.InvariantCulture, out double seconds) && seconds > 0 => this with { Seconds = seconds },
        "--rounds" => this with { Rounds = Numbers(name, value)[0] },
        "--setups" => this with { Setups = Numbers(name, value)[0] },
        "--digest" when value is "none" or "sha-256" => this with { Digest = value },
        _ => throw new FormatException($"{name} {value} is not a valid option."),
    };

    private static int[] Numbers(string name, string value) =>
    [
        .. value.Split(',').Select(part => int.TryParse(part, CultureInfo.InvariantCulture, out int number) && number > 0
            ? number
            : throw new FormatException($"{name} takes positive numbers, not '{part}'.")),
    ];
}
