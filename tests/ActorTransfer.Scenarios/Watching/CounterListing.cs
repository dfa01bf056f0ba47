using System.Diagnostics.Metrics;
using System.Globalization;

namespace ActorTransfer.Scenarios.Watching;

/// <summary>Measurements as <c>dotnet-counters</c> lists them; of a histogram the median only.</summary>
internal static class CounterListing
{
    private const int LabelWidth = 108;
    private const int ValueWidth = 12;

    /// <summary>Instruments of the process, or of which a side's number of attempts decides.</summary>
    private static readonly string[] Varying = ["buffers.", "descriptors.", "sockets.", "proxy.connections"];

    /// <summary>The lines: instruments, and the current value of each set of attributes.</summary>
    /// <param name="measured">Of one application.</param>
    public static IEnumerable<Line> Of(IEnumerable<MetricRecorder.Measured> measured)
    {
        foreach (var measurements in measured.GroupBy(one => one.Instrument.Name).OrderBy(group => group.Key, StringComparer.Ordinal))
        {
            var instrument = measurements.First().Instrument;
            var varies = instrument is Histogram<double>
                || Array.Exists(Varying, name => instrument.Name.StartsWith($"actortransfer.{name}", StringComparison.Ordinal));
            var header = $"    {instrument.Name} ({instrument.Unit})";
            var rows = measurements.GroupBy(Attributes).OrderBy(row => row.Key, StringComparer.Ordinal).ToList();
            if (rows is not [{ Key: "" }])
            {
                yield return new Line(header, "", Varies: false);
            }

            foreach (var row in rows)
            {
                var value = ValueOf(instrument, [.. row.Select(one => one.Value)]).ToString("#,0.###", CultureInfo.InvariantCulture);
                yield return new Line(row.Key.Length == 0 ? header : $"        {row.Key}", value, varies);
            }
        }
    }

    private static string Attributes(MetricRecorder.Measured one)
    {
        var tags = one.Tags.OrderBy(tag => tag.Key, StringComparer.Ordinal).Select(tag => $"{tag.Key}={tag.Value}");
        return string.Join(',', one.Instrument is Histogram<double> ? tags.Append("Percentile=50") : tags);
    }

    private static double ValueOf(Instrument instrument, double[] values) => instrument switch
    {
        { IsObservable: true } => values[^1],
        Histogram<double> => values.Order().ElementAt((values.Length - 1) / 2),
        _ => values.Sum(),
    };

    /// <summary>A line of the listing.</summary>
    /// <param name="Label">Instrument or attributes.</param>
    /// <param name="Value">The value; empty above several sets of attributes.</param>
    /// <param name="Varies">The value differs from run to run.</param>
    public sealed record Line(string Label, string Value, bool Varies)
    {
        /// <summary>Whether this line of a document has the same label and, unless it varies, the same value.</summary>
        public bool IsIn(string text) => Varies ? text.StartsWith(Label + " ", StringComparison.Ordinal) : text == ToString();

        public override string ToString() => Value.Length == 0 ? Label : Label.PadRight(LabelWidth) + Value.PadLeft(ValueWidth);
    }
}
