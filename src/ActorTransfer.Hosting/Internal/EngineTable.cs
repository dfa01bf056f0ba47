using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using ActorTransfer.Actors;
using Akka.Actor;
using Akka.Actor.Setup;
using Akka.Hosting;

namespace ActorTransfer.Hosting.Internal;

/// <summary>The engines of an actor system, by name. A setup of the system, so that services find it there.</summary>
internal sealed class EngineTable : Setup
{
    private static readonly ConditionalWeakTable<AkkaConfigurationBuilder, EngineTable> s_tables = [];

    private ImmutableDictionary<string, EngineInstance> _engines = ImmutableDictionary<string, EngineInstance>.Empty;

    /// <summary>The longest drain timeout of the engines.</summary>
    public TimeSpan DrainTimeout => _engines.Values.Select(engine => engine.Settings.Transfers.DrainTimeout).DefaultIfEmpty().Max();

    /// <summary>The table of the actor system that is being configured.</summary>
    public static EngineTable Of(AkkaConfigurationBuilder akka) => s_tables.GetValue(akka, static akka =>
    {
        var table = new EngineTable();
        akka.AddSetup(table);
        return table;
    });

    /// <summary>All engines of an actor system.</summary>
    public static IEnumerable<EngineInstance> Of(ActorSystem system) => system.Settings.Setup.Get<EngineTable>().GetOrElse(null!)?._engines.Values ?? [];

    /// <summary>The engine of this name.</summary>
    /// <exception cref="InvalidOperationException">The actor system has no such engine.</exception>
    public static EngineInstance Find(ActorSystem system, string name)
    {
        var engines = Of(system).ToList();
        return engines.Find(engine => engine.Name == name)
            ?? throw new InvalidOperationException(
                $"The actor system {system.Name} has no engine named {name}. "
                + (engines.Count == 0
                    ? "Add one with WithActorTransfer inside AddAkka."
                    : $"It has: {string.Join(", ", engines.Select(engine => engine.Name).Order())}."));
    }

    /// <exception cref="InvalidOperationException">There already is an engine of this name.</exception>
    public void Add(EngineInstance engine)
    {
        if (_engines.ContainsKey(engine.Name))
        {
            throw new InvalidOperationException(
                $"The actor system already has an engine named {engine.Name}. A second engine needs a name of its own: WithActorTransfer<TKey>(name, ...).");
        }

        _engines = _engines.Add(engine.Name, engine);
    }
}
