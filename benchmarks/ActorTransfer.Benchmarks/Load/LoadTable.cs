using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using ActorTransfer.Benchmarks.Load.Native;

namespace ActorTransfer.Benchmarks.Load;

/// <summary>Writes the results of a scenario: a table, then a JSON line for each row.</summary>
internal static class LoadTable
{
    /// <summary>Name of the last cell of a JSON line that describes the machine; the scenario's follow.</summary>
    public const string LastOfMachine = "congestion control";

    public static void Write(TextWriter to, string scenario, IReadOnlyList<LoadRow> rows)
    {
        string[] columns = [.. rows.SelectMany(row => row.Cells.Select(cell => cell.Column)).Distinct()];
        string[][] texts = [columns, .. rows.Select(row => columns.Select(column => Text(Find(row, column))).ToArray())];
        int[] widths = [.. columns.Select((_, column) => texts.Max(line => line[column].Length))];
        to.WriteLine();
        to.WriteLine(scenario);
        foreach (string[] line in texts)
        {
            var padded = line.Select((text, column) => column == 0 ? text.PadRight(widths[0]) : text.PadLeft(widths[column]));
            to.WriteLine(string.Join("  ", padded).TrimEnd());
        }
    }

    /// <param name="to">Gets the lines.</param>
    /// <param name="scenario">Its name.</param>
    /// <param name="rows">Its results.</param>
    /// <param name="ended">When.</param>
    public static void WriteJson(TextWriter to, string scenario, IReadOnlyList<LoadRow> rows, DateTime ended)
    {
        foreach (LoadRow row in rows)
        {
            Dictionary<string, object?> line = new()
            {
                ["run"] = scenario,
                ["command"] = string.Join(' ', Environment.GetCommandLineArgs().Skip(1)),
                ["utc"] = ended.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
                ["uid"] = Linux.EffectiveUser,
                ["runtime"] = typeof(Akka.Actor.ActorSystem).Assembly.GetName().Name,
                ["dotnet"] = RuntimeInformation.FrameworkDescription,
                ["processors"] = Environment.ProcessorCount,
                [LastOfMachine] = Linux.CongestionControl,
            };
            foreach ((string column, object? value) in row.Cells)
            {
                line[column] = value switch
                {
                    double number => Finite(number),
                    IEnumerable<double> all => all.Select(Finite).ToArray(),
                    _ => value,
                };
            }

            to.WriteLine(JsonSerializer.Serialize(line));
        }
    }

    private static double? Finite(double number) => double.IsFinite(number) ? Math.Round(number, 4) : null;

    private static object? Find(LoadRow row, string column) => row.Cells.FirstOrDefault(cell => cell.Column == column).Value;

    private static string Text(object? value) => value switch
    {
        null => "-",
        true => "yes",
        false => "no",
        double number when !double.IsFinite(number) => "-",
        double number => number.ToString(Math.Abs(number) switch { >= 100 => "0", >= 10 => "0.0", _ => "0.00" }, CultureInfo.InvariantCulture),
        IEnumerable<double> all => string.Join(' ', all.Select(number => Text(number))),
        IFormattable formattable => formattable.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString() ?? "",
    };
}
