using System.Globalization;
using ActorTransfer.Actors.Transfers;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace ActorTransfer.Cli.Reports;

/// <summary>For people at a terminal: lines about what has happened, and below them a bar for each transfer that runs.</summary>
internal sealed class LiveReport(LiveScreen screen) : IReport
{
    private const int NameWidth = 30;
    private const int BarWidth = 24;
    private readonly Lock _gate = new();
    private readonly SortedList<long, Row> _rows = [];

    /// <summary>Null for a terminal that cannot move its cursor.</summary>
    public static LiveReport? TryMake(Terminal terminal) => LiveScreen.TryMake(terminal) is { } screen ? new LiveReport(screen) : null;

    public void Report(TransferEvent happened)
    {
        lock (_gate)
        {
            Follow(happened);
            screen.Draw(Screen());
            if (happened is TransferEvent.Failed failed)
            {
                screen.Complain(Lines.Of(failed));
            }
            else if (Lines.Of(happened, Name) is { } line)
            {
                screen.WriteLine(line);
            }
        }
    }

    public void Remark(string line)
    {
        lock (_gate)
        {
            screen.Complain($"actor-transfer: {line}");
        }
    }

    public ValueTask DisposeAsync() => screen.DisposeAsync();

    private void Follow(TransferEvent happened)
    {
        switch (happened)
        {
            case TransferEvent.Offer offer:
                _rows[offer.Id.Value] = new Row(Words.Printable(offer.Name), offer.IsIncoming ? "offered" : "waits for the peer");
                break;
            case TransferEvent.Accepted accepted when Find(accepted.Id) is { } row:
                row.Note = "looks for a road";
                break;
            case TransferEvent.RoadTaken taken when Find(taken.Id) is { } row:
                row.Note = Words.Of(taken.Road.Road);
                break;
            case TransferEvent.Progress progress when Find(progress.Id) is { } row:
                row.Note = Lines.Moved(progress);
                row.Share = progress.Size switch { null => 0, 0 => 1, { } size => (double)progress.Bytes / size };
                break;
            case TransferEvent.Completed completed:
                _rows.Remove(completed.Id.Value);
                break;
            case TransferEvent.Failed { Id: { } id }:
                _rows.Remove(id.Value);
                break;
        }
    }

    private IRenderable Screen()
    {
        if (_rows.Count == 0)
        {
            return Text.Empty;
        }

        var grid = new Grid().AddColumns(4);
        foreach (var column in grid.Columns)
        {
            column.NoWrap().PadRight(1);
        }

        foreach (var row in _rows.Values)
        {
            var percent = string.Create(CultureInfo.InvariantCulture, $"{Math.Floor(100 * row.Share),3}%");
            grid.AddRow(Shortened(row.Name), Bar(row.Share), new Text(percent), Shortened(row.Note));
        }

        return grid;
    }

    private Markup Bar(double share)
    {
        var sign = screen.HasUnicode ? '━' : '-';
        var done = (int)Math.Floor(BarWidth * Math.Clamp(share, 0, 1));
        return new Markup($"[yellow]{new string(sign, done)}[/][grey]{new string(sign, BarWidth - done)}[/]");
    }

    private static Text Shortened(string text) =>
        new(text.Length <= NameWidth || text.Contains(" of ", StringComparison.Ordinal) ? text : string.Concat(text.AsSpan(0, NameWidth - 1), "…")) { Overflow = Overflow.Ellipsis };

    private Row? Find(TransferId id) => _rows.GetValueOrDefault(id.Value);

    private string Name(TransferId id) => Find(id)?.Name ?? $"transfer {id}";

    private sealed class Row(string name, string note)
    {
        public string Name { get; } = name;

        public string Note { get; set; } = note;

        public double Share { get; set; }
    }
}
