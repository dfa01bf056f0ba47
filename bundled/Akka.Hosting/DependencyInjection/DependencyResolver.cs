#nullable disable // Akka.NET 1.5 carries no null annotations; callers must compile the same against it.

using Akka.Actor;
using Akka.Actor.Setup;
using Akka.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Akka.DependencyInjection;

/// <summary>Gives actors what the host's service provider holds.</summary>
public interface IDependencyResolver
{
    IResolverScope CreateScope();

    T GetService<T>();

    object GetService(Type type);

    Props Props(Type type, params object[] args);

    Props Props(Type type);

    Props Props<T>(params object[] args) where T : ActorBase;
}

/// <summary>Services that live until it is disposed; whoever created it does that.</summary>
public interface IResolverScope : IDisposable
{
    IDependencyResolver Resolver { get; }
}

/// <summary>The resolver of an actor system: constructor arguments not given explicitly come from the service provider.</summary>
public sealed class DependencyResolver : IExtension
{
    public DependencyResolver(IDependencyResolver resolver) => Resolver = resolver;

    public IDependencyResolver Resolver { get; }

    public static DependencyResolver For(ActorSystem actorSystem) =>
        actorSystem.WithExtension<DependencyResolver, DependencyResolverExtension>();

    public Props Props<T>(params object[] args) where T : ActorBase => Resolver.Props<T>(args);

    public Props Props<T>() where T : ActorBase => Resolver.Props<T>();

    public Props Props(Type type) => Resolver.Props(type);

    public Props Props(Type type, params object[] args) => Resolver.Props(type, args);
}

/// <summary>Takes the resolver from the <see cref="DependencyResolverSetup"/> the system was created with.</summary>
public sealed class DependencyResolverExtension : ExtensionIdProvider<DependencyResolver>
{
    public override DependencyResolver CreateExtension(ExtendedActorSystem system)
    {
        var setup = system.Settings.Setup.Get<DependencyResolverSetup>();
        return setup.HasValue
            ? new DependencyResolver(setup.Value.DependencyResolver)
            : throw new ConfigurationException("The actor system was created without a DependencyResolverSetup.");
    }
}

/// <summary>Tells a new actor system where services come from.</summary>
public class DependencyResolverSetup : Setup
{
    internal DependencyResolverSetup(IDependencyResolver dependencyResolver) => DependencyResolver = dependencyResolver;

    public IDependencyResolver DependencyResolver { get; }

    public static DependencyResolverSetup Create(IServiceProvider provider)
    {
        ArgumentNullException.ThrowIfNull(provider);
        return new DependencyResolverSetup(new ServiceProviderDependencyResolver(provider));
    }

    public static DependencyResolverSetup Create(IDependencyResolver provider)
    {
        ArgumentNullException.ThrowIfNull(provider);
        return new DependencyResolverSetup(provider);
    }
}

/// <summary>Resolves from a service provider, which it does not own.</summary>
public class ServiceProviderDependencyResolver : IDependencyResolver
{
    public ServiceProviderDependencyResolver(IServiceProvider serviceProvider) => ServiceProvider = serviceProvider;

    public IServiceProvider ServiceProvider { get; }

    public IResolverScope CreateScope() => new Scope(ServiceProvider.CreateScope());

    public T GetService<T>() => ServiceProvider.GetService<T>();

    public object GetService(Type type) => ServiceProvider.GetService(type);

    public Props Props(Type type, params object[] args) => typeof(ActorBase).IsAssignableFrom(type)
        ? Akka.Actor.Props.CreateBy(new Producer(ServiceProvider, type, args))
        : throw new ArgumentException($"[{type}] is no actor", nameof(type));

    public Props Props(Type type) => Props(type, []);

    public Props Props<T>(params object[] args) where T : ActorBase => Props(typeof(T), args);

    private sealed class Scope(IServiceScope scope) : IResolverScope
    {
        public IDependencyResolver Resolver { get; } = new ServiceProviderDependencyResolver(scope.ServiceProvider);

        public void Dispose() => scope.Dispose();
    }

    private sealed class Producer(IServiceProvider provider, Type type, object[] args) : IIndirectActorProducer
    {
        public Type ActorType => type;

        public ActorBase Produce() => (ActorBase)ActivatorUtilities.CreateInstance(provider, type, args);

        // Services belong to the provider, the actor to its cell.
        public void Release(ActorBase actor)
        {
        }
    }
}
