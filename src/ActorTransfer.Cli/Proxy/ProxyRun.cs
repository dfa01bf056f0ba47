using ActorTransfer.Cli.Nodes;
using ActorTransfer.Cli.Page;
using ActorTransfer.Cli.Reports;
using Akka.Configuration;
using Akka.Event;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Serilog.Events;

namespace ActorTransfer.Cli.Proxy;

/// <summary>
/// One run of <c>actor-transfer proxy</c>: connects to the server, reports events, reloads its configuration at SIGHUP, and drains when it
/// is interrupted or the server refuses it.
/// </summary>
internal sealed class ProxyRun(ProxyRequest request, Terminal terminal)
{
    /// <summary>Log category of the ends of pairs.</summary>
    private const string Audit = "ActorTransfer.Actors.Proxy";

    private readonly TimeProvider _time = TimeProvider.System;
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <returns><see cref="ExitCode.Done"/> after an interruption, else the code of the failure.</returns>
    /// <exception cref="CommandException">The options or the configuration are unusable.</exception>
    public async Task<ExitCode> RunAsync(CancellationToken interrupted)
    {
        var config = Configure();
        var listen = await ListenAddresses.ResolveAsync(request, interrupted);
        await using var report = Report();
        using var hangUps = new HangUps();
        if (Descriptors.Shortage(config.Settings, listen.Length) is { } shortage)
        {
            report.Remark(shortage);
        }

        void Options(ActorTransferOptions options)
        {
            options.LogLevel = report is ProxyTable && request.Output.LogFile is null ? LogLevel.WarningLevel : LogLevel.InfoLevel;
            options.WithHocon(config.Hocon);
        }

        var proxy = new ProxyOptions { Account = request.Address, Listen = listen, Public = request.Public, Access = config.Access };
        void Add(IServiceCollection services)
        {
            if (request.Cluster is { } cluster)
            {
                ClusterNode.AddTo(services, cluster, Options, proxy);
            }
            else
            {
                services.AddActorTransfer(options =>
                {
                    Options(options);
                    options.AddProxy(proxy);
                });
            }
        }

        // The audit log goes to stderr, unless a table is drawn on the same terminal.
        var audit = report is ProxyTable ? null : Audit;
        var host = await CommandHost.StartAsync(Add, request.Output, LogEventLevel.Warning, audit, request.Exports, interrupted);
        try
        {
            await using var page = request.Page is { } at
                ? await PageServer.StartAsync(at, host.Services, address => report.Report(new ProxyEvent.Page(address)), interrupted)
                : null;
            var proxies = host.Services.GetRequiredService<IProxies>();
            var reload = new ProxyReload(request, proxies, hangUps, report, listen.Length);
            var removed = request.Cluster is null ? new TaskCompletionSource<Failure?>().Task : ClusterNode.RemovedAsync(host.Services);
            if (request.Cluster is not null)
            {
                ClusterNode.Watch(host.Services, (up, unreachable) => report.Report(new ProxyEvent.Nodes(up, unreachable)));
            }

            return await StayAsync(proxies, config, reload, report, removed, interrupted);
        }
        finally
        {
            await host.StopAsync(CancellationToken.None);
            host.Dispose();
        }
    }

    private ProxyConfig Configure()
    {
        try
        {
            return ProxyConfig.Read(request);
        }
        catch (ConfigurationException fault)
        {
            throw Failures.Usage($"invalid configuration: {fault.Message}", fault);
        }
    }

    private IProxyReport Report() =>
        request.Output.Json ? new ProxyJson(terminal)
        : request.Output.On(terminal) is { IsLive: true } screen && !request.Output.Verbose && ProxyTable.TryMake(screen) is { } table ? table
        : new ProxyLog(request.Output.On(terminal), _time);

    /// <summary>Runs until it is interrupted or fails permanently, then until active pairs have finished.</summary>
    private async Task<ExitCode> StayAsync(
        IProxies proxies, ProxyConfig config, ProxyReload reload, IProxyReport report, Task<Failure?> removed, CancellationToken interrupted)
    {
        var monitor = new ProxyMonitor(proxies, request.Component, report, _ready.Task, _time);
        var connection = new ProxyConnection(request, proxies, report, _ready);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(interrupted);
        using var drained = new CancellationTokenSource();
        var watching = monitor.RunAsync(drained.Token);
        var trimming = monitor.TrimAsync(drained.Token);
        var (link, reloads) = (connection.RunAsync(config, monitor, over.Token), reload.RunAsync(over.Token));
        var failure = await await Task.WhenAny(removed, link, reloads, watching);
        await over.CancelAsync();
        await Task.WhenAll(link, reloads);
        if (failure is not null)
        {
            report.Report(new ProxyEvent.Failed(failure));
        }

        // A node that was removed drains by itself.
        if (_ready.Task.IsCompletedSuccessfully && !watching.IsCompleted && !removed.IsCompleted)
        {
            await DrainAsync(proxies, monitor, report, watching);
        }

        _ready.TrySetCanceled(CancellationToken.None);
        await drained.CancelAsync();
        await Task.WhenAll(watching, trimming);
        return failure?.Code ?? ExitCode.Done;
    }

    private async Task DrainAsync(IProxies proxies, ProxyMonitor monitor, IProxyReport report, Task broken)
    {
        var status = await monitor.StatusAsync(CancellationToken.None);
        report.Report(new ProxyEvent.Draining(status.Active));
        var drained = proxies.DrainAsync(request.Component);
        if (await Task.WhenAny(drained, broken) == drained)
        {
            await monitor.ReportAsync(CancellationToken.None);
        }

        report.Report(new ProxyEvent.Stopped());
    }
}
