namespace ActorTransfer.Protocol.JingleSessions;

/// <summary>What a Jingle session waits for. One timer runs at a time; starting one replaces the one before.</summary>
internal enum JingleTimer
{
    /// <summary>Own candidates are collected (5 s); then those that were found are offered.</summary>
    Collecting,

    /// <summary>The peer is to confirm the offer (30 s).</summary>
    Confirmation,

    /// <summary>The peer is to accept the offer (10 min).</summary>
    Offer,

    /// <summary>The application is to decide (10 min).</summary>
    Decision,

    /// <summary>Both sides connect and report their results (25 s).</summary>
    Candidates,

    /// <summary>The own candidate is taken over, or connected to and activated (10 s).</summary>
    OwnLink,

    /// <summary>The peer is to activate its proxy (20 s).</summary>
    PeerActivation,

    /// <summary>The initiator is to replace the transport that failed (10 s).</summary>
    Replacement,

    /// <summary>The peer is to accept the other transport (20 s).</summary>
    ReplacementAnswer,

    /// <summary>The in-band bytestream is to be opened (20 s).</summary>
    InBandOpen,

    /// <summary>Bytes are to move (120 s).</summary>
    Bytes,

    /// <summary>The sender is to send the announced hash (5 s).</summary>
    Checksum,

    /// <summary>The peer is to end the session (15 s).</summary>
    End,

    /// <summary>The peer is to say why it closed the connection (2 s).</summary>
    Reason,
}
