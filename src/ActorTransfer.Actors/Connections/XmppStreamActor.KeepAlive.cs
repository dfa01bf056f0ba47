using ActorTransfer.Protocol.Stanzas;
using Akka.Actor;

namespace ActorTransfer.Actors.Connections;

/// <content>Whether the server still responds.</content>
internal sealed partial class XmppStreamActor
{
    /// <summary>Pings a server that has sent nothing since the last tick (XEP-0199).</summary>
    private void KeepAlive()
    {
        if (_pings.IsDue())
        {
            Ping();
        }
    }

    private void Ping()
    {
        Apply(_session!.Ping(StanzaIds.Random()));
        if (_session is { AwaitsPong: true })
        {
            Timers.StartSingleTimer(StreamTimer.PingTimedOut, StreamTimer.PingTimedOut, _settings.PingTimeout);
        }
    }

    private void PingMissed()
    {
        if (_pings.Miss())
        {
            Close($"the server did not respond to {ServerPings.MaxMissed} pings", forGood: false);
        }
        else
        {
            Ping();
        }
    }
}
