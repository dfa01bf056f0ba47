using ActorTransfer.Protocol;
using ActorTransfer.Protocol.Files;
using ActorTransfer.Protocol.Hashes;
using ActorTransfer.Protocol.Xml;

namespace ActorTransfer;

/// <summary>The file description of an offer. Source: XEP-0096 §3.</summary>
/// <param name="Name">As sent by the peer: not a valid path before <see cref="SafeFileName"/> has processed it.</param>
/// <param name="Size">In bytes; 0 is valid. Meaningless when <see cref="IsSizeUnknown"/>.</param>
/// <param name="Date">Time of the last modification.</param>
/// <param name="Md5">MD5 of the whole file in hexadecimal, stored in lower case for comparison.</param>
/// <param name="Description">Text for the receiver.</param>
/// <param name="Ranged">The sender supports sending a range of the file.</param>
/// <param name="MimeType">The type by the sender; informational.</param>
public sealed record FileDescription(
    string Name,
    long Size,
    DateTimeOffset? Date = null,
    string? Md5 = null,
    string? Description = null,
    bool Ranged = false,
    string MimeType = FileDescription.UnknownMimeType)
{
    internal const string Element = "file";

    internal const string UnknownMimeType = "application/octet-stream";
    private const int Md5HexLength = 32;
    private const string Md5OfNothing = "d41d8cd98f00b204e9800998ecf8427e";

    /// <summary>Maximum length of the written description, in UTF-16 units.</summary>
    internal const int MaxDescriptionLength = 4096;

    /// <summary>MD5 of the whole file, lower-case hexadecimal; null when the offer has none.</summary>
    public string? Md5 { get; init => field = value?.ToLowerInvariant(); } = Md5?.ToLowerInvariant();

    /// <summary>Hashes of the whole file in an offer by Jingle; stream initiation has MD5 only.</summary>
    internal FileHashes Hashes { get; init; } = FileHashes.None;

    /// <summary>The strongest function of a hash that a sender by Jingle gave or announced; null = it did neither.</summary>
    internal HashFunction? HashFunction { get; init; }

    /// <summary>The SHA-256 among them, lower-case hexadecimal; null = there is none.</summary>
    internal string? Sha256Hex => Hashes.Find(HashFunction.Sha256)?.Hex;

    /// <summary>
    /// The peer did not send the size of the file, as Spark and Smack do for an empty one: the file is complete when the sender ends the
    /// bytestream in order.
    /// </summary>
    public bool IsSizeUnknown { get; init; }

    /// <summary>Parses the file of an offer. Null when its name is missing or its size is invalid; all other errors are ignored.</summary>
    internal static FileDescription? Read(XmlElement? file, string? mimeType)
    {
        if (file is null || string.IsNullOrWhiteSpace(file["name"]) || (file["size"] is not null && Decimals.Read(file["size"]) is null))
            return null;

        var md5 = ReadMd5(file["hash"]);

        return new FileDescription(
            OfferedText.Name(file["name"]!),
            Decimals.Read(file["size"]) ?? 0,
            XmppDate.Read(file["date"]),
            md5,
            file.Child(Namespaces.FileTransferProfile, "desc") is { Text: { Length: > 0 } text } ? OfferedText.Description(text) : null,
            FileRange.Find(file) is not null,
            string.IsNullOrWhiteSpace(mimeType) ? UnknownMimeType : OfferedText.MediaType(mimeType))
        {
            IsSizeUnknown = file["size"] is null && md5?.ToLowerInvariant() != Md5OfNothing,
        };
    }

    /// <summary>The name is written in a safe form and the description without characters that XML forbids: both may be any text.</summary>
    internal XmlElement ToXml() => new XmlElement(Namespaces.FileTransferProfile, Element)
        .With(
            ("name", SafeFileName.ForOffer(Name)),
            ("size", IsSizeUnknown ? null : Decimals.Write(Size)),
            ("date", Date is { } date ? XmppDate.Write(date) : null),
            ("hash", ReadMd5(Md5)))
        .Add(Description is null ? null : new XmlElement(Namespaces.FileTransferProfile, "desc").AddText(XmlText.Clean(Description, MaxDescriptionLength)))
        .Add(Ranged ? FileRange.Capability() : null);

    private static string? ReadMd5(string? text) =>
        text?.Trim() is { Length: Md5HexLength } hash && hash.All(char.IsAsciiHexDigit) ? hash : null;
}
