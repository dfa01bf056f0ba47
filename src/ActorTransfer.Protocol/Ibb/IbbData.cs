using System.Globalization;
using ActorTransfer.Protocol.Xml;

namespace ActorTransfer.Protocol.Ibb;

/// <summary>One block of an in-band bytestream. Source: XEP-0047 §2.2.</summary>
/// <param name="SessionId">The sid; null when the peer left it out.</param>
/// <param name="Sequence">0 to 65535, then 0 again; null when it is missing or no such number.</param>
/// <param name="Text">The bytes in base64, see <see cref="IbbBase64"/>.</param>
internal readonly record struct IbbData(string? SessionId, ushort? Sequence, string Text)
{
    private const string Element = "data";

    /// <summary>Whether the payload is a block, sound or not.</summary>
    public static bool Is(XmlElement? payload) => payload is { Namespace: Namespaces.Ibb, Name: Element };

    /// <summary>Reads a payload that <see cref="Is"/> a block; the text is not looked at.</summary>
    public static IbbData Read(XmlElement payload)
    {
        ArgumentNullException.ThrowIfNull(payload);
        var isNumber = ushort.TryParse(payload["seq"], NumberStyles.None, CultureInfo.InvariantCulture, out var sequence);
        return new IbbData(payload["sid"], isNumber ? sequence : null, payload.Text);
    }

    /// <summary>The payload of an iq set. The text enters the element as it is: nothing of it needs to be looked for or escaped.</summary>
    /// <param name="sessionId">The sid, as <see cref="IbbOpen.ToXml"/> took it.</param>
    /// <param name="sequence">Number of the block.</param>
    /// <param name="base64">What <see cref="IbbBase64.Encode"/> made.</param>
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
