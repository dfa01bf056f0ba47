using System.Globalization;
using ActorTransfer.Protocol.ProxyService;

namespace ActorTransfer.Cli.Reports;

/// <summary>Plain lines for a file or a pipe: failures on the error writer, the rest on the other.</summary>
internal sealed class LineReport(Terminal terminal, TimeProvider time) : IReport
{
    private static readonly TimeSpan BetweenLines = TimeSpan.FromSeconds(1);
    private readonly Lock _gate = new();
    private readonly Dictionary<TransferId, Shown> _running = [];

    public void Report(TransferEvent happened)
    {
        lock (_gate)
        {
            Show(happened);
        }
    }

    public void Remark(string line)
    {
        lock (_gate)
        {
            terminal.WriteError($"actor-transfer: {line}");
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private void Show(TransferEvent happened)
    {
        switch (happened)
        {
            case TransferEvent.Offer offer:
                _running[offer.Id] = new Shown(Words.Printable(offer.Name));
                break;
            case TransferEvent.Progress progress when _running.TryGetValue(progress.Id, out var shown):
                Move(progress, shown);
                return;
            case TransferEvent.Failed failed:
                Forget(failed.Id);
                terminal.WriteError(Lines.Of(failed));
                return;
        }

        if (Lines.Of(happened, Name) is { } line)
        {
            terminal.WriteLine(line);
        }

        if (happened is TransferEvent.Completed completed)
        {
            Forget(completed.Id);
        }
    }

    /// <summary>The last line of a transfer reports its completion, so its last progress is not printed.</summary>
    private void Move(TransferEvent.Progress progress, Shown shown)
    {
        if ((progress.Size is null || progress.Bytes < progress.Size) && (shown.At is not { } at || time.GetElapsedTime(at) >= BetweenLines))
        {
            shown.At = time.GetTimestamp();
            var share = progress.Size is > 0 and { } size ? string.Create(CultureInfo.InvariantCulture, $"{100 * progress.Bytes / size,3} %  ") : "";
            terminal.WriteLine(share + Lines.Moved(progress));
        }
    }

    private string Name(TransferId id) => _running.TryGetValue(id, out var shown) ? shown.Name : $"transfer {id}";

    private void Forget(TransferId? id)
    {
        if (id is { } ended)
        {
            _running.Remove(ended);
        }
    }

    private sealed class Shown(string name)
    {
        public string Name { get; } = name;

        public long? At { get; set; }
    }
}
