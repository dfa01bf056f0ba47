using ActorTransfer.Protocol.Files;
using ActorTransfer.Protocol.Hashes;
using ActorTransfer.Protocol.Xml;

namespace ActorTransfer.Protocol.HttpUpload;

/// <summary>A file at a URL, as a message announces it. Sources: XEP-0066 §3, XEP-0446, XEP-0447, XEP-0454.</summary>
/// <param name="Url">Where it is.</param>
/// <param name="Name">Untrusted, see <see cref="SafeFileName"/>.</param>
internal sealed record SharedFile(Uri Url, string Name)
{
    private const string Unnamed = "unnamed";

    /// <summary>Size of the file; null = unknown.</summary>
    public long? Size { get; init; }

    /// <summary>Its media type; informational.</summary>
    public string? MediaType { get; init; }

    /// <summary>Time of the last modification.</summary>
    public DateTimeOffset? Date { get; init; }

    /// <summary>Text for the receiver.</summary>
    public string? Description { get; init; }

    /// <summary>Hashes of the file.</summary>
    public FileHashes Hashes { get; init; } = FileHashes.None;

    /// <summary>The file is encrypted with this key; null = it is not.</summary>
    public AesGcmKey? Key { get; init; }

    /// <summary>
    /// The message to a peer. A file that is not encrypted is described in the way of today, and by the URL alone for older clients; of an encrypted one
    /// only the URL is sent, as XEP-0454 has it.
    /// </summary>
    /// <param name="from">Own JID.</param>
    /// <param name="to">The peer.</param>
    /// <param name="id">Id of the stanza.</param>
    public XmlElement ToMessage(Jid from, Jid to, string id)
    {
        var url = Key is { } key ? AesGcmUrl.Write(Url, key) : Url.AbsoluteUri;
        var message = new XmlElement(Namespaces.Client, "message")
            .With(("type", "chat"), ("id", id), ("from", from.ToString()), ("to", to.ToString()))
            .Add(new XmlElement(Namespaces.Client, "body").AddText(url));
        return Key is not null ? message : message
            .Add(new XmlElement(Namespaces.OobData, "x").Add(new XmlElement(Namespaces.OobData, "url").AddText(url)))
            .Add(new XmlElement(Namespaces.StatelessFileSharing, "file-sharing")
                .With("disposition", "attachment")
                .Add(Metadata())
                .Add(new XmlElement(Namespaces.StatelessFileSharing, "sources").Add(new XmlElement(Namespaces.UrlData, "url-data").With("target", url))));
    }

    /// <summary>
    /// The file that a message announces; null = it announces none. In this order: a body that is one <c>aesgcm:</c> URL, a file with sources (XEP-0447), an
    /// out-of-band URL. Other URLs in a body are text.
    /// </summary>
    /// <param name="message">A message stanza.</param>
    /// <param name="allowsPlainHttp">See <see cref="HttpUrl.Read"/>.</param>
    public static SharedFile? Read(XmlElement message, bool allowsPlainHttp)
    {
        var body = message.Child("body")?.Text.Trim() ?? "";
        if (AesGcmUrl.Is(body))
        {
            return ReadUrl(body, allowsPlainHttp);
        }

        foreach (var sharing in message.ChildrenNamed(Namespaces.StatelessFileSharing, "file-sharing"))
        {
            var targets = sharing.Child("sources")?.ChildrenNamed(Namespaces.UrlData, "url-data").Select(source => source["target"]) ?? [];
            if (targets.Select(target => ReadUrl(target ?? "", allowsPlainHttp)).FirstOrDefault(file => file is not null) is { } file)
            {
                return file.With(sharing.Child(Namespaces.FileMetadata, "file"));
            }
        }

        return message.Child(Namespaces.OobData, "x")?.Child("url") is { Text: { Length: > 0 } url } ? ReadUrl(url, allowsPlainHttp) : null;
    }

    /// <summary>The file as an offer. An encrypted one can only be authenticated as a whole, so it has no ranges.</summary>
    public FileDescription Describe() => new(
        Name, Size ?? 0, Date, Description: Description, Ranged: Key is null, MimeType: MediaType ?? FileDescription.UnknownMimeType)
    {
        IsSizeUnknown = Size is null,
        Hashes = Hashes,
    };

    private static SharedFile? ReadUrl(string text, bool allowsPlainHttp)
    {
        if (AesGcmUrl.Is(text))
        {
            return AesGcmUrl.Read(text, allowsPlainHttp) is var (at, key) ? new SharedFile(at, NameIn(at)) { Key = key } : null;
        }

        return HttpUrl.Read(text, allowsPlainHttp) is { } url ? new SharedFile(url, NameIn(url)) : null;
    }

    private static string NameIn(Uri url)
    {
        var name = Uri.UnescapeDataString(url.Segments[^1].TrimEnd('/'));
        return name.Length is > 0 and <= OfferedText.MaxNameLength ? name : Unnamed;
    }

    private SharedFile With(XmlElement? metadata) => metadata is null ? this : this with
    {
        Name = TextOf(metadata, "name") is { Length: <= OfferedText.MaxNameLength } name ? name : Name,
        Size = Decimals.Read(TextOf(metadata, "size")),
        MediaType = TextOf(metadata, "media-type") is { } type ? OfferedText.MediaType(type) : null,
        Date = XmppDate.Read(TextOf(metadata, "date")),
        Description = OfferedText.Description(TextOf(metadata, "desc")),
        Hashes = FileHashes.Read(metadata),
    };

    private XmlElement Metadata() => new XmlElement(Namespaces.FileMetadata, "file")
        .Add(Element("media-type", MediaType))
        .Add(Element("name", SafeFileName.ForOffer(Name)))
        .Add(Element("size", Size is { } size ? Decimals.Write(size) : null))
        .Add(Element("date", Date is { } date ? XmppDate.Write(date) : null))
        .Add(Hashes.ToXml())
        .Add(Element("desc", Description is null ? null : XmlText.Clean(Description, FileDescription.MaxDescriptionLength)));

    private static XmlElement? Element(string name, string? text) =>
        text is null ? null : new XmlElement(Namespaces.FileMetadata, name).AddText(text);

    private static string? TextOf(XmlElement parent, string name) =>
        parent.Child(name)?.Text.Trim() is { Length: > 0 } text ? text : null;
}
