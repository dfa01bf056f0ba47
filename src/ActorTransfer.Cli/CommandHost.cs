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
    /// <summary>Without the exception, whose stack trace is for those who asked for the log.</summary>
    private const string Line = "[{Timestamp:HH:mm:ss.fff} {Level:u3}] {Message:lj}{NewLine}";

    /// <summary>Starts a host; its connections may not be up yet. The caller stops and disposes it.</summary>
    /// <param name="configure">What the engine is made of.</param>
    /// <param name="verbose">Log everything worth knowing, instead of what is at least of level <paramref name="quiet"/>.</param>
    /// <param name="quiet">Lost connections, and what keeps the engine from starting, are below every level: they are the command's own line.</param>
    /// <param name="ct">Ends the start.</param>
    /// <param name="told">A part of the engine whose information is logged all the same; null = none.</param>
    public static async Task<IHost> StartAsync(
        Action<ActorTransferOptions> configure, bool verbose, LogEventLevel quiet, CancellationToken ct, string? told = null)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Services.AddSingleton<IHostLifetime, CommandLifetime>();
        builder.Logging.AddSerilog(Log(verbose, quiet, told), dispose: true);
        builder.Services.AddActorTransfer(configure);
        var host = builder.Build();
        await host.StartAsync(ct);
        return host;
    }

    private static Serilog.ILogger Log(bool verbose, LogEventLevel quiet, string? told)
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
            if (told is not null)
            {
                log.MinimumLevel.Override(told, LogEventLevel.Information);
            }
        }

        return log.CreateLogger();
    }

    /// <summary>The command ends its host by itself; signals cancel the command.</summary>
    private sealed class CommandLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
