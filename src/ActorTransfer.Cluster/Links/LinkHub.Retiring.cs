using ActorTransfer.Actors.Connections;
using ActorTransfer.Cluster.Messages;
using Akka.Actor;

namespace ActorTransfer.Cluster.Links;

/// <content>
/// The end of the hub when its node leaves. When the nodes write nothing more and everything is written, the hub of another node may connect; until the server
/// has replaced this connection by that one, what arrives here is delivered. Thus no stanza is lost if the server lets a new connection replace the old one.
/// </content>
internal partial class LinkHub
{
    /// <summary>A node that does not reply is gone.</summary>
    private static readonly TimeSpan s_holdTimeout = TimeSpan.FromSeconds(1);

    /// <summary>How long the connection is kept for its replacement.</summary>
    private static readonly TimeSpan s_keep = TimeSpan.FromSeconds(4);

    private readonly HashSet<HubNode> _writing = [];
    private IActorRef _role = ActorRefs.Nobody;
    private bool _isRetiring;
    private bool _isRetired;
    private int _passing;

    private void ReceiveRetiring()
    {
        Receive<Retire>(_ => BeginToRetire());
        Receive<LinkMessage.Held>(FromNode<LinkMessage.Held>((node, _) => NodeHolds(node)));
        Receive<LinkMessage.Yield>(FromNode<LinkMessage.Yield>((_, _) => Close()));
        Receive<RetiringTimer>(TimerElapsed);
        Receive<Terminated>(_ => Context.Stop(Self), ended => ended.ActorRef.Equals(_connection));
    }

    private void BeginToRetire()
    {
        _role = Sender;
        _isRetiring = true;
        Timers.Cancel(Retry.Instance);
        if (_status is not LinkMessage.Up || _nodes.All.All(node => node.Link.Path.Address.HasLocalScope))
        {
            Context.Stop(Self);
            return;
        }

        Timers.StartSingleTimer(RetiringTimer.Hold, RetiringTimer.Hold, s_holdTimeout);
        _writing.UnionWith(_nodes.All);
        foreach (var node in _nodes.All)
        {
            node.Link.Tell(new LinkMessage.Moving());
        }
    }

    private void NodeHolds(HubNode node)
    {
        _writing.Remove(node);
        ReportRetired();
    }

    private void ReportRetired()
    {
        if (_isRetiring && !_isRetired && _writing.Count == 0 && _passing == 0)
        {
            _isRetired = true;
            Timers.Cancel(RetiringTimer.Hold);
            Timers.StartSingleTimer(RetiringTimer.Keep, RetiringTimer.Keep, s_keep);
            _role.Tell(new Retired());
        }
    }

    private void TimerElapsed(RetiringTimer timer)
    {
        if (timer == RetiringTimer.Keep)
        {
            Close();
            return;
        }

        _writing.Clear();
        _passing = 0;
        ReportRetired();
    }

    private void Close()
    {
        Context.Watch(_connection);
        _connection.Tell(new Connection.Close());
    }

    /// <summary>
    /// Another node takes over. The sender gets <see cref="Retired"/> when it may; the hub stops later, or at once if there is nothing to keep.
    /// </summary>
    internal sealed record Retire;

    /// <summary>The reply.</summary>
    internal sealed record Retired;

    private enum RetiringTimer
    {
        /// <summary>Nodes had time to stop writing.</summary>
        Hold,

        /// <summary>The connection was kept long enough.</summary>
        Keep,
    }
}
