using System.Collections.Immutable;
using System.Net;
using System.Net.NetworkInformation;
using ActorTransfer.Protocol.Bytestreams;

namespace ActorTransfer.Transports.Sockets;

/// <summary>
/// The addresses of a machine. To list them takes the system milliseconds, and much longer with many interfaces: it is done on a thread of the pool, once
/// for all who ask meanwhile, and not again before <see cref="Ttl"/> is over.
/// </summary>
/// <param name="read">Lists them.</param>
/// <param name="time">The clock.</param>
internal sealed class LocalAddresses(Func<ImmutableArray<OwnAddress>> read, TimeProvider time)
{
    private readonly Lock _gate = new();
    private Task<ImmutableArray<OwnAddress>>? _reading;
    private long _since;

    /// <summary>Those of this machine.</summary>
    public static LocalAddresses Machine { get; } = new(Read, TimeProvider.System);

    /// <summary>How long they are taken to be true: machines move between networks.</summary>
    public static TimeSpan Ttl { get; } = TimeSpan.FromSeconds(10);

    /// <summary>Addresses of the interfaces that are up, in the system's order; none when the system does not tell. Does not fail.</summary>
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
                    .SelectMany(card => card.UnicastAddresses.Select(own => new OwnAddress(own.Address, LeadsFurther(card)))),
            ];
        }
        catch (Exception fault) when (fault is NetworkInformationException or PlatformNotSupportedException or IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    private static bool LeadsFurther(IPInterfaceProperties card) =>
        card.GatewayAddresses.Any(gateway => !gateway.Address.Equals(IPAddress.Any) && !gateway.Address.Equals(IPAddress.IPv6Any));
}
