using Akka.Configuration;
using Akka.Util;

namespace Akka.Actor.Setup
{
    /// <summary>A piece of an actor system's configuration that is made in code.</summary>
    public abstract class Setup
    {
    }

    /// <summary>Pieces of configuration, at most one of a type.</summary>
    public sealed class ActorSystemSetup
    {
        public static readonly ActorSystemSetup Empty = new([]);

        private readonly Dictionary<Type, Setup> _setups;

        private ActorSystemSetup(Dictionary<Type, Setup> setups) => _setups = setups;

        public static ActorSystemSetup Create(params Setup[] setup) => new(setup.ToDictionary(s => s.GetType()));

        public Option<T> Get<T>()
            where T : Setup => _setups.TryGetValue(typeof(T), out var setup) ? (T)setup : Option<T>.None;

        public ActorSystemSetup WithSetup<T>(T setup)
            where T : Setup => new(new Dictionary<Type, Setup>(_setups) { [setup.GetType()] = setup });

        public ActorSystemSetup And<T>(T setup)
            where T : Setup => WithSetup(setup);

        public override string ToString() => $"ActorSystemSetup({string.Join(",", _setups.Keys.Select(t => t.Name))})";
    }
}

namespace Akka.Actor
{
    public sealed class BootstrapSetup : Setup.Setup
    {
        private BootstrapSetup(Option<Config> config) => Config = config;

        public Option<Config> Config { get; }

        public static BootstrapSetup Create() => new(Option<Config>.None);

        public BootstrapSetup WithConfig(Config config) => new(config);
    }
}
