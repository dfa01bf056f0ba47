using ActorTransfer.Cli.Reports;
using Akka.Configuration;

namespace ActorTransfer.Cli.Proxy;

/// <summary>Reloads the configuration file of a running proxy. An invalid one changes nothing.</summary>
/// <param name="request">The options.</param>
/// <param name="proxies">The engine.</param>
/// <param name="hangUps">The requests.</param>
/// <param name="report">Shows the result.</param>
/// <param name="listeners">Number of listening addresses.</param>
internal sealed class ProxyReload(ProxyRequest request, IProxies proxies, HangUps hangUps, IProxyReport report, int listeners)
{
    /// <summary>Reloads the configuration at each signal.</summary>
    /// <returns>The failure of the engine; null = <paramref name="over"/>.</returns>
    public async Task<Failure?> RunAsync(CancellationToken over)
    {
        try
        {
            await foreach (var _ in hangUps.ReadAllAsync(over))
            {
                await ReloadAsync(over);
            }

            return null;
        }
        catch (OperationCanceledException) when (over.IsCancellationRequested)
        {
            return null;
        }
        catch (EngineException fault)
        {
            return ProxyMonitor.Defect(fault);
        }
    }

    private async Task ReloadAsync(CancellationToken over)
    {
        if (request.Config is null)
        {
            report.Remark("SIGHUP reloads the file of --config, but none was given");
            return;
        }

        try
        {
            var config = ProxyConfig.Read(request);
            await proxies.ReloadAsync(request.Component, config.Hocon, config.Access, over);
            if (Descriptors.Shortage(config.Settings, listeners) is { } shortage)
            {
                report.Remark(shortage);
            }

            report.Report(new ProxyEvent.Reloaded(config.Access.Entries));
        }
        catch (EngineException busy) when (!busy.ForGood)
        {
            report.Remark($"{busy.Message} The configuration applies as soon as the proxy responds.");
        }
        catch (ConfigurationException fault)
        {
            report.Remark($"the configuration is unchanged, the new one is invalid: {fault.Message}");
        }
    }
}
