using ActorTransfer.Actors.Logging;
using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Protocol.Streams;
using Akka.Actor;
using Akka.Event;

namespace ActorTransfer.Actors.Connections;

/// <content>The end of a connection that the application closes, or that moves to another process.</content>
internal sealed partial class ConnectionActor
{
    /// <summary>Longer than the link waits for the server.</summary>
    private static readonly TimeSpan s_closeTimeout = TimeSpan.FromSeconds(5);

    private bool _closing;
    private StanzaLink.End _end = StanzaLink.End.Instance;
    private IActorRef _successor = ActorRefs.Nobody;
    private ResumableSession? _left;

    /// <summary>A session that waits for its resumption has no link: the server ends it by itself.</summary>
    private void Close(Connection.Close close)
    {
        if (_closing)
        {
            return;
        }

        _closing = true;
        _log.Write(ConnectionsLog.ConnectionClosed, _definition.Name);
        Publish(new Connection.Closed());
        if (close.HandsOver)
        {
            _successor = Sender;
            _end = new StanzaLink.End { KeepsSession = true };
        }
        else
        {
            RefuseReturned();
        }

        if (_opened is null || _suspended)
        {
            Stop(_suspended ? null : _resumable);
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
            _link.Tell(_end);
        }
    }

    private void Stop(ResumableSession? session)
    {
        _left = session;
        Context.Stop(Self);
    }
}
