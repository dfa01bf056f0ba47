using System.Net;
using ActorTransfer.Extensibility;
using ActorTransfer.Protocol.Bytestreams;

namespace ActorTransfer.Actors.Transfers;

/// <summary>Which addresses of peers may be connected to.</summary>
/// <param name="policy">Section <c>addresses</c>.</param>
/// <param name="application">The application's policy, which gets that result; null = there is none.</param>
internal sealed class AddressCheck(AddressPolicy policy, IAddressPolicy? application)
{
    /// <summary>Whether an address may be connected to.</summary>
    public bool Allows(IPEndPoint endPoint) => policy.Allows(endPoint) is var isAllowed && (application?.Allows(endPoint, isAllowed) ?? isAllowed);
}
