using ActorTransfer.Protocol.FileTransfer;

namespace ActorTransfer;

/// <summary>The state of a transfer. Log lines, metrics and the actors' FSM use these names.</summary>
public enum TransferState
{
    /// <summary>The SI offer (XEP-0096) was sent, or was received and is pending.</summary>
    Offer,

    /// <summary>The offer was accepted and a stream method chosen (XEP-0095).</summary>
    Accepted,

    /// <summary>Initiator only: the streamhosts that can be offered are known.</summary>
    ProxyDiscovered,

    /// <summary>Initiator only: streamhosts were sent, the peer is connecting (XEP-0065 §5).</summary>
    StreamhostSent,

    /// <summary>Target only: streamhosts arrived and are being tried.</summary>
    StreamhostReceived,

    /// <summary>The SOCKS5 handshake with the chosen streamhost is done.</summary>
    Connected,

    /// <summary>Initiator: the proxy relays. Target: the first bytes, or the end of the stream, arrived.</summary>
    Activated,

    /// <summary>Bytes move.</summary>
    Streaming,

    /// <summary>
    /// Jingle only: all bytes were sent, the peer has not ended the session; or they were received, the announced hash is missing.
    /// </summary>
    Verifying,

    /// <summary>End: every byte was sent, or received, verified and put in place.</summary>
    Completed,

    /// <summary>End: the offer was declined.</summary>
    Refused,

    /// <summary>End: one side cancelled.</summary>
    Cancelled,

    /// <summary>End: the transfer failed.</summary>
    Failed,
}
