using System.Diagnostics.CodeAnalysis;
using ActorTransfer.Protocol.Files;
using ActorTransfer.Protocol.ProxyService;
using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Protocol.Xml;

namespace ActorTransfer.Protocol.StreamInitiation;

/// <summary>The offer of a file. Source: XEP-0095 §3, XEP-0096 §3.</summary>
/// <param name="SessionId">Becomes the sid of the stream.</param>
/// <param name="File">What is offered.</param>
/// <param name="Methods">Namespaces of the stream methods that the sender supports, at least one; from a peer possibly all unknown.</param>
internal sealed record SiOffer(string SessionId, FileDescription File, IReadOnlyList<string> Methods)
{
    internal const string Element = "si";

    /// <summary>Parses the payload of an offer; the order of its children is irrelevant.</summary>
    /// <param name="si">The payload of an iq of type set.</param>
    /// <param name="offer">The offer when the result is true.</param>
    /// <param name="refusal">The error to reply with when the result is false.</param>
    public static bool TryRead(
        XmlElement si, [NotNullWhen(true)] out SiOffer? offer, [NotNullWhen(false)] out StanzaError? refusal)
    {
        offer = null;
        refusal = null;
        if (si.Namespace != Namespaces.StreamInitiation || si.Name != Element)
            refusal = StanzaError.BadRequest;
        else if (si["profile"] != Namespaces.FileTransferProfile)
            refusal = SiErrors.BadProfile;
        else if (si["id"] is not { } id || !SessionIds.IsAcceptable(id))
            refusal = StanzaError.BadRequest.WithText($"An offer needs an id of 1 to {SessionIds.MaxLength} characters.");
        else if (FileDescription.Read(FindFile(si), si["mime-type"]) is not { } file)
            refusal = SiErrors.BadProfile.WithText("An offer needs a file with a name; its size, if given, is a number of bytes.");
        else if (StreamMethodForm.ReadOffered(FindFeature(si)) is not { } methods)
            refusal = StanzaError.BadRequest.WithText("An offer needs a form with the field stream-method.");
        else if (methods.Count == 0)
            refusal = SiErrors.NoValidStreams;
        else
            offer = new SiOffer(id, file, methods);

        return offer is not null;
    }

    public XmlElement ToXml() => new XmlElement(Namespaces.StreamInitiation, Element)
        .With(("id", SessionId), ("mime-type", OfferedText.MediaType(File.MimeType)), ("profile", Namespaces.FileTransferProfile))
        .Add(File.ToXml())
        .Add(StreamMethodForm.Offer(Methods));

    internal static XmlElement? FindFile(XmlElement? si) => si?.Child(Namespaces.FileTransferProfile, FileDescription.Element);

    internal static XmlElement? FindFeature(XmlElement? si) => si?.Child(Namespaces.FeatureNegotiation, "feature");
}
