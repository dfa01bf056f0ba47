using ActorTransfer.AspNetCore.Page;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace ActorTransfer;

/// <summary>The live page of ActorTransfer in an ASP.NET Core application.</summary>
public static class ActorTransferEndpoints
{
    /// <summary>
    /// Maps a page with the active transfers, the last failures, accounts, proxies and throughput, on which transfers can be cancelled and paused and the
    /// engine be drained. Only requests of this machine are answered: from a loopback address, to a loopback name, and not forwarded by a proxy. With
    /// <c>.RequireAuthorization(...)</c> on the result the policy decides instead. Monitoring (<see cref="ITransferMonitor"/>) starts with the application.
    /// </summary>
    /// <param name="endpoints">The application; <c>AddActorTransfer</c> must have been called.</param>
    /// <param name="pattern">Path of the page, without route parameters.</param>
    /// <param name="engine">Name of the engine; null = the default engine.</param>
    /// <returns>For conventions such as <c>RequireAuthorization</c> and <c>RequireHost</c>.</returns>
    /// <exception cref="InvalidOperationException"><c>AddActorTransfer</c> has not been called.</exception>
    public static IEndpointConventionBuilder MapActorTransfer(this IEndpointRouteBuilder endpoints, string pattern = "/transfers", string? engine = null)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        ArgumentException.ThrowIfNullOrWhiteSpace(pattern);
        var services = endpoints.ServiceProvider;
        var monitor = (engine is null ? services.GetService<ITransferMonitor>() : services.GetKeyedService<ITransferMonitor>(engine))
            ?? throw new InvalidOperationException("MapActorTransfer needs AddActorTransfer on the services of the application.");
        var lifetime = services.GetRequiredService<IHostApplicationLifetime>();
        var feed = new PageFeed(monitor, services.GetService<TimeProvider>() ?? TimeProvider.System);
        var page = new PageHandlers(monitor, feed, lifetime.ApplicationStopping);
        lifetime.ApplicationStarted.Register(() => _ = feed.StartMonitoringAsync(lifetime.ApplicationStopping));
        var group = endpoints.MapGroup(pattern);
        page.Map(group);
        return group;
    }
}
