using ActorTransfer.Actors.Settings;
using ActorTransfer.Extensibility;
using ActorTransfer.Transports.Relaying;
using Akka.Actor;
using Akka.Streams;

namespace ActorTransfer.Actors.Proxy;

/// <summary>Dependencies of a proxy; tests replace clock and relay.</summary>
/// <param name="Engine">The settings.</param>
/// <param name="Clock">Measures durations.</param>
/// <param name="Relay">Relays between two links, see <see cref="Transports.Relaying.Relay.Run"/>.</param>
internal sealed record ProxyServices(EngineSettings Engine, TimeProvider Clock, ProxyServices.RelayRun Relay)
{
    /// <summary>As <see cref="Transports.Relaying.Relay.Run"/>.</summary>
    public delegate void RelayRun(IByteLink first, IByteLink second, RelayTerms terms, IMaterializer materializer, Action<RelayEvent> tell);

    /// <summary>The services outside tests.</summary>
    public static ProxyServices Real(EngineSettings engine) => new(engine, TimeProvider.System, Transports.Relaying.Relay.Run);
}
