using Akka.Actor;
using Akka.Actor.Setup;
using Akka.Configuration;
using Akka.DependencyInjection;
using Akka.Hosting.Logging;
using Akka.Util;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Akka.Hosting;

/// <summary>Where added HOCON goes: behind what is there, before it, or in its place.</summary>
public enum HoconAddMode
{
    /// <summary>What is there already wins.</summary>
    Append,

    /// <summary>The added settings win.</summary>
    Prepend,

    /// <summary>As <see cref="Prepend"/>: Akka.Hosting keeps the settings that are not overridden.</summary>
    Replace,
}

/// <summary>Starts actors and registers them.</summary>
public delegate Task ActorStarter(ActorSystem system, IActorRegistry registry);

/// <summary>Starts actors that need services, and registers them.</summary>
public delegate Task ActorStarterWithResolver(ActorSystem system, IActorRegistry registry, IDependencyResolver resolver);

/// <summary>Runs once all actors of all starters are up.</summary>
public delegate Task StartupTask(ActorSystem system, IActorRegistry registry);

/// <summary>Collects what a hosted actor system is made of. Changes after the start are ignored.</summary>
public sealed class AkkaConfigurationBuilder
{
    /// <summary>What the system is created with beside its configuration.</summary>
    public readonly HashSet<Setup> Setups = [];

    private readonly string _actorSystemName;
    private readonly IServiceCollection _services;
    private readonly List<Type> _extensions = [];
    private readonly List<ActorStarter> _actorStarters = [];
    private readonly List<StartupTask> _startupTasks = [];
    private bool _complete;

    public AkkaConfigurationBuilder(IServiceCollection serviceCollection, string actorSystemName)
    {
        _services = serviceCollection;
        _actorSystemName = actorSystemName;
    }

    public Option<Config> Configuration { get; private set; } = Option<Config>.None;

    public AkkaConfigurationBuilder StartActors(Action<ActorSystem, IActorRegistry> starter) => StartActors(Async(starter));

    public AkkaConfigurationBuilder StartActors(Action<ActorSystem, IActorRegistry, IDependencyResolver> starter) =>
        StartActors(Async((system, registry) => starter(system, registry, DependencyResolver.For(system).Resolver)));

    public AkkaConfigurationBuilder StartActors(ActorStarter starter)
    {
        if (!_complete)
            _actorStarters.Add(starter);
        return this;
    }

    public AkkaConfigurationBuilder StartActors(ActorStarterWithResolver starter) =>
        StartActors(new ActorStarter((system, registry) => starter(system, registry, DependencyResolver.For(system).Resolver)));

    public AkkaConfigurationBuilder AddStartup(Action<ActorSystem, IActorRegistry> startupTask) =>
        AddStartup(new StartupTask(Async(startupTask)));

    public AkkaConfigurationBuilder AddStartup(StartupTask startupTask)
    {
        if (!_complete)
            _startupTasks.Add(startupTask);
        return this;
    }

    public AkkaConfigurationBuilder WithExtensions(params Type[] extensions)
    {
        foreach (var extension in extensions)
        {
            if (!typeof(IExtensionId).IsAssignableFrom(extension) || extension.IsAbstract || !extension.IsClass)
                throw new ConfigurationException($"[{extension}] is no extension that can be created");
            if (!_extensions.Contains(extension))
                _extensions.Add(extension);
        }

        return this;
    }

    public AkkaConfigurationBuilder WithExtension<T>() where T : IExtensionId => WithExtensions(typeof(T));

    internal AkkaConfigurationBuilder AddSetup(Setup setup)
    {
        if (_complete)
            return this;
        if (setup is BootstrapSetup bootstrap)
        {
            // The system gets a bootstrap of its own later; only the settings in this one count.
            if (bootstrap.Config.HasValue)
                AddHocon(bootstrap.Config.Value, HoconAddMode.Prepend);
        }
        else if (setup is not DependencyResolverSetup)
        {
            Setups.Add(setup);
        }

        return this;
    }

    internal AkkaConfigurationBuilder AddHocon(Config added, HoconAddMode mode)
    {
        ArgumentNullException.ThrowIfNull(added);
        if (_complete)
            return this;
        var current = Configuration.HasValue ? Configuration.Value : Config.Empty;
        Configuration = mode == HoconAddMode.Append ? current.WithFallback(added) : added.WithFallback(current);
        return this;
    }

    internal void Bind()
    {
        _services.AddSingleton(CreateSystem);
        _services.AddSingleton(sp => ActorRegistry.For(sp.GetRequiredService<ActorSystem>()));
        _services.AddSingleton<IActorRegistry>(sp => sp.GetRequiredService<ActorRegistry>());
        _services.AddSingleton<IReadOnlyActorRegistry>(sp => sp.GetRequiredService<ActorRegistry>());
        _services.AddSingleton(typeof(IRequiredActor<>), typeof(RequiredActor<>));
    }

    internal async Task StartAsync(ActorSystem system)
    {
        if (_complete)
            return;
        _complete = true;
        var registry = ActorRegistry.For(system);
        foreach (var starter in _actorStarters)
            await starter(system, registry).ConfigureAwait(false);
        foreach (var task in _startupTasks)
            await task(system, registry).ConfigureAwait(false);
    }

    private static ActorStarter Async(Action<ActorSystem, IActorRegistry> starter) => (system, registry) =>
    {
        starter(system, registry);
        return Task.CompletedTask;
    };

    private static ActorSystem CreateSystem(IServiceProvider provider)
    {
        // Resolving the builder is what runs the host's own configuration of it.
        var builder = provider.GetRequiredService<AkkaConfigurationBuilder>();
        builder.ListExtensions();
        if (!builder.Setups.OfType<LoggerFactorySetup>().Any() && provider.GetService<ILoggerFactory>() is { } loggers)
            builder.AddSetup(new LoggerFactorySetup(loggers));

        var config = builder.Configuration.HasValue ? builder.Configuration.Value : Config.Empty;
        var setup = BootstrapSetup.Create().WithConfig(config).And(DependencyResolverSetup.Create(provider));
        foreach (var added in builder.Setups)
            setup = setup.And(added);
        return ActorSystem.Create(builder._actorSystemName, setup);
    }

    private void ListExtensions()
    {
        if (_extensions.Count == 0)
            return;
        var listed = Configuration.HasValue ? Configuration.Value.GetStringList("akka.extensions") : [];
        var names = listed.Concat(_extensions.Select(e => e.AssemblyQualifiedName!)).Distinct().Select(name => $"\"{name}\"");
        AddHocon($"akka.extensions = [{string.Join(", ", names)}]", HoconAddMode.Prepend);
    }
}
