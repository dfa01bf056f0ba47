using System.Collections.Immutable;
using ActorTransfer.Protocol.Xml;

namespace ActorTransfer.Protocol.StreamManagement;

/// <summary>What stream management wants done.</summary>
internal abstract record StreamManagementOutput
{
    private StreamManagementOutput()
    {
    }

    /// <summary>Send this element; it is no stanza and is not counted.</summary>
    public sealed record Send(XmlElement Element) : StreamManagementOutput;

    /// <summary>The server counts, too.</summary>
    /// <param name="MayResume">The stream can be taken up again after its connection broke.</param>
    /// <param name="Max">How long the server keeps it for that; null when it does not say.</param>
    /// <param name="Location">Where the server wants to be met for that, <c>host</c> or <c>host:port</c>; null for the same place.</param>
    public sealed record Enabled(bool MayResume, TimeSpan? Max, string? Location) : StreamManagementOutput;

    /// <summary>The stream goes on where it was, with the same full JID.</summary>
    /// <param name="Resend">What the server did not get, in order: to be written as it is. It is counted already.</param>
    public sealed record Resumed(ImmutableArray<XmlElement> Resend) : StreamManagementOutput;

    /// <summary>The server does not want to count or to resume. After a resumption that failed, bind anew.</summary>
    /// <param name="Condition">The server's word, such as <c>item-not-found</c>.</param>
    public sealed record Failed(string Condition) : StreamManagementOutput;

    /// <summary>The server counts what was never sent: say this and close the stream.</summary>
    /// <param name="Error">A <c>stream:error</c>.</param>
    /// <param name="Why">A sentence for people.</param>
    public sealed record Close(XmlElement Error, string Why) : StreamManagementOutput;
}
