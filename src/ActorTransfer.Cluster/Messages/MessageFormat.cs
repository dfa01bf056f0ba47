using Google.Protobuf;

namespace ActorTransfer.Cluster.Messages;

/// <summary>
/// The bytes of one kind of message: numbered fields, as in protocol buffers. A field is never removed or used for something else; a reader skips fields
/// that it does not know, and takes defaults for those that are missing. Thus nodes of two versions understand each other.
/// </summary>
/// <param name="Type">The type of message.</param>
/// <param name="Manifest">Its name between nodes, never used again for another one.</param>
/// <param name="Write">Writes the fields.</param>
/// <param name="Read">Reads them.</param>
internal sealed record MessageFormat(Type Type, string Manifest, Action<IClusterMessage, CodedOutputStream> Write, Func<CodedInputStream, IClusterMessage> Read)
{
    /// <typeparam name="T">The type of message.</typeparam>
    /// <param name="manifest">Its name between nodes.</param>
    /// <param name="write">Writes the fields.</param>
    /// <param name="read">Reads them.</param>
    public static MessageFormat Of<T>(string manifest, Action<T, CodedOutputStream> write, Func<CodedInputStream, T> read)
        where T : IClusterMessage => new(typeof(T), manifest, (message, output) => write((T)message, output), input => read(input));
}
