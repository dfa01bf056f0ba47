namespace ActorTransfer.Extensibility;

/// <summary>Who ended a link, and how.</summary>
public enum ByteLinkFault
{
    /// <summary>The peer closed although bytes were still to be sent: it cancelled.</summary>
    PeerClosedEarly,

    /// <summary>The connection was reset or is lost.</summary>
    PeerReset,

    /// <summary>The peer took no byte for the whole linger time although some were still under way.</summary>
    PeerStalled,

    /// <summary>The peer refused what it was sent, or broke the rules of the stream.</summary>
    PeerRefused,

    /// <summary>What carries the link, such as the stream to an XMPP server, was lost.</summary>
    CarrierLost,

    /// <summary>This side closed the link or cannot use it.</summary>
    LocalFailure,
}

/// <summary>The end of a link that is no regular end.</summary>
public sealed class ByteLinkException : IOException
{
    /// <summary>An end of the given kind.</summary>
    public ByteLinkException(ByteLinkFault fault, string message, Exception? inner = null)
        : base(message, inner) => Fault = fault;

    /// <summary>Who ended the link, and how.</summary>
    public ByteLinkFault Fault { get; }
}
