using System.Net;

namespace ActorTransfer.Extensibility;

/// <summary>
/// Decides which streamhosts of peers may be connected to. Add one with <c>services.AddSingleton&lt;IAddressPolicy, Mine&gt;()</c>; the last one added is used.
/// Proxies that the own server lists or that are configured, which do not come from a peer, are not checked. Called by several threads at once.
/// </summary>
public interface IAddressPolicy
{
    /// <summary>
    /// Whether this address may be connected to. Asked after the name of the streamhost was resolved, for the address that is then connected to. Must not
    /// block. An exception fails the attempt.
    /// </summary>
    /// <param name="endPoint">An IPv4 or IPv6 address; IPv4 inside of IPv6 appears as it was resolved.</param>
    /// <param name="isAllowed">
    /// What section <c>addresses</c> of the settings says. <c>isAllowed &amp;&amp; ...</c> only allows less, which is the safe choice.
    /// </param>
    bool Allows(IPEndPoint endPoint, bool isAllowed);
}
