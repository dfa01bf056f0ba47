namespace ActorTransfer.Actors.Connections;

/// <summary>Timers of an XMPP stream; each is its own key and message.</summary>
internal enum StreamTimer
{
    /// <summary>The endpoint sent no stream header; the next one is tried.</summary>
    NotGreeted,

    /// <summary>The login was not completed in time.</summary>
    OpenTimedOut,

    /// <summary>Checks whether the server has sent anything.</summary>
    KeepAlive,

    /// <summary>A ping had no response in time.</summary>
    PingTimedOut,

    /// <summary>Reminds the server to acknowledge stanzas.</summary>
    Acknowledge,

    /// <summary>The server did not acknowledge stanzas in time.</summary>
    NotAcknowledged,

    /// <summary>The server did not acknowledge in time what was sent before the session is left.</summary>
    NotLeft,

    /// <summary>The server did not close the stream in time after this side did.</summary>
    NotEnded,
}
