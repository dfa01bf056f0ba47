using System.Net;
using System.Net.NetworkInformation;

namespace ActorTransfer.Transports.Sockets;

/// <summary>The addresses of this machine.</summary>
public static class LocalAddresses
{
    /// <summary>Addresses of the interfaces that are up, as they are now, in the system's order; none when the system does not tell.</summary>
    public static IReadOnlyList<IPAddress> Get()
    {
        try
        {
            return
            [
                .. NetworkInterface.GetAllNetworkInterfaces()
                    .Where(card => card.OperationalStatus is OperationalStatus.Up or OperationalStatus.Unknown)
                    .SelectMany(card => card.GetIPProperties().UnicastAddresses)
                    .Select(own => own.Address),
            ];
        }
        catch (NetworkInformationException)
        {
            return [];
        }
    }
}
