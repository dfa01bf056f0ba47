using System.Globalization;
using Akka.Actor;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Serilog;
using Serilog.Events;

namespace ActorTransfer.Cli;

/// <summary>Starts the host of a command: the engine, and a log on stderr.</summary>
internal static class CommandHost
{
    /// <summary>Without the exception: stack traces are only for --verbose.</summary>
    private const string Line = "[{Timestamp:HH:mm:ss.fff} {Level:u3}] {Message:lj}{NewLine}";

    /// <summary>Starts a host; its connections may not be up yet. The caller stops and disposes it.</summary>
    /// <param name="configure">Configures the engine.</param>
    /// <param name="verbose">Log information and above, instead of level <paramref name="quiet"/> and above.</param>
    /// <param name="quiet">Minimum level. Lost connections and failed starts are never logged: the command prints them.</param>
    /// <param name="ct">Cancels the start.</param>
    /// <param name="reported">A part of the engine whose information is always logged; null = none.</param>
    public static async Task<IHost> StartAsync(
        Action<ActorTransferOptions> configure, bool verbose, LogEventLevel quiet, CancellationToken ct, string? reported = null)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Services.AddSingleton<IHostLifetime, CommandLifetime>();
        builder.Logging.AddSerilog(Log(verbose, quiet, reported), dispose: true);
        builder.Services.AddActorTransfer(configure);
        var host = builder.Build();
        await host.StartAsync(ct);
        return host;
    }

    private static Serilog.ILogger Log(bool verbose, LogEventLevel quiet, string? reported)
    {
        var log = new LoggerConfiguration()
            .MinimumLevel.Is(verbose ? LogEventLevel.Debug : quiet)
            .WriteTo.Console(
                standardErrorFromLevel: LevelAlias.Minimum,
                formatProvider: CultureInfo.InvariantCulture,
                outputTemplate: verbose ? $"{Line}{{Exception}}" : Line);
        if (!verbose)
        {
            log.MinimumLevel.Override("ActorTransfer.Actors.Connections", LevelAlias.Off);
            log.Filter.ByExcluding(entry => entry.Exception is ActorInitializationException);
            if (reported is not null)
            {
                log.MinimumLevel.Override(reported, LogEventLevel.Information);
            }
        }

        return log.CreateLogger();
    }

    /// <summary>The command stops its host; signals cancel the command.</summary>
    private sealed class CommandLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
