namespace ActorTransfer;

/// <summary>
/// What is known about the delivery of a completed transfer. Neither XEP-0065 nor XEP-0096 has a receipt: only the receiver knows that a
/// file is complete. Jingle has one.
/// </summary>
public enum Delivery
{
    /// <summary>
    /// Sender, SOCKS5: the network accepted all bytes, and there is no sign of loss: the peer kept the connection open, or closed it before
    /// it was sent the end of the bytes.
    /// </summary>
    HandedOver,

    /// <summary>
    /// Sender, SOCKS5 without a proxy: as <see cref="HandedOver"/>, but the peer reset the connection after the last byte was acknowledged.
    /// Some receivers do that on completion, others when they close without reading everything.
    /// </summary>
    PeerReset,

    /// <summary>
    /// Sender, SOCKS5: all bytes were acknowledged, and after their end the remote end closed the connection in order. Through a proxy this
    /// is the proxy, which closes in order when the target has.
    /// </summary>
    PeerClosed,

    /// <summary>Sender, in-band: the peer acknowledged every block (XEP-0047 §2.2).</summary>
    Acknowledged,

    /// <summary>Receiver: the file is complete; its length and, if offered, its hash match.</summary>
    Verified,

    /// <summary>Sender, Jingle: the peer confirmed that it received the whole file (XEP-0234 §8.2).</summary>
    Confirmed,

    /// <summary>
    /// Sender, HTTP upload: the server confirmed the whole file, and the message with its URL was handed to the own server. Whether the peer gets either is
    /// not known (XEP-0363 has no receipt).
    /// </summary>
    Uploaded,
}
