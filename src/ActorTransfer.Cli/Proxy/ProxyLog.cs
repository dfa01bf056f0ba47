using System.Globalization;

namespace ActorTransfer.Cli.Proxy;

/// <summary>Plain lines with the time, for a file or a journal: failures on the error writer, the rest on the other.</summary>
internal sealed class ProxyLog(Terminal terminal, TimeProvider time) : IProxyReport
{
    private readonly Lock _gate = new();
    private ProxyEvent.Status _shown = ProxyEvent.Status.Nothing;

    public TimeSpan Interval { get; } = TimeSpan.FromMinutes(1);

    public void Report(ProxyEvent happened)
    {
        lock (_gate)
        {
            switch (happened)
            {
                case ProxyEvent.Failed failed:
                    terminal.WriteError(ProxyLines.Of(failed));
                    return;
                case ProxyEvent.Status status when status.IsAs(_shown):
                    return;
                case ProxyEvent.Status status:
                    _shown = status;
                    break;
            }

            terminal.WriteLine($"{Now()} {ProxyLines.Of(happened)}");
        }
    }

    public void Remark(string line)
    {
        lock (_gate)
        {
            terminal.WriteError(ProxyLines.Remark(line));
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private string Now() => time.GetUtcNow().ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
