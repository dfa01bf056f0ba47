using ActorTransfer.Actors.Connections;
using ActorTransfer.Cluster.Nodes;
using Akka.Actor;

namespace ActorTransfer.Cluster.Links;

/// <content>
/// This node was taken for dead, and another hub has the connection. If the process was frozen, it may have seen only that its connection is broken. If it took
/// the connection back, stanzas of the other nodes would arrive here.
/// </content>
internal partial class LinkHub
{
    private readonly SuspensionDetector _suspension = new(TimeProvider.System);

    private void GiveUp()
    {
        Context.Stop(_connection);
        _connection = ActorRefs.Nobody;
        Timers.StartSingleTimer(Retry.Instance, Retry.Instance, SuspensionDetector.Caution);
    }

    private void TryAgain()
    {
        if (_connection.IsNobody())
        {
            Open();
        }
        else
        {
            _connection.Tell(new Connection.Reconnect());
        }
    }

    private sealed record Beat
    {
        public static Beat Instance { get; } = new();
    }
}
