using System.Globalization;
using ActorTransfer.Protocol.FileTransfer;
using ActorTransfer.Protocol.Stanzas;

namespace ActorTransfer.Simulation;

/// <summary>What happened in one run, as numbered lines like those of <c>actor-transfer demo</c>.</summary>
internal sealed class History(SimulatedClock clock)
{
    private const int AddressWidth = 16;
    private readonly List<string> _lines = [];
    private int _number;

    public IReadOnlyList<string> Lines => _lines;

    /// <summary>A stanza, numbered.</summary>
    public void Stanza(string from, string to, Iq iq, string? fate = null) =>
        Add((++_number).ToString(CultureInfo.InvariantCulture), $"{from} -> {to}", StanzaSummary.Of(iq) + (fate is null ? "" : $"   [{fate}]"));

    /// <summary>Anything else.</summary>
    public void Note(string who, string what) => Add("", who, "* " + what);

    private void Add(string number, string addresses, string what) => _lines.Add(string.Create(
        CultureInfo.InvariantCulture, $"{number,3} {clock.Now.TotalMilliseconds,11:0.0}  {addresses.PadRight(AddressWidth)}  {what}"));
}
