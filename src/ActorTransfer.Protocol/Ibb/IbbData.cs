using System.Globalization;
using ActorTransfer.Protocol.Xml;

namespace ActorTransfer.Protocol.Ibb;

/// <summary>One block of an in-band bytestream. Source: XEP-0047 §2.2.</summary>
/// <param name="SessionId">The sid; null when missing.</param>
/// <param name="Sequence">0 to 65535, then 0 again; null when missing or invalid.</param>
/// <param name="Text">The bytes in base64, see <see cref="IbbBase64"/>.</param>
internal readonly record struct IbbData(string? SessionId, ushort? Sequence, string Text)
{
    private const string Element = "data";

    /// <summary>Whether the payload is a block, valid or not.</summary>
    public static bool Is(XmlElement? payload) => payload is { Namespace: Namespaces.Ibb, Name: Element };

    /// <summary>
    /// Parses a payload that <see cref="Is"/> a block; the text is not checked. Gajim and Conversations continue to count at 65536, which means 0.
    /// </summary>
    public static IbbData Read(XmlElement payload)
    {
        ArgumentNullException.ThrowIfNull(payload);
        var isNumber = uint.TryParse(payload["seq"], NumberStyles.None, CultureInfo.InvariantCulture, out var sequence);
        return new IbbData(payload["sid"], isNumber ? unchecked((ushort)sequence) : null, payload.Text);
    }

    /// <summary>The payload of an iq set. The text needs no escaping.</summary>
    /// <param name="sessionId">The sid, as passed to <see cref="IbbOpen.ToXml"/>.</param>
    /// <param name="sequence">Number of the block.</param>
    /// <param name="base64">The result of <see cref="IbbBase64.Encode"/>.</param>
    public static XmlElement ToXml(string sessionId, ushort sequence, string base64)
    {
        ArgumentNullException.ThrowIfNull(base64);
        KeyValuePair<string, string>[] attributes =
        [
            new("seq", sequence.ToString(CultureInfo.InvariantCulture)),
            new("sid", sessionId),
        ];
        return new XmlElement(Namespaces.Ibb, Element, attributes, base64.Length == 0 ? [] : [base64]);
    }
}
