namespace ActorTransfer;

/// <summary>Why a transfer failed. Phase and side locate the cause.</summary>
public enum FailureReason
{
    /// <summary>The given side did not respond, or transferred no bytes, in time.</summary>
    Timeout,

    /// <summary>The XMPP link was lost before bytes were transferred.</summary>
    LinkLost,

    /// <summary>A limit on pending requests or transfers, or a quota of received bytes, was reached.</summary>
    Overloaded,

    /// <summary>The peer cannot be reached or does not support file transfer.</summary>
    NotSupported,

    /// <summary>No common stream method (XEP-0095 <c>no-valid-streams</c>).</summary>
    NoMethod,

    /// <summary>No streamhost to offer: direct addresses are off and no proxy was found.</summary>
    NoStreamhost,

    /// <summary>No offered streamhost could be reached.</summary>
    StreamhostUnreachable,

    /// <summary>The peer selected a streamhost that was not offered.</summary>
    StreamhostUnknown,

    /// <summary>The proxy refused to activate the bytestream (XEP-0065 §6.3.5).</summary>
    ActivationRefused,

    /// <summary>The peer refused the in-band bytestream (XEP-0047 §2.1).</summary>
    InBandRefused,

    /// <summary>A response that violates the protocol.</summary>
    ProtocolViolation,

    /// <summary>The byte stream ended early.</summary>
    ConnectionLost,

    /// <summary>Fewer or more bytes than offered.</summary>
    WrongLength,

    /// <summary>The hash of the received bytes differs from the offered one.</summary>
    WrongHash,

    /// <summary>No disk space left at the destination.</summary>
    NoSpace,

    /// <summary>The file to send cannot be read.</summary>
    FileUnreadable,

    /// <summary>The file to receive cannot be written.</summary>
    FileUnwritable,

    /// <summary>The application rejected the content of the file while or after it arrived, for example because of a virus.</summary>
    Rejected,

    /// <summary>A defect of this program; the exception is logged.</summary>
    InternalError,

    /// <summary>The file was sent to the bare JID of an account, and no resource of it is known to be online.</summary>
    PeerOffline,

    /// <summary>The file is larger than the given side allows.</summary>
    TooLarge,

    /// <summary>The server's upload service, or the HTTP server behind it, refused the file or does not have it (XEP-0363).</summary>
    UploadRefused,
}
