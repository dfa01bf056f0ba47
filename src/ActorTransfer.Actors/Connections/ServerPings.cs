namespace ActorTransfer.Actors.Connections;

/// <summary>Detects a server that has stopped responding: when it sent nothing for a while it is pinged (XEP-0199), and may miss one ping.</summary>
internal sealed class ServerPings
{
    /// <summary>So many pings in a row without a response end the stream.</summary>
    public const int MaxMissed = 2;

    private bool _heard;
    private int _missed;

    /// <summary>The server sent something.</summary>
    public void Heard() => (_heard, _missed) = (true, 0);

    /// <summary>True: the server has sent nothing since the last call.</summary>
    public bool IsDue()
    {
        var isDue = !_heard;
        _heard = false;
        return isDue;
    }

    /// <summary>A ping had no response in time. True: the server does not respond any more.</summary>
    public bool Miss() => ++_missed == MaxMissed;
}
