using System.Net;

namespace ActorTransfer.Protocol.ProxyService;

/// <summary>The key of a remote address: an IPv4 address, or the /64 network of an IPv6 address.</summary>
internal readonly record struct RemoteNetwork(bool IsV6, ulong Bits)
{
    private const int V4Length = 4;

    public static RemoteNetwork Of(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        var meant = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        meant.TryWriteBytes(bytes, out var length);
        return length == V4Length
            ? new RemoteNetwork(false, System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(bytes))
            : new RemoteNetwork(true, System.Buffers.Binary.BinaryPrimitives.ReadUInt64BigEndian(bytes));
    }
}
