using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using ActorTransfer.Protocol.Files;
using ActorTransfer.Protocol.Hashes;
using ActorTransfer.Protocol.Xml;

namespace ActorTransfer.Protocol.JingleFiles;

/// <summary>The description of a file in a content. Source: XEP-0234 §5.</summary>
internal sealed record JingleFile
{
    private const string DescriptionElement = "description";
    private const string Element = "file";
    private const string RangeElement = "range";

    /// <summary>As sent by the peer; null if it has none.</summary>
    public string? Name { get; init; }

    /// <summary>In bytes; null if the sender does not know it.</summary>
    public long? Size { get; init; }

    /// <summary>Time of the last modification.</summary>
    public DateTimeOffset? Date { get; init; }

    /// <summary>Text for the receiver.</summary>
    public string? Description { get; init; }

    /// <summary>The type by the sender; informational.</summary>
    public string MediaType { get; init; } = FileDescription.UnknownMimeType;

    /// <summary>The sender supports sending a range of the file.</summary>
    public bool Ranged { get; init; }

    /// <summary>The part that is sent; null is the whole file. From a peer it may not fit the file: check <see cref="FileRange.FitsIn"/>.</summary>
    public FileRange? Range { get; init; }

    /// <summary>Hashes of the whole file.</summary>
    public FileHashes Hashes { get; init; } = FileHashes.None;

    /// <summary>Functions whose values the sender sends later.</summary>
    public ImmutableArray<HashFunction> HashesUsed { get; init; } = [];

    /// <summary>Whether this is the description of a file in any version of this specification that this side supports.</summary>
    public static bool IsDescription([NotNullWhen(true)] XmlElement? description) =>
        description is { Namespace: Namespaces.JingleFileTransfer, Name: DescriptionElement };

    /// <summary>What this side offers. A hash is sent after the bytes, because Libervia ends a session that offers one.</summary>
    public static JingleFile Of(FileDescription file) => new()
    {
        Name = file.Name,
        Size = file.IsSizeUnknown ? null : file.Size,
        Date = file.Date,
        Description = file.Description,
        MediaType = file.MimeType,
        Ranged = file.Ranged,
        HashesUsed = [HashFunction.Sha256],
    };

    /// <summary>For the application and the partial files.</summary>
    public FileDescription ToFileDescription() => new(Name ?? "unnamed", Size ?? 0, Date, null, Description, Ranged, MediaType)
    {
        Hashes = Hashes,
        HashFunction = Hashes.Functions.Concat(HashesUsed).OrderBy(HashFunction.All.IndexOf).FirstOrDefault(),
        IsSizeUnknown = Size is null,
    };

    /// <summary>Parses a description; null if it has no file, or the size of the file is not a number. All other errors are ignored.</summary>
    public static JingleFile? Read(XmlElement? description)
    {
        if (!IsDescription(description) || description.Child(Element) is not { } file)
        {
            return null;
        }

        var size = TextOf(file, "size");
        var range = file.Child(RangeElement);
        var read = new JingleFile
        {
            Name = TextOf(file, "name") is { } name ? OfferedText.Name(name) : null,
            Size = size is null ? null : Decimals.Read(size),
            Date = XmppDate.Read(TextOf(file, "date")),
            Description = OfferedText.Description(
                file.ChildrenNamed(file.Namespace, "desc").Select(desc => desc.Text).FirstOrDefault(text => text.Length > 0)),
            MediaType = OfferedText.MediaType(TextOf(file, "media-type") ?? TextOf(file, "mediaType") ?? FileDescription.UnknownMimeType),
            Ranged = range is not null,
            Range = FileRange.Read(range),
            Hashes = FileHashes.Read(file),
            HashesUsed = FileHashes.ReadUsed(file),
        };
        return size is not null && read.Size is not >= 0 ? null : read;
    }

    /// <summary>
    /// The description. Libervia ends a session whose file has no description, Dino one whose file has no size. The name is written in a safe
    /// form: it may be any text.
    /// </summary>
    public XmlElement ToXml()
    {
        var file = new XmlElement(Namespaces.JingleFileTransfer, Element)
            .Add(Date is { } date ? With("date", XmppDate.Write(date)) : null)
            .Add(With("desc", XmlText.Clean(Description ?? "", FileDescription.MaxDescriptionLength)))
            .Add(With("media-type", OfferedText.MediaType(MediaType)))
            .Add(Name is null ? null : With("name", SafeFileName.ForOffer(Name)))
            .Add(Size is { } size ? With("size", Decimals.Write(size)) : null)
            .Add(Ranged ? RangeToXml(Range ?? default) : null)
            .Add(Hashes.ToXml())
            .Add(HashesUsed.Select(FileHashes.UsedToXml));
        return new XmlElement(Namespaces.JingleFileTransfer, DescriptionElement).Add(file);
    }

    internal static XmlElement RangeToXml(FileRange range) => new XmlElement(Namespaces.JingleFileTransfer, RangeElement)
        .With(
            ("offset", range.Offset == 0 ? null : Decimals.Write(range.Offset)),
            ("length", range.Length is { } length ? Decimals.Write(length) : null));

    internal static XmlElement? FindFile(XmlElement parent) => parent.Child(Namespaces.JingleFileTransfer, Element);

    internal static XmlElement? FindRange(XmlElement? file) => file?.Child(Namespaces.JingleFileTransfer, RangeElement);

    private static XmlElement With(string name, string text) => new XmlElement(Namespaces.JingleFileTransfer, name).AddText(text);

    private static string? TextOf(XmlElement file, string name) => file.Child(name)?.Text.Trim() is { Length: > 0 } text ? text : null;
}
