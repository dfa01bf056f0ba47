using System.Net;
using Akka.Actor;
using Akka.Event;
using Akka.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ActorTransfer.Scenarios.InProcess;

/// <summary>An application with an actor system of its own, and users of an in-process domain for the engines that join it.</summary>
internal sealed class JoinedApplication : IAsyncDisposable
{
    /// <summary>Settings of the application's actor system, none of which an engine may change.</summary>
    private static readonly string s_hocon =
        $$"""
        akka.logger-formatter = "{{typeof(Formatter).AssemblyQualifiedName}}"
        akka.actor.default-dispatcher.throughput = 17
        akka.coordinated-shutdown.phases.service-unbind.timeout = 3s
        orders-dispatcher { type = ForkJoinDispatcher, throughput = 5, dedicated-thread-pool.thread-count = 1 }
        """;

    private readonly IHost _host;

    private JoinedApplication(IHost host) => _host = host;

    public IServiceProvider Services => _host.Services;

    public ActorSystem System => Services.GetRequiredService<ActorSystem>();

    /// <param name="join">Adds engines; null = none.</param>
    /// <param name="log">Gets the log.</param>
    public static async Task<JoinedApplication> StartAsync(Action<AkkaConfigurationBuilder>? join = null, ILoggerProvider? log = null)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders().SetMinimumLevel(Microsoft.Extensions.Logging.LogLevel.Information);
        if (log is not null)
        {
            builder.Logging.AddProvider(log);
        }

        builder.Services.AddActorTransferServices().AddAkka("application", akka =>
        {
            akka.AddHocon(s_hocon, HoconAddMode.Prepend).ConfigureLoggers(loggers =>
            {
                loggers.LogLevel = Akka.Event.LogLevel.DebugLevel;
                loggers.AddLoggerFactory();
            });
            join?.Invoke(akka);
        });
        var host = builder.Build();
        await host.StartAsync();
        return new JoinedApplication(host);
    }

    /// <summary>Options of an engine with users of the domain and a proxy.</summary>
    public static Action<ActorTransferOptions> Users(LocalDomain domain, string proxy, params Jid[] users) => options =>
    {
        options.AddLocalProxy(domain, Jid.Parse(proxy), new IPEndPoint(IPAddress.Loopback, 0));
        foreach (var user in users)
        {
            options.AddLocalUser(domain, user);
        }
    };

    public Task StopAsync() => _host.StopAsync();

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
    }

    /// <summary>A formatter of the application.</summary>
    public sealed class Formatter : ILogMessageFormatter
    {
        /// <inheritdoc/>
        public string Format(string format, params object[] args) => $"application's: {SemanticLogMessageFormatter.Instance.Format(format, args)}";

        /// <inheritdoc/>
        public string Format(string format, IEnumerable<object> args) => $"application's: {SemanticLogMessageFormatter.Instance.Format(format, args)}";
    }
}
