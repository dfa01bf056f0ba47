using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using ActorTransfer.Benchmarks.Load.Candidates;

namespace ActorTransfer.Benchmarks.Load.Scenarios;

/// <summary>
/// A line between the generator and the proxies: two network namespaces, joined by a program that delays and loses packets (<c>baselines/wan.c</c>).
/// </summary>
/// <param name="RoundTripMs">Round-trip time in ms.</param>
/// <param name="LossPercent">Share of lost packets.</param>
internal sealed record LongLine(double RoundTripMs, double LossPercent)
{
    /// <summary>Reads a round-trip time in ms, and after a slash the loss in percent.</summary>
    public static LongLine Parse(string text)
    {
        string[] parts = text.Split('/');
        return parts.Length <= 2 && double.TryParse(parts[0], CultureInfo.InvariantCulture, out double roundTrip) && roundTrip is >= 0 and <= 2000
            && double.TryParse(parts.ElementAtOrDefault(1) ?? "0", CultureInfo.InvariantCulture, out double loss) && loss is >= 0 and < 100
                ? new LongLine(roundTrip, loss)
                : throw new FormatException(
                    $"'{text}' is not a line: write its round-trip time in ms and, after a slash, its loss in percent, for example 100/0.1.");
    }

    /// <summary>Runs this program again with a scenario, the proxies at the other end of the line, and returns its rows.</summary>
    /// <exception cref="IOException">Lines cannot be had here, or the scenario failed.</exception>
    public async Task<IReadOnlyList<LoadRow>> RunAsync(string scenario, LoadOptions options, CancellationToken cancel)
    {
        await CandidateKinds.BuildBaselinesAsync(cancel);
        string[] half = [(RoundTripMs / 2).ToString(CultureInfo.InvariantCulture), LossPercent.ToString(CultureInfo.InvariantCulture)];
        ProcessStartInfo start = new(
            Repository.Path("artifacts/baselines/wan"),
            [.. half, Environment.ProcessPath!, .. CandidateKinds.OwnProgram(), "load", scenario, .. options.Arguments])
        {
            RedirectStandardOutput = true,
        };
        using Process process = Process.Start(start) ?? throw new IOException("the line cannot be started");
        List<LoadRow> rows = [];
        while (await process.StandardOutput.ReadLineAsync(cancel) is { } line)
        {
            if (line.StartsWith('{'))
            {
                rows.Add(Read(line));
            }
        }

        await process.WaitForExitAsync(cancel);
        return process.ExitCode == 0
            ? rows
            : throw new IOException($"a run over a line of {RoundTripMs} ms ended with {process.ExitCode}: see above (needs root and /dev/net/tun)");
    }

    private LoadRow Read(string line)
    {
        LoadRow row = new LoadRow().With("round trip ms", RoundTripMs).With("loss %", LossPercent);
        using JsonDocument json = JsonDocument.Parse(line);
        foreach (JsonProperty cell in json.RootElement.EnumerateObject().SkipWhile(cell => cell.Name != LoadTable.LastOfMachine).Skip(1))
        {
            row.With(cell.Name, cell.Value.ValueKind switch
            {
                JsonValueKind.Number => cell.Value.GetDouble(),
                JsonValueKind.Array => cell.Value.EnumerateArray()
                    .Select(value => value.ValueKind == JsonValueKind.Number ? value.GetDouble() : double.NaN).ToArray(),
                JsonValueKind.Null => null,
                _ => cell.Value.ToString(),
            });
        }

        return row;
    }
}
