namespace ActorTransfer;

/// <summary>The protocol by which a file is offered; the stream methods are the same.</summary>
public enum Signalling
{
    /// <summary>Stream initiation (XEP-0095, XEP-0096).</summary>
    StreamInitiation,

    /// <summary>Jingle file transfer (XEP-0166, XEP-0234).</summary>
    Jingle,

    /// <summary>
    /// What the peer advertises (XEP-0030, XEP-0115): Jingle if it has that with an allowed stream method, else stream initiation. If the peer responds that
    /// it does not support the one, the other is tried once.
    /// </summary>
    Auto,
}
