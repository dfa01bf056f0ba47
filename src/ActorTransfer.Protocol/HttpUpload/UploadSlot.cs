using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using ActorTransfer.Protocol.Files;
using ActorTransfer.Protocol.Xml;

namespace ActorTransfer.Protocol.HttpUpload;

/// <summary>A header that the service wants to see in the PUT.</summary>
/// <param name="Name">One of the three that are allowed.</param>
/// <param name="Value">Printable ASCII.</param>
internal sealed record UploadHeader(string Name, string Value);

/// <summary>An upload slot. Source: XEP-0363 §5.</summary>
/// <param name="Put">Where the file is uploaded.</param>
/// <param name="Get">Where it can be downloaded afterwards. This URL is enough to get the file.</param>
/// <param name="Headers">For the PUT.</param>
internal sealed record UploadSlot(Uri Put, Uri Get, ImmutableArray<UploadHeader> Headers)
{
    /// <summary>All others are dropped (XEP-0363 §5).</summary>
    private static readonly ImmutableArray<string> AllowedHeaders = ["Authorization", "Cookie", "Expires"];

    /// <summary>More of one slot are dropped.</summary>
    private const int MaxHeaders = 16;

    /// <summary>The request for a slot.</summary>
    /// <param name="name">Name of the file; only a safe form of its last part is written, because services refuse others.</param>
    /// <param name="size">Number of bytes of the PUT.</param>
    /// <param name="mediaType">Content type of the PUT.</param>
    public static XmlElement Request(string name, long size, string mediaType) => new XmlElement(Namespaces.HttpUpload, "request")
        .With(("filename", SafeFileName.From(name)), ("size", Decimals.Write(size)), ("content-type", mediaType));

    /// <summary>Parses the response.</summary>
    /// <param name="payload">Child of the iq.</param>
    /// <param name="allowsPlainHttp">URLs may be <c>http</c>; see <see cref="HttpUrl.Read"/>.</param>
    /// <param name="slot">The slot.</param>
    /// <param name="problem">What is wrong.</param>
    public static bool TryRead(
        XmlElement? payload, bool allowsPlainHttp, [NotNullWhen(true)] out UploadSlot? slot, [NotNullWhen(false)] out string? problem)
    {
        slot = null;
        problem = null;
        if (payload is not { Namespace: Namespaces.HttpUpload, Name: "slot" } || payload.Child("put") is not { } put || payload.Child("get") is not { } get)
        {
            problem = "the response has no slot";
            return false;
        }

        if (HttpUrl.Read(put["url"], allowsPlainHttp) is not { } putUrl || HttpUrl.Read(get["url"], allowsPlainHttp) is not { } getUrl)
        {
            problem = "a URL of the slot is not a valid https URL";
            return false;
        }

        slot = new UploadSlot(putUrl, getUrl, ReadHeaders(put));
        return true;
    }

    private static ImmutableArray<UploadHeader> ReadHeaders(XmlElement put) =>
    [
        .. put.ChildrenNamed(Namespaces.HttpUpload, "header").Select(ReadHeader).OfType<UploadHeader>().Take(MaxHeaders),
    ];

    /// <summary>Line breaks are removed (XEP-0363 §5); a value with other characters that HTTP forbids is dropped.</summary>
    private static UploadHeader? ReadHeader(XmlElement header)
    {
        var name = AllowedHeaders.FirstOrDefault(allowed => string.Equals(allowed, header["name"]?.Trim(), StringComparison.OrdinalIgnoreCase));
        var value = string.Concat(header.Text.Where(sign => sign is not ('\r' or '\n'))).Trim();
        return name is not null && value.All(sign => sign is >= ' ' and <= '~') ? new UploadHeader(name, value) : null;
    }
}
