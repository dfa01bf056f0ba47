using System.Security.Cryptography;
using System.Text;
using ActorTransfer.Protocol.Xml;

namespace ActorTransfer.Protocol.Streams;

/// <summary>Authentication of an external component by the shared secret (XEP-0114 §3).</summary>
internal static class ComponentHandshake
{
    /// <summary>Lower-case hex of SHA-1 over stream id and secret, both after XML unescaping, in UTF-8.</summary>
    /// <param name="streamId">The <c>id</c> of the server's stream header.</param>
    /// <param name="secret">The secret configured on both sides.</param>
    public static string Digest(string streamId, string secret)
    {
        ArgumentNullException.ThrowIfNull(streamId);
        ArgumentNullException.ThrowIfNull(secret);
#pragma warning disable CA5350 // the protocol prescribes SHA-1
        return Convert.ToHexStringLower(SHA1.HashData(Encoding.UTF8.GetBytes(streamId + secret)));
#pragma warning restore CA5350
    }

    /// <summary>The <c>&lt;handshake/&gt;</c> to send, in the namespace of the component stream.</summary>
    public static XmlElement Element(string digest) => new XmlElement(Namespaces.Component, "handshake").AddText(digest);
}
