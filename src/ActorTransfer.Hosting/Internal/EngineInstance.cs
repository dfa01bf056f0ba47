using System.Diagnostics.Metrics;
using ActorTransfer.Actors;
using ActorTransfer.Actors.Instrumentation;
using ActorTransfer.Actors.Settings;
using ActorTransfer.Hosting.Configuration;
using Akka.Actor;
using Akka.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace ActorTransfer.Hosting.Internal;

/// <summary>An engine of an actor system, from its configuration on.</summary>
/// <param name="name">Its name, see <see cref="EngineTable"/>.</param>
/// <param name="code">How the application's code configured it.</param>
/// <param name="setup">How code and configuration do together.</param>
internal sealed class EngineInstance(string name, ActorTransferOptions code, EngineSetup setup)
{
    public string Name => name;

    public ActorTransferOptions Options => setup.Options;

    public EngineSettings Settings => setup.Settings;

    public ConfigurationReload Reload { get; } = new(code, setup);

    public EngineLifetime Lifetime { get; } = new();

    /// <summary>Accounts of other nodes; null = there are no other nodes.</summary>
    public IRemoteAccounts? Remote { get; set; }

    /// <summary>The cluster of this node; null = there are no other nodes.</summary>
    public IClusterView? Cluster { get; set; }

    /// <summary>Passes offers to the application. Set when the engine starts.</summary>
    public OfferRouter Offers { get; private set; } = null!;

    /// <summary>Starts the actors, <c>/user/{name}</c> and <c>/user/{name}-gateway</c>.</summary>
    /// <typeparam name="TKey">Key of the gateway in the registry.</typeparam>
    public void Start<TKey>(ActorSystem system, IActorRegistry registry, IServiceProvider services)
    {
        EngineMetrics.Register(system, services.GetService<IMeterFactory>());
        var policies = Policies.Of(services, name);
        Offers = new OfferRouter(this, policies);
        var gateway = system.ActorOf(TransferGateway.Props(this), $"{name}-gateway");
        // Created before the engine, so that a failed start is not missed.
        system.EventStream.Subscribe(gateway, typeof(Engine.Fault));
        var definition = policies.ApplyTo(setup.Options.Build()) with { Node = setup.Options.Node?.Invoke(system) ?? 0 };
        var engine = system.ActorOf(EngineActor.Props(definition, setup.Settings), name);
        gateway.Tell(new TransferGateway.Serve(engine));
        Reload.Watch(gateway, engine, Lifetime.Ended);
        registry.Register<TKey>(gateway);
        Lifetime.Opened(gateway);
        if (Offers.HasPolicy)
        {
            Offers.Subscribe(system, gateway);
        }

        ShutdownPhase.Register(system, this);
    }
}
