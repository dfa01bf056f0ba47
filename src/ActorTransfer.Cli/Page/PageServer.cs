using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace ActorTransfer.Cli.Page;

/// <summary>Serves the live page of a command's engine. Nothing of ASP.NET Core is loaded without it.</summary>
internal static class PageServer
{
    /// <summary>Starts it.</summary>
    /// <param name="at">Loopback address; port 0 = any free port.</param>
    /// <param name="engine">Services of the engine's host.</param>
    /// <param name="report">Receives the address of the page.</param>
    /// <param name="ct">Cancels the start.</param>
    /// <returns>Stops it.</returns>
    /// <exception cref="CommandException">It cannot listen there.</exception>
    public static async Task<IAsyncDisposable> StartAsync(IPEndPoint at, IServiceProvider engine, Action<string> report, CancellationToken ct)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Listen(at);
        });
        builder.Services.AddRoutingCore();
        builder.Services.AddSingleton<IHostLifetime, CommandHost.CommandLifetime>();
        builder.Services.AddSingleton(engine.GetRequiredService<ITransferMonitor>());
        var application = builder.Build();
        application.MapActorTransfer("/");
        try
        {
            await application.StartAsync(ct);
        }
        catch (IOException failure)
        {
            await application.DisposeAsync();
            throw new CommandException(ExitCode.CannotListen, $"--page {at}: {failure.Message}", failure);
        }

        var addresses = application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses;
        report($"{addresses.First()}/");
        return application;
    }
}
