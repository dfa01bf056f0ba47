using System.Collections.Immutable;
using System.Net;
using System.Net.NetworkInformation;
using ActorTransfer.Protocol.Bytestreams;

namespace ActorTransfer.Transports.Sockets;

/// <summary>
/// The addresses of this machine. Listing them takes milliseconds, and much longer with many interfaces: it is done on the thread pool,
/// once for all concurrent callers, and cached for <see cref="Ttl"/>.
/// </summary>
/// <param name="read">Lists them.</param>
/// <param name="time">The clock.</param>
internal sealed class LocalAddresses(Func<ImmutableArray<OwnAddress>> read, TimeProvider time)
{
    private readonly Lock _gate = new();
    private Task<ImmutableArray<OwnAddress>>? _reading;
    private long _since;

    /// <summary>The instance for this machine.</summary>
    public static LocalAddresses Machine { get; } = new(Read, TimeProvider.System);

    /// <summary>Cache lifetime: machines move between networks.</summary>
    public static TimeSpan Ttl { get; } = TimeSpan.FromSeconds(10);

    /// <summary>Addresses of the active interfaces, in the system's order; empty on failure.</summary>
    public Task<ImmutableArray<OwnAddress>> GetAsync()
    {
        lock (_gate)
        {
            if (_reading is null || (_reading.IsCompleted && time.GetElapsedTime(_since) >= Ttl))
            {
                _since = time.GetTimestamp();
                _reading = Task.Run(read);
            }

            return _reading;
        }
    }

    private static ImmutableArray<OwnAddress> Read()
    {
        try
        {
            return
            [
                .. NetworkInterface.GetAllNetworkInterfaces()
                    .Where(card => card.OperationalStatus is OperationalStatus.Up or OperationalStatus.Unknown)
                    .Select(card => card.GetIPProperties())
                    .SelectMany(card => card.UnicastAddresses.Select(own => new OwnAddress(own.Address, HasGateway(card)))),
            ];
        }
        catch (Exception fault) when (fault is NetworkInformationException or PlatformNotSupportedException or IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    private static bool HasGateway(IPInterfaceProperties card) =>
        card.GatewayAddresses.Any(gateway => !gateway.Address.Equals(IPAddress.Any) && !gateway.Address.Equals(IPAddress.IPv6Any));
}
