using Akka.Actor;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Akka.Hosting;

/// <summary>Starts the actor system with the host and ends it with the host; ends the host if the system ends first.</summary>
public class AkkaHostedService(
    AkkaConfigurationBuilder configurationBuilder,
    IServiceProvider serviceProvider,
    ILogger<AkkaHostedService> logger,
    IHostApplicationLifetime? applicationLifetime) : IHostedService
{
    private static readonly TimeSpan StopAfterFailedStart = TimeSpan.FromSeconds(3);

    private CoordinatedShutdown? _shutdown;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            var system = serviceProvider.GetRequiredService<ActorSystem>();
            _shutdown = CoordinatedShutdown.Get(system);
            configurationBuilder.Start(system);
            _ = StopHostAfterAsync(system.WhenTerminated);
        }
        catch (Exception exception)
        {
            logger.LogCritical(exception, "Unable to start AkkaHostedService - shutting down application");
            using var limit = new CancellationTokenSource(StopAfterFailedStart);
            await StopAsync(limit.Token).ConfigureAwait(false);
            throw;
        }
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        // Without it the system never came up, and the failure has been told already.
        if (_shutdown is not null)
            await _shutdown.Run(CoordinatedShutdown.ClrExitReason.Instance).ConfigureAwait(false);
    }

    private async Task StopHostAfterAsync(Task terminated)
    {
        await terminated.ConfigureAwait(false);
        applicationLifetime?.StopApplication();
    }
}
