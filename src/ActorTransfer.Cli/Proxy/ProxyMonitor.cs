using ActorTransfer.Cli.Reports;

namespace ActorTransfer.Cli.Proxy;

/// <summary>Polls the status of a proxy, once it is ready.</summary>
/// <param name="proxies">The engine.</param>
/// <param name="component">JID of the proxy.</param>
/// <param name="report">Shows the status.</param>
/// <param name="ready">Completes when the proxy is ready.</param>
/// <param name="time">Clock of the intervals.</param>
internal sealed class ProxyMonitor(IProxies proxies, Jid component, IProxyReport report, Task ready, TimeProvider time)
{
    private readonly ProxyMeter _meter = new(time);

    /// <summary>The failure of the engine.</summary>
    public static Failure Defect(EngineException fault) => new("proxy", "local", "internal-error", fault.Message, ExitCode.Internal);

    /// <summary>Reports the status at an interval.</summary>
    /// <returns>Why the status is no longer available; null = <paramref name="over"/>.</returns>
    public async Task<Failure?> RunAsync(CancellationToken over)
    {
        try
        {
            await ready;
            using var timer = new PeriodicTimer(report.Interval, time);
            do
            {
                await ReportAsync(over);
            }
            while (await timer.WaitForNextTickAsync(over));
            return null;
        }
        catch (OperationCanceledException)
        {
            return null;
        }
        catch (EngineException fault)
        {
            return Defect(fault);
        }
    }

    /// <summary>Releases memory while the proxy is quiet, see <see cref="MemoryTrim"/>.</summary>
    public async Task TrimAsync(CancellationToken over)
    {
        var trim = new MemoryTrim();
        try
        {
            await ready;
            using var timer = new PeriodicTimer(MemoryTrim.Interval, time);
            while (await timer.WaitForNextTickAsync(over))
            {
                trim.Look((await StatusAsync(over)).SetUps);
            }
        }
        catch (Exception end) when (end is OperationCanceledException or EngineException)
        {
            // The meter reports the reason, unless this was requested.
        }
    }

    /// <summary>Reports the present status.</summary>
    public async Task ReportAsync(CancellationToken ct) =>
        report.Report(_meter.Read(await StatusAsync(ct)));

    /// <summary>A proxy that does not respond in time is busy, and its pairs continue: the request is repeated until the engine has stopped.</summary>
    public async Task<BytestreamsProxy.Status> StatusAsync(CancellationToken ct)
    {
        while (true)
        {
            try
            {
                return await proxies.StatusAsync(component, ct);
            }
            catch (EngineException busy) when (!busy.ForGood)
            {
                // Each attempt itself takes seconds.
            }
        }
    }
}
