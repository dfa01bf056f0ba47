using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Threading.Channels;
using ActorTransfer.Cli.Reports;
using Akka.Configuration;
using Akka.Event;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Serilog.Events;

namespace ActorTransfer.Cli.Proxy;

/// <summary>
/// One run of <c>actor-transfer proxy</c>: connects to the server, reports events, reloads its configuration at SIGHUP, and drains when it is interrupted or
/// the server refuses it.
/// </summary>
internal sealed class ProxyRun(ProxyRequest request, Terminal terminal)
{
    /// <summary>Log category of the ends of pairs.</summary>
    private const string Audit = "ActorTransfer.Actors.Proxy";

    private readonly TimeProvider _time = TimeProvider.System;
    private readonly ProxyMeter _meter = new(TimeProvider.System);
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Channel<bool> _hangUps = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private IProxies _proxies = null!;
    private int _listeners;

    /// <returns><see cref="ExitCode.Done"/> after an interruption, else the code of the failure.</returns>
    /// <exception cref="CommandException">The options or the configuration are unusable.</exception>
    public async Task<ExitCode> RunAsync(CancellationToken interrupted)
    {
        var config = Configure();
        var listen = await ResolveAsync(interrupted);
        await using var report = Report();
        using var onHangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, HangUp);
        _listeners = listen.Length;
        if (Descriptors.Shortage(config.Settings, _listeners) is { } shortage)
        {
            report.Remark(shortage);
        }

        void Options(ActorTransferOptions options)
        {
            // The audit log goes to stderr, unless a table is drawn on the same terminal.
            options.LogLevel = report is ProxyTable ? LogLevel.WarningLevel : LogLevel.InfoLevel;
            options.WithHocon(config.Hocon).AddProxy(request.Address, listen, request.Public, config.Access);
        }

        var host = await CommandHost.StartAsync(Options, request.Verbose, LogEventLevel.Warning, interrupted, Audit);
        try
        {
            _proxies = host.Services.GetRequiredService<IProxies>();
            return await StayAsync(config, report, interrupted);
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
        request.Json ? new ProxyJson(terminal)
        : terminal.IsLive && !request.Verbose && ProxyTable.TryMake(terminal) is { } table ? table
        : new ProxyLog(terminal, _time);

    private async Task<ImmutableArray<IPEndPoint>> ResolveAsync(CancellationToken ct)
    {
        var found = ImmutableArray.CreateBuilder<IPEndPoint>();
        foreach (var at in request.Listen)
        {
            try
            {
                var addresses = IPAddress.TryParse(at.Host, out var literal) ? [literal] : await Dns.GetHostAddressesAsync(at.Host, ct);
                found.AddRange(addresses.Select(address => new IPEndPoint(address, at.Port)));
            }
            catch (SocketException failure)
            {
                throw Failures.Usage($"--listen {HostPort.Format(at)}: the name cannot be resolved: {failure.Message}", failure);
            }
        }

        IEnumerable<string> hosts = request.Public.IsEmpty ? found.Select(at => at.Address.ToString()) : request.Public.Select(at => at.Host);
        return hosts.Any(IsWildcard)
            ? throw Failures.Usage("clients cannot connect to 0.0.0.0 or [::]; set --public HOST:PORT")
            : found.ToImmutable();
    }

    private static bool IsWildcard(string host) => IPAddress.TryParse(host, out var address) && (address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any));

    private void HangUp(PosixSignalContext signal)
    {
        signal.Cancel = true;
        _hangUps.Writer.TryWrite(true);
    }

    /// <summary>Runs until it is interrupted or fails permanently, then until active pairs have finished.</summary>
    private async Task<ExitCode> StayAsync(ProxyConfig config, IProxyReport report, CancellationToken interrupted)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(interrupted);
        using var drained = new CancellationTokenSource();
        var watching = MeterAsync(report, drained.Token);
        var trimming = TrimAsync(drained.Token);
        var (link, reloads) = (FollowAsync(config, report, over.Token), ReloadAsync(report, over.Token));
        var failure = await await Task.WhenAny(link, reloads, watching);
        await over.CancelAsync();
        await Task.WhenAll(link, reloads);
        if (failure is not null)
        {
            report.Report(new ProxyEvent.Failed(failure));
        }

        if (_ready.Task.IsCompletedSuccessfully && !watching.IsCompleted)
        {
            await DrainAsync(report, watching);
        }

        _ready.TrySetCanceled(CancellationToken.None);
        await drained.CancelAsync();
        await Task.WhenAll(watching, trimming);
        return failure?.Code ?? ExitCode.Done;
    }

    /// <summary>Listens, connects to the server, and reports the status. The engine reconnects by itself.</summary>
    /// <returns>The permanent failure; null = <paramref name="over"/>.</returns>
    private async Task<Failure?> FollowAsync(ProxyConfig config, IProxyReport report, CancellationToken over)
    {
        try
        {
            var status = await StatusAsync(over);
            AccountStatus? last = null;
            await foreach (var link in _proxies.WatchAsync(request.Component, over))
            {
                switch (link)
                {
                    case AccountStatus.Online when _ready.TrySetResult():
                        report.Report(Ready(config, status.EndPoints));
                        break;
                    case AccountStatus.Online:
                        report.Report(new ProxyEvent.Connection(IsUp: true, Why: null));
                        break;
                    case AccountStatus.Offline { Fault: LinkFault.CertificateRefused } untrusted when !_ready.Task.IsCompleted:
                        return new Failure("login", "server", "certificate-not-trusted", untrusted.Why, ExitCode.CertificateNotTrusted);
                    case AccountStatus.Offline { ForGood: true } refused:
                        return new Failure("login", "server", "server-refused", refused.Why, ExitCode.ServerRefused);
                    case AccountStatus.Offline lost when last is not AccountStatus.Offline before || before.Why != lost.Why:
                        report.Report(new ProxyEvent.Connection(IsUp: false, lost.Why));
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
        catch (EngineException fault) when (!_ready.Task.IsCompleted)
        {
            return new Failure("listen", "local", "cannot-listen", fault.Message, ExitCode.CannotListen);
        }
        catch (EngineException fault)
        {
            return Defect(fault);
        }
    }

    private ProxyEvent.Ready Ready(ProxyConfig config, ImmutableArray<IPEndPoint> listen)
    {
        ImmutableArray<string> at = [.. listen.Select(address => address.ToString())];
        var announced = request.Public.Select(address => HostPort.Format(address.Port > 0 ? address : new DnsEndPoint(address.Host, listen[0].Port)));
        return new ProxyEvent.Ready(request.Component, at, request.Public.IsEmpty ? at : [.. announced], config.Access.Entries, config.IsAccessChosen);
    }

    /// <summary>Reloads the configuration on request. An invalid one changes nothing.</summary>
    private async Task<Failure?> ReloadAsync(IProxyReport report, CancellationToken over)
    {
        try
        {
            await foreach (var _ in _hangUps.Reader.ReadAllAsync(over))
            {
                await ReloadOnceAsync(report, over);
            }

            return null;
        }
        catch (OperationCanceledException) when (over.IsCancellationRequested)
        {
            return null;
        }
        catch (EngineException fault)
        {
            return Defect(fault);
        }
    }

    private async Task ReloadOnceAsync(IProxyReport report, CancellationToken over)
    {
        if (request.Config is null)
        {
            report.Remark("SIGHUP reloads the file of --config, but none was given");
            return;
        }

        try
        {
            var config = ProxyConfig.Read(request);
            await _proxies.ReloadAsync(request.Component, config.Hocon, config.Access, over);
            if (Descriptors.Shortage(config.Settings, _listeners) is { } shortage)
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

    /// <summary>Polls the proxy's status, once it is ready.</summary>
    /// <returns>Why the status is no longer available; null = <paramref name="over"/>.</returns>
    private async Task<Failure?> MeterAsync(IProxyReport report, CancellationToken over)
    {
        try
        {
            await _ready.Task;
            using var timer = new PeriodicTimer(report.Interval, _time);
            do
            {
                await MeasureAsync(report, over);
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

    private async Task TrimAsync(CancellationToken over)
    {
        var trim = new MemoryTrim();
        try
        {
            await _ready.Task;
            using var timer = new PeriodicTimer(MemoryTrim.Interval, _time);
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

    private async Task MeasureAsync(IProxyReport report, CancellationToken ct) =>
        report.Report(_meter.Read(await StatusAsync(ct)));

    /// <summary>A proxy that does not respond in time is busy, and its pairs continue: the request is repeated until the engine has stopped.</summary>
    private async Task<BytestreamsProxy.Status> StatusAsync(CancellationToken ct)
    {
        while (true)
        {
            try
            {
                return await _proxies.StatusAsync(request.Component, ct);
            }
            catch (EngineException busy) when (!busy.ForGood)
            {
                // Each attempt itself takes seconds.
            }
        }
    }

    private async Task DrainAsync(IProxyReport report, Task broken)
    {
        var status = await StatusAsync(CancellationToken.None);
        report.Report(new ProxyEvent.Draining(status.Active));
        var drained = _proxies.DrainAsync(request.Component);
        if (await Task.WhenAny(drained, broken) == drained)
        {
            await MeasureAsync(report, CancellationToken.None);
        }

        report.Report(new ProxyEvent.Stopped());
    }

    private static Failure Defect(EngineException fault) => new("proxy", "local", "internal-error", fault.Message, ExitCode.Internal);
}
