using System.Diagnostics.Metrics;
using System.Reflection;
using ActorTransfer.Extensibility;
using ActorTransfer.Transports.Sockets;
using ActorTransfer.Transports.Sockets.Linux;
using Akka.Actor;

namespace ActorTransfer.Actors.Instrumentation;

/// <summary>
/// The metrics of the engines of one actor system, in the meter <see cref="Telemetry.MeterName"/>. Without a listener a measurement costs one comparison;
/// attributes that would cost more are computed only if the instrument is enabled. Thread-safe.
/// </summary>
internal sealed class EngineMetrics : IExtension
{
    private readonly Counter<long> _failures;

    /// <param name="meter">Creates the instruments.</param>
    public EngineMetrics(Meter meter)
    {
        Meter = meter;
        Transfers = new TransferMetrics(meter);
        Connections = new ConnectionMetrics(meter);
        InBand = new InBandMetrics(meter);
        Proxy = new ProxyMetrics(meter);
        _failures = meter.CreateCounter<long>(
            "actortransfer.actors.failures", "{failure}", "Messages that an actor of the engine failed to handle; each is logged.");
        SocketFaults = meter.CreateObservableCounter(
            "actortransfer.sockets.faults", () => PollerFaults.Count, "{fault}", "Unexpected exceptions on socket threads of the process; each is logged.");
        meter.CreateObservableUpDownCounter(
            "actortransfer.buffers.rented", () => Chunk.Outstanding, "{buffer}", "Buffers of byte streams in use in the process.");
        meter.CreateObservableCounter(
            "actortransfer.buffers.lost", () => Chunk.Lost, "{buffer}", "Buffers that were not returned and were left to the garbage collector.");
        meter.CreateObservableUpDownCounter(
            "actortransfer.descriptors.open", () => Measure(ProcessDescriptors.Open), "{file_descriptor}", "Open file descriptors of the process (Linux).");
        meter.CreateObservableUpDownCounter(
            "actortransfer.descriptors.limit", () => Measure(ProcessDescriptors.Limit), "{file_descriptor}", "File descriptors that it may open (Linux).");
    }

    /// <summary>The meter of all instruments.</summary>
    public Meter Meter { get; }

    public TransferMetrics Transfers { get; }

    public ConnectionMetrics Connections { get; }

    public InBandMetrics InBand { get; }

    public ProxyMetrics Proxy { get; }

    internal ObservableCounter<long> SocketFaults { get; }

    /// <summary>The metrics of an actor system; created at the first call.</summary>
    public static EngineMetrics Of(ActorSystem system) => system.WithExtension<EngineMetrics, Provider>();

    /// <summary>Uses the application's factory for an actor system. Has no effect after <see cref="Of"/>.</summary>
    /// <param name="system">The actor system.</param>
    /// <param name="factory">Creates and disposes the meter; null = the meter is disposed with the actor system.</param>
    public static void Register(ActorSystem system, IMeterFactory? factory) => system.RegisterExtension(new Provider(factory));

    public void ActorFailed() => _failures.Add(1);

    private static IEnumerable<Measurement<long>> Measure(long? value) => value is { } known ? [new Measurement<long>(known)] : [];

    /// <summary>Created by Akka without a factory.</summary>
    internal sealed class Provider(IMeterFactory? factory) : ExtensionIdProvider<EngineMetrics>
    {
        private static readonly string? s_version =
            typeof(EngineMetrics).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0];

        public Provider()
            : this(null)
        {
        }

        public override EngineMetrics CreateExtension(ExtendedActorSystem system)
        {
            var options = new MeterOptions(Telemetry.MeterName) { Version = s_version };
            if (factory is not null)
            {
                return new EngineMetrics(factory.Create(options));
            }

            var meter = new Meter(options);
            system.RegisterOnTermination(meter.Dispose);
            return new EngineMetrics(meter);
        }
    }
}
