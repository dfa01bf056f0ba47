using ActorTransfer.Protocol.Files;
using ActorTransfer.Protocol.Xml;

namespace ActorTransfer.Protocol.StreamInitiation;

/// <summary>The acceptance of an offer. Source: XEP-0095 §3, XEP-0096 §3.</summary>
/// <param name="Methods">The chosen method. From a peer: none (treat as failed), or several, to be tried in this order.</param>
/// <param name="Range">
/// The requested range; null is the whole file. From a peer it may not fit the file: check <see cref="FileRange.FitsIn"/>.
/// </param>
internal sealed record SiAccept(IReadOnlyList<string> Methods, FileRange? Range = null)
{
    /// <summary>Parses the payload of a result. Attributes of the element and types in the form are ignored; nothing is refused here.</summary>
    public static SiAccept Read(XmlElement? si) => new(
        StreamMethodForm.ReadChosen(SiOffer.FindFeature(si)),
        FileRange.Read(FileRange.Find(SiOffer.FindFile(si))));

    /// <summary>The payload of the result: the first method only, and a file element only with a range.</summary>
    /// <exception cref="InvalidOperationException">There is no method.</exception>
    public XmlElement ToXml()
    {
        if (Methods.Count == 0)
            throw new InvalidOperationException("An acceptance contains one stream method.");

        var file = Range is { IsWhole: false } range
            ? new XmlElement(Namespaces.FileTransferProfile, FileDescription.Element).Add(range.ToXml())
            : null;
        return new XmlElement(Namespaces.StreamInitiation, SiOffer.Element)
            .Add(file)
            .Add(StreamMethodForm.Choose(Methods[0]));
    }
}
