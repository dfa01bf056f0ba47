using ActorTransfer.Actors.Logging;
using Akka.Actor;
using Akka.Event;

namespace ActorTransfer.Actors.Connections;

/// <content>The end of a connection that the application closes.</content>
internal sealed partial class ConnectionActor
{
    /// <summary>Longer than the link waits for the server.</summary>
    private static readonly TimeSpan s_closeTimeout = TimeSpan.FromSeconds(5);

    private bool _closing;

    /// <summary>A session that waits for its resumption has no link: the server ends it by itself.</summary>
    private void Close()
    {
        if (_closing)
        {
            return;
        }

        _closing = true;
        _log.Write(ConnectionsLog.ConnectionClosed, _definition.Name);
        Publish(new Connection.Closed());
        if (_opened is null || _suspended)
        {
            Context.Stop(Self);
            return;
        }

        Timers.StartSingleTimer(ConnectionTimer.CloseTimedOut, ConnectionTimer.CloseTimedOut, s_closeTimeout);
        EndWrittenLink();
    }

    private void Written()
    {
        _queue.Written();
        EndWrittenLink();
    }

    /// <summary>Responses to peers, such as refusals, are sent first.</summary>
    private void EndWrittenLink()
    {
        if (_closing && _queue.IsEmpty)
        {
            _link.Tell(StanzaLink.End.Instance);
        }
    }
}
