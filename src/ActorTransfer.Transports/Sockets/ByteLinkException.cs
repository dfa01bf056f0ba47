namespace ActorTransfer.Extensibility;

/// <summary>How a link ended, and by which side.</summary>
public enum ByteLinkFault
{
    /// <summary>The peer closed before all bytes were sent: it cancelled.</summary>
    PeerClosedEarly,

    /// <summary>The connection was reset or lost.</summary>
    PeerReset,

    /// <summary>The peer acknowledged no bytes for the whole linger time although some were outstanding.</summary>
    PeerStalled,

    /// <summary>The peer refused the data, or violated the protocol of the stream.</summary>
    PeerRefused,

    /// <summary>The carrier of the link, such as the stream to an XMPP server, was lost.</summary>
    CarrierLost,

    /// <summary>This side closed the link or cannot use it.</summary>
    LocalFailure,
}

/// <summary>An irregular end of a link.</summary>
public sealed class ByteLinkException : IOException
{
    /// <summary>Creates an end of the given kind.</summary>
    public ByteLinkException(ByteLinkFault fault, string message, Exception? inner = null)
        : base(message, inner) => Fault = fault;

    /// <summary>How the link ended, and by which side.</summary>
    public ByteLinkFault Fault { get; }
}
