using System.Globalization;
using Akka.Configuration;

namespace ActorTransfer.Actors.Settings;

/// <summary>Section <c>bulk</c>.</summary>
/// <param name="From">Files of this size and larger use dedicated threads.</param>
/// <param name="Threads">Number of threads; 0 = one per processor.</param>
internal sealed record BulkSettings(long From, int Threads)
{
    /// <summary>Name of the dispatcher of those threads, one for each engine. Without it, all files use the default dispatcher.</summary>
    public string Dispatcher { get; init; } = DispatcherOf(EngineSettings.Root);

    /// <summary>Name of the dispatcher of an engine.</summary>
    public static string DispatcherOf(string engine) => $"{engine}-bulk-dispatcher";

    /// <summary>Its configuration, to be added to that of the actor system.</summary>
    public Config ToDispatcher()
    {
        var threads = Threads == 0 ? Environment.ProcessorCount : Threads;
        var pool = string.Create(CultureInfo.InvariantCulture, $"dedicated-thread-pool {{ thread-count = {threads}, threadtype = background }}");
        return ConfigurationFactory.ParseString($"{Dispatcher} {{ type = ForkJoinDispatcher, throughput = 1, {pool} }}");
    }

    internal static BulkSettings Read(SettingsReader reader) => new(reader.Size("bulk.from"), reader.CountOrOff("bulk.threads"));
}
