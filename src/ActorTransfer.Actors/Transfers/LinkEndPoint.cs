using System.Net;
using ActorTransfer.Extensibility;

namespace ActorTransfer.Actors.Transfers;

/// <summary>Where a link leads to, for display.</summary>
internal static class LinkEndPoint
{
    /// <summary>The remote address, if this kind of link has one.</summary>
    public static string? Describe(IByteLink? link) => link?.RemoteEndPoint is IPEndPoint { Address.IsIPv4MappedToIPv6: true } mapped
        ? new IPEndPoint(mapped.Address.MapToIPv4(), mapped.Port).ToString()
        : link?.RemoteEndPoint?.ToString();
}
