using ActorTransfer.Protocol.Files;
using ActorTransfer.Protocol.Hashes;
using ActorTransfer.Protocol.Jingle;
using ActorTransfer.Protocol.Xml;

namespace ActorTransfer.Protocol.JingleFiles;

/// <summary>The payloads of a session-info about a file. Source: XEP-0234 §8.</summary>
internal abstract record FileInfoPayload
{
    private const string ChecksumElement = "checksum";
    private const string ReceivedElement = "received";

    private FileInfoPayload()
    {
    }

    /// <summary>The hashes of a file, sent after its offer.</summary>
    /// <param name="Hashes">Of the whole file.</param>
    public sealed record Checksum(FileHashes Hashes) : FileInfoPayload
    {
        /// <summary>Hashes of the part that is sent.</summary>
        public FileHashes PartHashes { get; init; } = FileHashes.None;

        /// <summary>That part.</summary>
        public FileRange Part { get; init; }
    }

    /// <summary>The receiver has the whole file.</summary>
    public sealed record Received : FileInfoPayload;

    /// <summary>
    /// Parses a payload; null if it is of another kind. The content is not compared: a session has one file, and Conversations sends no
    /// creator, or a name of its own.
    /// </summary>
    public static FileInfoPayload? Read(XmlElement? info) => info switch
    {
        { Namespace: Namespaces.JingleFileTransfer, Name: ReceivedElement } => new Received(),
        { Namespace: Namespaces.JingleFileTransfer, Name: ChecksumElement } => ReadChecksum(JingleFile.FindFile(info)),
        _ => null,
    };

    /// <summary>The payload about this content.</summary>
    public XmlElement ToXml(JingleContent content) => this switch
    {
        Checksum checksum => With(ChecksumElement, content).Add(new XmlElement(Namespaces.JingleFileTransfer, "file")
            .Add(checksum.PartHashes.IsEmpty ? null : JingleFile.RangeToXml(checksum.Part).Add(checksum.PartHashes.ToXml()))
            .Add(checksum.Hashes.ToXml())),
        _ => With(ReceivedElement, content),
    };

    private static Checksum ReadChecksum(XmlElement? file) => new(FileHashes.Read(file))
    {
        PartHashes = FileHashes.Read(JingleFile.FindRange(file)),
        Part = FileRange.Read(JingleFile.FindRange(file)) ?? default,
    };

    private static XmlElement With(string name, JingleContent content) => new XmlElement(Namespaces.JingleFileTransfer, name)
        .With(("creator", content.Creator.Name()), ("name", content.Name));
}
