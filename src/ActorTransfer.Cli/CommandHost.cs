using System.Globalization;
using ActorTransfer.Cli.Exports;
using ActorTransfer.Cli.Output;
using Akka.Actor;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Serilog;
using Serilog.Core;
using Serilog.Events;

namespace ActorTransfer.Cli;

/// <summary>Starts the host of a command: the engine, and a log on stderr.</summary>
internal static class CommandHost
{
    /// <summary>Without the exception: stack traces are only for --verbose.</summary>
    private const string Line = "[{Timestamp:HH:mm:ss.fff} {Level:u3}] {Message:lj}{NewLine}";

    private const string FileLine = "{Timestamp:yyyy-MM-dd HH:mm:ss.fff zzz} {Level:u3} {SourceContext}: {Message:lj}{NewLine}{Exception}";

    private const long MaxLogFile = 100 << 20;

    private const int MaxLogFiles = 5;

    /// <summary>Starts a host; its connections may not be up yet. The caller stops and disposes it.</summary>
    /// <param name="configure">Configures the engine.</param>
    /// <param name="output">What is logged: with <c>--verbose</c> information and above, otherwise level <paramref name="quiet"/> and above.</param>
    /// <param name="quiet">Minimum level. Lost connections and failed starts are never logged: the command prints them.</param>
    /// <param name="ct">Cancels the start.</param>
    /// <param name="reported">A part of the engine whose information is always logged; null = none.</param>
    /// <param name="exports">Where metrics and traces go; null = nowhere.</param>
    public static Task<IHost> StartAsync(
        Action<ActorTransferOptions> configure, OutputRequest output, LogEventLevel quiet, CancellationToken ct, string? reported = null,
        ExportRequest? exports = null) =>
        StartAsync(services => services.AddActorTransfer(configure), output, quiet, reported, exports, ct);

    /// <inheritdoc cref="StartAsync(Action{ActorTransferOptions}, OutputRequest, LogEventLevel, CancellationToken, string?, ExportRequest?)"/>
    /// <param name="addEngine">Adds the engine to the services.</param>
    /// <param name="output">What is logged.</param>
    /// <param name="quiet">Minimum level.</param>
    /// <param name="reported">A part of the engine whose information is always logged.</param>
    /// <param name="exports">Where metrics and traces go.</param>
    /// <param name="ct">Cancels the start.</param>
    public static async Task<IHost> StartAsync(
        Action<IServiceCollection> addEngine, OutputRequest output, LogEventLevel quiet, string? reported, ExportRequest? exports, CancellationToken ct)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Services.AddSingleton<IHostLifetime, CommandLifetime>();
        builder.Logging.AddSerilog(Log(output, quiet, reported), dispose: true);
        if (exports is { IsNone: false })
        {
            builder.Services.AddHostedService(_ => new Exporters(exports)); // first, so that it ends last
        }

        addEngine(builder.Services);
        var host = builder.Build();
        await host.StartAsync(ct);
        return host;
    }

    private static Serilog.ILogger Log(OutputRequest output, LogEventLevel quiet, string? reported)
    {
        var log = new LoggerConfiguration()
            .MinimumLevel.Is(output.Verbose || output.LogFile is not null ? LogEventLevel.Debug : quiet)
            .MinimumLevel.Override("Microsoft", LogEventLevel.Warning)
            .WriteTo.Logger(screen => ToScreen(screen, output, quiet, reported));
        if (reported is not null)
        {
            log.MinimumLevel.Override(reported, LogEventLevel.Information);
        }

        if (output.LogFile is { } file)
        {
            log.WriteTo.File(
                file,
                outputTemplate: FileLine,
                formatProvider: CultureInfo.InvariantCulture,
                fileSizeLimitBytes: MaxLogFile,
                rollOnFileSizeLimit: true,
                retainedFileCountLimit: MaxLogFiles);
        }

        return log.CreateLogger();
    }

    private static void ToScreen(LoggerConfiguration log, OutputRequest output, LogEventLevel quiet, string? reported)
    {
        log.MinimumLevel.Debug().WriteTo.Console(
            standardErrorFromLevel: LevelAlias.Minimum,
            formatProvider: CultureInfo.InvariantCulture,
            outputTemplate: output.Verbose ? $"{Line}{{Exception}}" : Line);
        if (!output.Verbose)
        {
            // A filter, because a logger inside another one has no levels of its own for parts of the engine.
            log.Filter.ByIncludingOnly(entry => IsShown(entry, quiet, output.Quiet ? null : reported));
        }
    }

    private static bool IsShown(LogEvent entry, LogEventLevel quiet, string? reported)
    {
        var level = reported is not null && IsFrom(entry, reported) ? LogEventLevel.Information : quiet;
        return entry.Level >= level && !IsFrom(entry, "ActorTransfer.Actors.Connections")
            && entry.Exception is not (ActorInitializationException or CommandException);
    }

    private static bool IsFrom(LogEvent entry, string part) =>
        entry.Properties.GetValueOrDefault(Constants.SourceContextPropertyName) is ScalarValue { Value: string source }
        && (source == part || source.StartsWith(part + ".", StringComparison.Ordinal));

    /// <summary>The command stops its host; signals cancel the command.</summary>
    internal sealed class CommandLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
