using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Protocol.Xml;

namespace ActorTransfer.Protocol.Ibb;

/// <summary>The request to open an in-band bytestream. Source: XEP-0047 §2.1.</summary>
/// <param name="SessionId">The sid of the stream initiation it belongs to.</param>
/// <param name="BlockSize">Maximum bytes of a block before base64, 1 to <see cref="MaxBlockSize"/>, for both directions.</param>
/// <param name="ByMessage">Blocks are sent in message stanzas, which are not acknowledged, instead of iqs.</param>
internal sealed record IbbOpen(string SessionId, int BlockSize, bool ByMessage = false)
{
    /// <summary>The attribute is an unsigned 16-bit number.</summary>
    public const int MaxBlockSize = 65535;

    /// <summary>Maximum length in characters. Longer ids are refused, because they are stored as keys.</summary>
    public const int MaxSessionIdLength = 128;

    private const string Element = "open";

    /// <summary>Whether the payload is such a request, valid or not.</summary>
    public static bool Is(XmlElement? payload) => payload is { Namespace: Namespaces.Ibb, Name: Element };

    /// <summary>Parses the payload of an iq set.</summary>
    /// <param name="payload">The payload.</param>
    /// <param name="open">The request when the result is true.</param>
    /// <param name="refusal">The error to reply with when the result is false.</param>
    public static bool TryRead(XmlElement? payload, [NotNullWhen(true)] out IbbOpen? open, [NotNullWhen(false)] out StanzaError? refusal)
    {
        (open, refusal) = (null, null);
        if (!Is(payload) || payload!["sid"] is not { Length: > 0 and <= MaxSessionIdLength } sid)
        {
            refusal = StanzaError.BadRequest.WithText($"An in-band bytestream needs a sid of 1 to {MaxSessionIdLength} characters.");
        }
        else if (!int.TryParse(payload["block-size"], NumberStyles.None, CultureInfo.InvariantCulture, out var size) || size is < 1 or > MaxBlockSize)
        {
            refusal = StanzaError.BadRequest.WithText($"block-size must be a number from 1 to {MaxBlockSize}.");
        }
        else if (payload["stanza"] is not (null or "iq" or "message"))
        {
            refusal = StanzaError.BadRequest.WithText("stanza must be iq or message.");
        }
        else
        {
            open = new IbbOpen(sid, size, payload["stanza"] == "message");
        }

        return open is not null;
    }

    /// <summary>The payload of the iq set.</summary>
    public XmlElement ToXml() => new XmlElement(Namespaces.Ibb, Element)
        .With(("block-size", BlockSize.ToString(CultureInfo.InvariantCulture)), ("sid", SessionId), ("stanza", ByMessage ? "message" : "iq"));
}
