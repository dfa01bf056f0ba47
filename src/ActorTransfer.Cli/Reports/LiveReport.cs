using ActorTransfer.Protocol.ProxyService;
using Spectre.Console;

namespace ActorTransfer.Cli.Reports;

/// <summary>For a terminal: lines of events, and below them a bar for each active transfer.</summary>
internal sealed class LiveReport(LiveScreen screen) : IReport
{
    private readonly Lock _gate = new();
    private readonly Dictionary<TransferId, ProgressTask> _bars = [];

    /// <summary>Null if the terminal cannot move its cursor.</summary>
    public static LiveReport? TryMake(Terminal terminal) => LiveScreen.TryMake(terminal) is { } screen ? new LiveReport(screen) : null;

    public void Report(TransferEvent happened)
    {
        lock (_gate)
        {
            Follow(happened);
            screen.Bars.Refresh();
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
                Remove(offer.Id);
                Add(offer);
                break;
            case TransferEvent.Accepted accepted:
                Note(accepted.Id, "selecting a method");
                break;
            case TransferEvent.MethodSelected taken:
                Note(taken.Id, taken.Method.Method.Name());
                break;
            case TransferEvent.Progress progress when _bars.TryGetValue(progress.Id, out var bar):
                Note(progress.Id, Lines.Moved(progress));
                bar.Value = progress.Size switch { null => 0, 0 => bar.MaxValue, _ => progress.Bytes };
                break;
            case TransferEvent.Completed completed:
                Remove(completed.Id);
                break;
            case TransferEvent.Failed { Id: { } id }:
                Remove(id);
                break;
        }
    }

    /// <summary>A bar needs a length: an empty file gets one step.</summary>
    private void Add(TransferEvent.Offer offer)
    {
        var bar = screen.Bars.AddTask("Transfer", maxValue: Math.Max(1, offer.Size ?? 1));
        bar.IsIndeterminate = offer.Size is null;
        bar.Tag = new LiveScreen.Row(Words.Printable(offer.Name), offer.IsIncoming ? "offered" : "waiting for the peer");
        _bars.Add(offer.Id, bar);
    }

    private void Note(TransferId id, string note)
    {
        if (_bars.TryGetValue(id, out var bar))
        {
            bar.Tag = new LiveScreen.Row(Name(id), note);
        }
    }

    private void Remove(TransferId id)
    {
        if (_bars.Remove(id, out var bar))
        {
            screen.Bars.RemoveTask(bar);
        }
    }

    private string Name(TransferId id) => _bars.TryGetValue(id, out var bar) && bar.Tag is LiveScreen.Row row ? row.Name : $"transfer {id}";
}
