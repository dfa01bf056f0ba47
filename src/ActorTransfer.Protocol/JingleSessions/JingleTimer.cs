namespace ActorTransfer.Protocol.JingleSessions;

/// <summary>What a Jingle session waits for. One timer runs at a time; starting one replaces the one before.</summary>
internal enum JingleTimer
{
    /// <summary>Own candidates are collected; then those that were found are offered.</summary>
    Collecting,

    /// <summary>The peer is to confirm the offer.</summary>
    Confirmation,

    /// <summary>The peer is to accept the offer.</summary>
    Offer,

    /// <summary>The application is to decide.</summary>
    Decision,

    /// <summary>Both sides connect and report their results.</summary>
    Candidates,

    /// <summary>The time to connect is over, and the peer has not reported its result.</summary>
    PeerCandidates,

    /// <summary>The own candidate is taken over, or connected to and activated.</summary>
    OwnLink,

    /// <summary>The peer is to activate its proxy.</summary>
    PeerActivation,

    /// <summary>The initiator is to replace the transport that failed.</summary>
    Replacement,

    /// <summary>The peer is to accept the other transport.</summary>
    ReplacementAnswer,

    /// <summary>The in-band bytestream is to be opened.</summary>
    InBandOpen,

    /// <summary>Bytes are to move.</summary>
    Bytes,

    /// <summary>The sender is to send the announced hash.</summary>
    Checksum,

    /// <summary>The peer is to end the session.</summary>
    End,

    /// <summary>The peer is to say why it closed the connection.</summary>
    Reason,

    /// <summary>The peer is to confirm that this side has ended the session; the connection stays open until then.</summary>
    Confirmed,
}
