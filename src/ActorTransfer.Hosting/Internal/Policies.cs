using ActorTransfer.Actors;
using ActorTransfer.Extensibility;
using Microsoft.Extensions.DependencyInjection;

namespace ActorTransfer.Hosting.Internal;

/// <summary>The policies that the application's container supplies; null = none.</summary>
internal sealed record Policies(
    IOfferPolicy? Offers, IDestinationPolicy? Destinations, IContentStagesPolicy? Stages, IAddressPolicy? Addresses, IFileRequestPolicy? Requests)
{
    /// <summary>The policies of an engine.</summary>
    /// <param name="services">The application's container.</param>
    /// <param name="engine">Name of the engine.</param>
    public static Policies Of(IServiceProvider services, string engine) => new(
        Find<IOfferPolicy>(services, engine),
        Find<IDestinationPolicy>(services, engine),
        Find<IContentStagesPolicy>(services, engine),
        Find<IAddressPolicy>(services, engine),
        Find<IFileRequestPolicy>(services, engine));

    /// <summary>Adds what the engine itself asks.</summary>
    public EngineDefinition ApplyTo(EngineDefinition definition) =>
        definition with { Stages = Stages ?? definition.Stages, Addresses = Addresses, Requests = Requests };

    /// <summary>A policy registered under the name of the engine precedes one without a key.</summary>
    private static T? Find<T>(IServiceProvider services, string engine)
        where T : class => services.GetKeyedService<T>(engine) ?? services.GetService<T>();
}
