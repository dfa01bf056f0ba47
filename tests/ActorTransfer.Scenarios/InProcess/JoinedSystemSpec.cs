using System.Net;
using ActorTransfer.Protocol;
using ActorTransfer.Protocol.ProxyService;
using ActorTransfer.Scenarios.Prosody;
using Akka.Actor;
using Akka.Event;
using Akka.Hosting;
using Akka.Hosting.Logging;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ActorTransfer.Scenarios.InProcess;

/// <summary>The engine in an actor system that the application has created.</summary>
public sealed class JoinedSystemSpec
{
    private static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Joined_system_must_keep_its_name_loggers_and_formatter()
    {
        using var log = new LogLines();
        using var host = await StartAsync(log);
        var system = host.Services.GetRequiredService<ActorSystem>();

        Assert.Equal("application", system.Name);
        Assert.IsType<Formatter>(system.Settings.LogFormatter);
        Assert.Equal([typeof(LoggerFactoryLogger).AssemblyQualifiedName], system.Settings.Loggers);
        Assert.Equal(("WARNING", "Debug"), (system.Settings.StdoutLogLevel, system.Settings.LogLevel));
        await host.StopAsync();
    }

    [Fact]
    public async Task Names_of_peers_must_not_forge_lines_with_any_logger_of_a_joined_system()
    {
        const string name = "a\n[12:00:00 ERR] forged\u061C\u202Egnp.exe";
        using var log = new LogLines();
        using var host = await StartAsync(log);
        var transfers = host.Services.GetRequiredService<IFileTransfers>();
        await transfers.ReadyAsync().WaitAsync(MaxWait);

        var sent = await transfers.SendAsync(LocalDomainHost.Receiver, new MemoryStream([1]), new FileDescription(name, 1), new SendOptions("iphone"));
        await using var offers = transfers.IncomingAsync().GetAsyncEnumerator();
        Assert.True(await offers.MoveNextAsync().AsTask().WaitAsync(MaxWait));
        await offers.Current.RejectAsync("no\nyes\u202E");
        Assert.IsType<TransferOutcome.Refused>(await sent.Completion.WaitAsync(MaxWait));
        await log.HasAsync("forged", MaxWait);
        await log.HasAsync("yes", MaxWait);
        await host.StopAsync();

        Assert.Contains(log.Lines, line => line.Contains("application's: Transfer", StringComparison.Ordinal));
        Assert.All(log.Lines, line => Assert.True(PrintableText.IsPrintable(line, int.MaxValue), line));
    }

    private static async Task<IHost> StartAsync(ILoggerProvider log)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders().AddProvider(log).SetMinimumLevel(Microsoft.Extensions.Logging.LogLevel.Information);
        builder.Services.AddAkka("application", akka => akka
            .AddHocon($"akka.logger-formatter = \"{typeof(Formatter).AssemblyQualifiedName}\"", HoconAddMode.Prepend)
            .ConfigureLoggers(loggers =>
            {
                loggers.LogLevel = Akka.Event.LogLevel.DebugLevel;
                loggers.AddLoggerFactory();
            }));
        var domain = new LocalDomain(Jid.Parse("local.test"));
        builder.Services.AddActorTransfer(options => options
            .AddLocalUser(domain, LocalDomainHost.Sender)
            .AddLocalUser(domain, LocalDomainHost.Receiver)
            .AddLocalProxy(domain, Jid.Parse("proxy.local.test"), new IPEndPoint(IPAddress.Loopback, 0)));
        var host = builder.Build();
        await host.StartAsync();
        return host;
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
