using ActorTransfer.Actors;
using ActorTransfer.Cluster.Messages;
using ActorTransfer.Protocol.Stanzas;
using Akka.Actor;

namespace ActorTransfer.Cluster.Links;

/// <content>The nodes: their registration, sessions, load, and what the connection has taken of each.</content>
internal partial class LinkHub
{
    private readonly NodeTable _nodes = new();
    private readonly SessionBindings _sessions = new();
    private bool _flushing;

    /// <summary>All nodes.</summary>
    protected NodeTable Nodes => _nodes;

    /// <summary>Handles a message of a node; that of a link that was replaced is ignored.</summary>
    protected Action<T> FromNode<T>(Action<HubNode, T> handle) => message =>
    {
        if (_nodes.Find(Sender) is { } node)
        {
            handle(node, message);
        }
    };

    private void Register(LinkMessage.Register register)
    {
        if (_isRetiring)
        {
            return;
        }

        if (_nodes.Find(register.Node) is not { } known || !known.Link.Equals(Sender))
        {
            Left(register.Node);
            _nodes.Add(register.Node, Context.Watch(Sender));
            _log.Write(ClusterLog.NodeJoined, _definition.Name, Sender.Path.Address, _nodes.All.Count);
        }

        Sender.Tell(new LinkMessage.Registered());
        if (_status is not null)
        {
            Sender.Tell(_status);
        }
    }

    private void NodeStopped(IActorRef link)
    {
        if (_nodes.Find(link) is { } node)
        {
            _nodes.Remove(node);
            Left(node.Id);
            _log.Write(ClusterLog.NodeLeft, _definition.Name, link.Path.Address, _nodes.All.Count);
            Answer(node);
        }
    }

    /// <summary>A node was lost: peers would wait for its responses until their timeout. While this hub retires, responses pass the next one.</summary>
    private void Answer(HubNode lost)
    {
        foreach (var (request, attempt) in _isRetiring ? [] : lost.Requests.All)
        {
            if (StanzaSession.IsOffer(request))
            {
                Assign(request, _nodes.Choose(), attempt);
            }
            else
            {
                Refuse(request, StanzaError.ItemNotFound);
            }
        }
    }

    /// <summary>The connection was lost: links begin anew, but transfers of the nodes continue.</summary>
    private void ForgetRequests()
    {
        foreach (var node in _nodes.All)
        {
            node.Requests.Clear();
        }
    }

    /// <summary>A node has stopped, or registers anew.</summary>
    /// <param name="node">Its id.</param>
    protected virtual void Left(int node) => _sessions.Remove(node);

    /// <summary>A node has reported its load.</summary>
    protected void Report(HubNode node, LinkMessage.Load load)
    {
        node.Report(load);
        if (_connection.IsNobody() && !Timers.IsTimerActive(Retry.Instance) && _nodes.Ready >= _definition.Nodes(Context.System))
        {
            Open();
        }
    }

    private void Bind(HubNode node, LinkMessage.Bind bind)
    {
        foreach (var session in StanzaSession.ToKeys(bind.Sessions))
        {
            _sessions.Bind(session, node.Id);
        }
    }

    private void Unbind(HubNode node, LinkMessage.Unbind unbind)
    {
        foreach (var session in StanzaSession.ToKeys(unbind.Sessions))
        {
            _sessions.Unbind(session, node.Id);
        }
    }

    private void Passed(HubNode node)
    {
        node.Written++;
        if (!_flushing)
        {
            _flushing = true;
            Self.Tell(Flush.Instance);
        }
    }

    /// <summary>One message for all that was written meanwhile.</summary>
    private void FlushWritten()
    {
        _flushing = false;
        foreach (var node in _nodes.All)
        {
            if (node.Written > 0)
            {
                node.Link.Tell(new LinkMessage.Written(node.Written));
                node.Written = 0;
            }
        }

        ReportRetired();
    }

    private sealed record Flush
    {
        public static Flush Instance { get; } = new();
    }
}
