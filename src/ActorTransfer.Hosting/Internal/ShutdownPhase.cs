using System.Globalization;
using Akka.Actor;
using Akka.Hosting;

namespace ActorTransfer.Hosting.Internal;

/// <summary>The part of engines in the coordinated shutdown of their actor system.</summary>
internal static class ShutdownPhase
{
    private const string Timeout = $"akka.coordinated-shutdown.phases.{CoordinatedShutdown.PhaseServiceRequestsDone}.timeout";

    /// <summary>
    /// Akka's default phase timeout is 5 s; this phase must last as long as what it waits for. A timeout that the application has set is unchanged.
    /// </summary>
    /// <param name="akka">The actor system.</param>
    /// <param name="known">Drain timeout of engines added before; zero = none.</param>
    /// <param name="drain">Drain timeout of this one.</param>
    public static void Configure(AkkaConfigurationBuilder akka, TimeSpan known, TimeSpan drain)
    {
        var set = akka.Configuration.HasValue ? akka.Configuration.Value.GetTimeSpan(Timeout, TimeSpan.Zero, allowInfinite: false) : TimeSpan.Zero;
        var isOurs = known > TimeSpan.Zero && set == LengthOf(known);
        if (set == TimeSpan.Zero || (isOurs && drain > known))
        {
            var milliseconds = string.Create(CultureInfo.InvariantCulture, $"{LengthOf(drain).TotalMilliseconds:0}ms");
            akka.AddHocon($"{Timeout} = {milliseconds}", HoconAddMode.Prepend);
        }
    }

    /// <summary>
    /// Adds the drain of an engine. A node that was removed from its cluster cancels its transfers at once: others have taken over its accounts and
    /// connections, and resume its partial files.
    /// </summary>
    public static void Register(ActorSystem system, EngineInstance engine)
    {
        var shutdown = CoordinatedShutdown.Get(system);
        shutdown.AddTask(CoordinatedShutdown.PhaseServiceRequestsDone, $"{engine.Name}-drain", () => EngineShutdown.DrainAsync(
            engine,
            shutdown.ShutdownReason is CoordinatedShutdown.ClusterDowningReason ? TimeSpan.Zero : engine.Settings.Transfers.DrainTimeout,
            CancellationToken.None));
    }

    private static TimeSpan LengthOf(TimeSpan drain) => drain + (2 * EngineShutdown.Goodbye);
}
