using Akka.Actor;
using Akka.Actor.Setup;
using Akka.Configuration;
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

/// <summary>Collects what a hosted actor system is made of. Changes after the start are ignored.</summary>
public sealed class AkkaConfigurationBuilder
{
    /// <summary>What the system is created with beside its configuration.</summary>
    public readonly HashSet<Setup> Setups = [];

    private readonly string _actorSystemName;
    private readonly IServiceCollection _services;
    private readonly List<Action<ActorSystem, IActorRegistry>> _actorStarters = [];
    private bool _complete;

    public AkkaConfigurationBuilder(IServiceCollection serviceCollection, string actorSystemName)
    {
        _services = serviceCollection;
        _actorSystemName = actorSystemName;
    }

    public Option<Config> Configuration { get; private set; } = Option<Config>.None;

    internal AkkaConfigurationBuilder StartActors(Action<ActorSystem, IActorRegistry> starter)
    {
        if (!_complete)
            _actorStarters.Add(starter);
        return this;
    }

    internal AkkaConfigurationBuilder AddSetup(Setup setup)
    {
        if (!_complete)
            Setups.Add(setup);
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

    internal void Start(ActorSystem system)
    {
        if (_complete)
            return;
        _complete = true;
        var registry = ActorRegistry.For(system);
        foreach (var starter in _actorStarters)
            starter(system, registry);
    }

    private static ActorSystem CreateSystem(IServiceProvider provider)
    {
        // Resolving the builder is what runs the host's own configuration of it.
        var builder = provider.GetRequiredService<AkkaConfigurationBuilder>();
        if (!builder.Setups.OfType<LoggerFactorySetup>().Any() && provider.GetService<ILoggerFactory>() is { } loggers)
            builder.AddSetup(new LoggerFactorySetup(loggers));

        var config = builder.Configuration.HasValue ? builder.Configuration.Value : Config.Empty;
        var setup = ActorSystemSetup.Create(BootstrapSetup.Create().WithConfig(config));
        foreach (var added in builder.Setups)
            setup = setup.And(added);
        return ActorSystem.Create(builder._actorSystemName, setup);
    }
}
