using System.Buffers.Binary;
using System.Net;
using System.Runtime.InteropServices;

namespace ActorTransfer.Transports.Sockets.Linux;

/// <summary>The kernel's representation of addresses (<c>struct sockaddr</c>).</summary>
internal static class SocketAddresses
{
    /// <summary>Bytes of the largest address of an IP socket.</summary>
    public const int Size = 28;

    private const int IPv4 = 2; // AF_INET
    private const int IPv6 = 10; // AF_INET6

    /// <summary>Null for another address family. IPv4-mapped IPv6 addresses become IPv4.</summary>
    public static IPEndPoint? Read(ReadOnlySpan<byte> address)
    {
        if (address.Length < sizeof(ushort))
        {
            return null;
        }

        ushort family = MemoryMarshal.Read<ushort>(address);
        if (family is not (IPv4 or IPv6))
        {
            return null;
        }

        ushort port = BinaryPrimitives.ReadUInt16BigEndian(address[2..]);
        IPAddress host = family == IPv4
            ? new IPAddress(address.Slice(4, 4))
            : new IPAddress(address.Slice(8, 16), MemoryMarshal.Read<uint>(address[24..]));
        return new IPEndPoint(host.IsIPv4MappedToIPv6 ? host.MapToIPv4() : host, port);
    }

    /// <summary>The local address of a socket.</summary>
    public static IPAddress Local(SafeHandle socket)
    {
        Span<byte> address = stackalloc byte[Size];
        int length = Size;
        try
        {
            return Libc.LocalName(socket, address, ref length) == 0 ? Read(address[..length])?.Address ?? IPAddress.None : IPAddress.None;
        }
        catch (ObjectDisposedException)
        {
            return IPAddress.None;
        }
    }
}
