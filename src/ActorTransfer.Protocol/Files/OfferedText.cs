using ActorTransfer.Protocol.Xml;

namespace ActorTransfer.Protocol.Files;

/// <summary>
/// Texts of a peer's offer, which are kept as long as the offer is pending: their lengths are limited, because a peer can fill a stanza with each.
/// </summary>
internal static class OfferedText
{
    /// <summary>In UTF-16 units; a valid name has at most 255 bytes.</summary>
    internal const int MaxNameLength = 1024;

    /// <summary>In UTF-16 units.</summary>
    internal const int MaxMediaTypeLength = 255;

    /// <summary>The end of a path, which contains its last part.</summary>
    public static string Name(string text)
    {
        if (text.Length <= MaxNameLength)
        {
            return text;
        }

        var end = text[^MaxNameLength..];
        return char.IsLowSurrogate(end[0]) ? end[1..] : end;
    }

    /// <summary>The beginning of a description; null if there is none.</summary>
    public static string? Description(string? text) => text is null ? null : XmlText.Clean(text, FileDescription.MaxDescriptionLength);

    /// <summary>The beginning of a media type.</summary>
    public static string MediaType(string text) => XmlText.Clean(text, MaxMediaTypeLength);
}
