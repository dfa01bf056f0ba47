using System.Collections.Immutable;
using System.Net;
using ActorTransfer.Cli.Reports;

namespace ActorTransfer.Cli.Proxy;

/// <summary>Follows the connection of a proxy to its server.</summary>
/// <param name="request">The options.</param>
/// <param name="proxies">The engine.</param>
/// <param name="report">Shows the changes.</param>
/// <param name="ready">Completed when the proxy listens and is connected.</param>
internal sealed class ProxyConnection(ProxyRequest request, IProxies proxies, IProxyReport report, TaskCompletionSource ready)
{
    /// <summary>Listens, connects to the server, and reports the status. The engine reconnects by itself.</summary>
    /// <returns>The permanent failure; null = <paramref name="over"/>.</returns>
    public async Task<Failure?> RunAsync(ProxyConfig config, ProxyMonitor monitor, CancellationToken over)
    {
        try
        {
            var status = await monitor.StatusAsync(over);
            AccountStatus? last = null;
            await foreach (var link in proxies.WatchAsync(request.Component, over))
            {
                switch (link)
                {
                    case AccountStatus.Online when ready.TrySetResult():
                        report.Report(Ready(config, status.EndPoints));
                        break;
                    case AccountStatus.Online:
                        report.Report(new ProxyEvent.Connection(IsUp: true, Reason: null));
                        break;
                    case AccountStatus.Offline { Fault: LinkFault.CertificateRefused } untrusted when !ready.Task.IsCompleted:
                        return new Failure("login", "server", "certificate-not-trusted", untrusted.Reason, ExitCode.CertificateNotTrusted);
                    case AccountStatus.Offline { ForGood: true } refused:
                        return new Failure("login", "server", "server-refused", refused.Reason, ExitCode.ServerRefused);
                    case AccountStatus.Offline lost when last is not AccountStatus.Offline before || before.Reason != lost.Reason:
                        report.Report(new ProxyEvent.Connection(IsUp: false, lost.Reason));
                        break;
                }

                last = link;
            }

            return null;
        }
        catch (OperationCanceledException) when (over.IsCancellationRequested)
        {
            return null;
        }
        catch (EngineException fault) when (!ready.Task.IsCompleted)
        {
            return new Failure("listen", "local", "cannot-listen", fault.Message, ExitCode.CannotListen);
        }
        catch (EngineException fault)
        {
            return ProxyMonitor.Defect(fault);
        }
    }

    private ProxyEvent.Ready Ready(ProxyConfig config, ImmutableArray<IPEndPoint> listen)
    {
        ImmutableArray<string> at = [.. listen.Select(address => address.ToString())];
        var announced = request.Public.Select(address => HostPort.Format(address.Port > 0 ? address : new DnsEndPoint(address.Host, listen[0].Port)));
        return new ProxyEvent.Ready(request.Component, at, request.Public.IsEmpty ? at : [.. announced], config.Access.Entries, config.IsAccessChosen);
    }
}
