using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Hosting;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace ActorTransfer.Cli.Exports;

/// <summary>
/// Exports metrics and traces until it is disposed, which sends the rest. Nothing of OpenTelemetry is loaded without it.
/// </summary>
internal sealed class Exporters(ExportRequest request) : IHostedService, IDisposable
{
    private const int GrpcPort = 4317;

    private MeterProvider? _metrics;
    private TracerProvider? _traces;

    /// <exception cref="CommandException">The address of <c>--metrics</c> cannot be listened on.</exception>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        var version = typeof(Exporters).Assembly.GetName().Version?.ToString(3);
        var resource = ResourceBuilder.CreateDefault().AddService("actor-transfer", serviceVersion: version);
        var metrics = Sdk.CreateMeterProviderBuilder().SetResourceBuilder(resource).AddActorTransferInstrumentation();
        if (request.Otlp is { } collector)
        {
            metrics.AddOtlpExporter(options => Send(options, collector, "v1/metrics"));
        }

        if (request.Metrics is { } at)
        {
            metrics.AddPrometheusHttpListener(options =>
            {
                options.Host = at.Host is "0.0.0.0" or "::" ? "*" : at.Host.Contains(':', StringComparison.Ordinal) ? $"[{at.Host}]" : at.Host;
                options.Port = at.Port;
                options.ScopeInfoEnabled = false;
                options.TargetInfoEnabled = false;
            });
        }

        _traces = request.Otlp is { } endPoint
            ? Sdk.CreateTracerProviderBuilder().SetResourceBuilder(resource).AddActorTransferInstrumentation()
                .AddOtlpExporter(options => Send(options, endPoint, "v1/traces")).Build()
            : null;
        try
        {
            _metrics = metrics.Build();
            return Task.CompletedTask;
        }
        catch (Exception failure) when (failure.GetBaseException() is HttpListenerException or SocketException)
        {
            throw new CommandException(
                ExitCode.CannotListen, $"--metrics {HostPort.Format(request.Metrics!)}: cannot listen there: {failure.GetBaseException().Message}", failure);
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose()
    {
        _metrics?.Dispose();
        _traces?.Dispose();
    }

    private static void Send(OtlpExporterOptions options, Uri collector, string path)
    {
        var isGrpc = collector.Port == GrpcPort;
        options.Protocol = isGrpc ? OtlpExportProtocol.Grpc : OtlpExportProtocol.HttpProtobuf;
        options.Endpoint = isGrpc ? collector : new Uri(collector, $"{collector.AbsolutePath.TrimEnd('/')}/{path}");
    }
}
