using ActorTransfer.Protocol.Jingle;
using ActorTransfer.Protocol.Xml;

namespace ActorTransfer.Protocol.JingleFiles;

/// <summary>The reasons of XEP-0234 §9 for the end of a session.</summary>
internal static class FileErrors
{
    private const string TooLargeElement = "file-too-large";

    /// <summary>The requested file does not exist here.</summary>
    public static readonly JingleReason NotAvailable = new(JingleCondition.FailedApplication, "The file is not available.", Element("file-not-available"));

    /// <summary>The file is larger than allowed or announced, or there is no space for it.</summary>
    public static JingleReason TooLarge(string? text = null) => new(JingleCondition.MediaError, text, Element(TooLargeElement));

    public static bool IsTooLarge(JingleReason reason) => reason.Detail is { Namespace: Namespaces.JingleFileTransferErrors, Name: TooLargeElement };

    private static XmlElement Element(string name) => new(Namespaces.JingleFileTransferErrors, name);
}
