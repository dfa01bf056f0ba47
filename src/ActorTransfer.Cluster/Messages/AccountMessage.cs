using System.Collections.Immutable;

namespace ActorTransfer.Cluster.Messages;

/// <summary>Messages to and from the accounts of a cluster, wherever they live.</summary>
internal static class AccountMessage
{
    /// <summary>Starts the account if it does not live anywhere. The sender gets <see cref="Started"/>.</summary>
    public sealed record Start(string Account) : IClusterMessage;

    /// <summary>The account lives on the node of the sender.</summary>
    public sealed record Started : IClusterMessage;

    /// <summary>The sender gets <see cref="Located"/> when the account has been opened, or is not known.</summary>
    public sealed record Locate(string Account) : IClusterMessage;

    /// <summary>Where an account lives.</summary>
    /// <param name="Node">Address of the node; empty: the directory does not know the account.</param>
    /// <param name="Jid">Its bare JID.</param>
    /// <param name="Self">Own address; empty while it is not connected.</param>
    /// <param name="Reason">Why it is not connected; empty before the first attempt has ended.</param>
    /// <param name="IsForGood">The server refused it.</param>
    /// <param name="Fault">A <see cref="LinkFault"/>.</param>
    public sealed record Located(string Node, string Jid, string Self, string Reason, bool IsForGood, int Fault) : IClusterMessage;

    /// <summary>Reads the account from the directory again, and opens it again. The sender gets <see cref="Located"/> after that.</summary>
    public sealed record Reload(string Account) : IClusterMessage;

    /// <summary>
    /// From the node where the account has lived, when it has left it: the next node may open the account now. Nodes that do not get it wait for a moment.
    /// </summary>
    /// <param name="Account">Name of the account.</param>
    /// <param name="Self">Address of the session that can be resumed; empty: there is none.</param>
    /// <param name="Session">Identifies it at the server (XEP-0198); useless without the account's credentials.</param>
    /// <param name="Received">Number of stanzas received in the session.</param>
    /// <param name="Sent">Number of stanzas sent; all are acknowledged.</param>
    /// <param name="Stanzas">Presence of contacts who are online, and what was not handled.</param>
    /// <param name="IsPart">More follows.</param>
    public sealed record HandOver(
        string Account, string Self, string Session, long Received, long Sent, ImmutableArray<string> Stanzas, bool IsPart) : IClusterMessage;

    /// <summary>Finds a resource of a contact. The sender gets <see cref="ResourceFound"/>.</summary>
    public sealed record FindResource(string Account, string Contact) : IClusterMessage;

    /// <summary>The resource, or why there is none.</summary>
    /// <param name="Resource">A full JID; empty: there is none.</param>
    /// <param name="Reason">A <see cref="FailureReason"/>.</param>
    /// <param name="Detail">For people.</param>
    public sealed record ResourceFound(string Resource, int Reason, string Detail) : IClusterMessage;

    /// <summary>
    /// Sends a file of shared storage, or named content, from where the account lives. The sender gets <see cref="Sent"/> or <see cref="NotSent"/>, then the
    /// other messages of the transfer, last <see cref="Ended"/>.
    /// </summary>
    /// <param name="Account">Name of the account.</param>
    /// <param name="From">Own address; empty = that of the account.</param>
    /// <param name="To">The receiver.</param>
    /// <param name="Path">Path of the file; empty = it is named content.</param>
    /// <param name="Content">Name of the content; empty = it is a file.</param>
    /// <param name="File">Description of named content.</param>
    /// <param name="Methods">Allowed <see cref="StreamMethods"/>.</param>
    /// <param name="Proxies">Further proxies.</param>
    /// <param name="TraceParent">The application's activity, as in the header <c>traceparent</c>; empty = none.</param>
    /// <param name="EncryptsUpload">An HTTP upload is encrypted.</param>
    /// <param name="Signalling">A <see cref="ActorTransfer.Signalling"/> plus one; 0 = as configured there.</param>
    public sealed record Send(
        string Account,
        string From,
        string To,
        string Path,
        string Content,
        OfferedFile File,
        int Methods,
        ImmutableArray<string> Proxies,
        string TraceParent,
        bool EncryptsUpload,
        int Signalling) : IClusterMessage;

    /// <summary>The transfer has begun or is queued.</summary>
    /// <param name="Id">Its id.</param>
    /// <param name="Node">Node part of its id.</param>
    public sealed record Sent(long Id, int Node) : IClusterMessage;

    /// <summary>The transfer cannot begin.</summary>
    /// <param name="Reason">A <see cref="FailureReason"/>.</param>
    /// <param name="Detail">For people.</param>
    public sealed record NotSent(int Reason, string Detail) : IClusterMessage;

    /// <summary>To the sender of <see cref="Sent"/>: ends the transfer.</summary>
    public sealed record Cancel : IClusterMessage;

    /// <summary>To the sender of <see cref="Sent"/>: stops the bytes, or continues.</summary>
    public sealed record Pause(bool IsPaused) : IClusterMessage;

    /// <summary>The transfer is queued.</summary>
    /// <param name="Limit">The limit.</param>
    public sealed record Queued(int Limit) : IClusterMessage;

    /// <summary>The transfer is in a new state.</summary>
    /// <param name="State">A <see cref="TransferState"/>.</param>
    /// <param name="At">Milliseconds since 1970.</param>
    /// <param name="Self">Own address.</param>
    public sealed record Entered(int State, long At, string Self) : IClusterMessage;

    /// <summary>The transfer was paused or continued.</summary>
    public sealed record Paused(bool IsPaused) : IClusterMessage;

    /// <summary>The resource that gets the offer.</summary>
    public sealed record PeerFound(string Peer) : IClusterMessage;

    /// <summary>From a transfer: how the file is offered.</summary>
    /// <param name="Signalling">A <see cref="ActorTransfer.Signalling"/>.</param>
    public sealed record SignallingSelected(int Signalling) : IClusterMessage;

    /// <summary>The stream method.</summary>
    /// <param name="Method">A <see cref="StreamMethod"/>.</param>
    /// <param name="Host">The streamhost; empty in-band.</param>
    public sealed record MethodSelected(int Method, string Host) : IClusterMessage;

    /// <summary>Bytes moved so far.</summary>
    public sealed record Progressed(long Bytes, long Total) : IClusterMessage;

    /// <summary>The transfer has ended.</summary>
    /// <param name="Kind">1 completed, 2 refused, 3 cancelled, 4 failed.</param>
    /// <param name="Phase">A <see cref="TransferState"/>.</param>
    /// <param name="Side">A <see cref="TransferSide"/>.</param>
    /// <param name="Reason">A <see cref="FailureReason"/>.</param>
    /// <param name="Detail">For people.</param>
    /// <param name="Bytes">Of a completed one.</param>
    /// <param name="Sha256">Of a completed one; empty = not known.</param>
    /// <param name="Method">A <see cref="StreamMethod"/> plus one; 0 = none.</param>
    /// <param name="Delivery">A <see cref="ActorTransfer.Delivery"/>.</param>
    public sealed record Ended(
        int Kind, int Phase, int Side, int Reason, string Detail, long Bytes, string Sha256, int Method, int Delivery) : IClusterMessage;
}

/// <summary>What the receiver of named content is offered.</summary>
/// <param name="Name">Name of the file.</param>
/// <param name="Size">In bytes.</param>
/// <param name="Date">Last modification in milliseconds since 1970; 0 = not known.</param>
/// <param name="Md5">Hexadecimal; empty = not known.</param>
/// <param name="Description">Text for the receiver.</param>
/// <param name="MimeType">Its type.</param>
internal sealed record OfferedFile(string Name, long Size, long Date, string Md5, string Description, string MimeType);
