using System.Collections.Immutable;
using ActorTransfer.Protocol.Xml;

namespace ActorTransfer.Protocol.StreamManagement;

/// <summary>The outputs of stream management.</summary>
internal abstract record StreamManagementOutput
{
    private StreamManagementOutput()
    {
    }

    /// <summary>Send this element; it is not a stanza and is not counted.</summary>
    public sealed record Send(XmlElement Element) : StreamManagementOutput;

    /// <summary>The server has enabled stream management.</summary>
    /// <param name="MayResume">The stream can be resumed after its connection is lost.</param>
    /// <param name="Max">How long the server keeps it; null when it does not specify that.</param>
    /// <param name="Location">The server's preferred address for resumption, <c>host</c> or <c>host:port</c>; null for the same address.</param>
    public sealed record Enabled(bool MayResume, TimeSpan? Max, string? Location) : StreamManagementOutput;

    /// <summary>The stream is resumed, with the same full JID.</summary>
    /// <param name="Resend">The stanzas the server did not receive, in order, to be written unchanged. They are counted already.</param>
    public sealed record Resumed(ImmutableArray<XmlElement> Resend) : StreamManagementOutput;

    /// <summary>The server refuses to enable management or to resume. After a failed resumption, bind again.</summary>
    /// <param name="Condition">The server's condition, such as <c>item-not-found</c>.</param>
    public sealed record Failed(string Condition) : StreamManagementOutput;

    /// <summary>The server acknowledges more stanzas than were sent: send this error and close the stream.</summary>
    /// <param name="Error">A <c>stream:error</c>.</param>
    /// <param name="Reason">A sentence for display.</param>
    public sealed record Close(XmlElement Error, string Reason) : StreamManagementOutput;
}
