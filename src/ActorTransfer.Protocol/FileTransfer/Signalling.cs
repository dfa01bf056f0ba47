namespace ActorTransfer;

/// <summary>The protocol by which a file is offered; the stream methods are the same.</summary>
public enum Signalling
{
    /// <summary>Stream initiation (XEP-0095, XEP-0096).</summary>
    StreamInitiation,

    /// <summary>Jingle file transfer (XEP-0166, XEP-0234).</summary>
    Jingle,
}
