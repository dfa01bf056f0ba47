using ActorTransfer.Protocol.Discovery;
using ActorTransfer.Protocol.Xml;

namespace ActorTransfer.Protocol.Bytestreams;

/// <summary>The kinds of requests of proxy discovery.</summary>
internal enum DiscoveryRequest
{
    /// <summary>disco#items, to the server.</summary>
    Items,

    /// <summary>disco#info, to an item.</summary>
    Info,

    /// <summary>The bytestreams query that requests a proxy's address (XEP-0065 §4.2).</summary>
    Address,
}

/// <summary>A request of the discovery; it is its own identifier.</summary>
internal readonly record struct DiscoveryKey(DiscoveryRequest Request, Jid To)
{
    /// <summary>Payload of the iq get.</summary>
    public XmlElement Payload => Request switch
    {
        DiscoveryRequest.Items => DiscoItems.Query(),
        DiscoveryRequest.Info => DiscoInfo.Query(),
        _ => ProxyAddress.Query(),
    };
}
