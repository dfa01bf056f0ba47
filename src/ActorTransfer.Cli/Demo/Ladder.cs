using System.Globalization;

namespace ActorTransfer.Cli.Demo;

/// <summary>A trace as numbered lines: time in milliseconds, sender, addressee, stanza, and entered states.</summary>
/// <param name="names">Short names of JIDs.</param>
/// <param name="server">Used for missing addresses.</param>
internal sealed class Ladder(IReadOnlyDictionary<Jid, string> names, Jid server)
{
    /// <summary>The lines, without line ends.</summary>
    public IEnumerable<string> Lines(IReadOnlyCollection<TraceEvent> events)
    {
        if (events.Count == 0)
        {
            yield break;
        }

        var stanzas = events.OfType<TraceEvent.Stanza>().Select(Addresses).ToArray();
        var width = stanzas.Select(addresses => addresses.Length).DefaultIfEmpty(0).Max();
        yield return string.Create(CultureInfo.InvariantCulture, $"{"#",3} {"ms",9}  {"from -> to".PadRight(width)}  what");
        var start = events.Min(happened => happened.At);
        var number = 0;
        foreach (var happened in events)
        {
            var after = (happened.At - start).TotalMilliseconds;
            yield return happened switch
            {
                TraceEvent.Stanza stanza => string.Create(
                    CultureInfo.InvariantCulture, $"{++number,3} {after,9:0.0}  {Addresses(stanza).PadRight(width)}  {stanza.Summary}"),
                TraceEvent.Entered entered => string.Create(
                    CultureInfo.InvariantCulture, $"{"",3} {after,9:0.0}  {"".PadRight(width)}  * {Name(entered.Self)} enters {entered.State}"),
                _ => "",
            };
        }
    }

    private string Addresses(TraceEvent.Stanza stanza) => $"{Name(stanza.From ?? server)} -> {Name(stanza.To ?? server)}";

    private string Name(Jid jid) => names.TryGetValue(jid, out var name) ? name : jid.ToString();
}
