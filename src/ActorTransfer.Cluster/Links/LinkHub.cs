using ActorTransfer.Actors;
using ActorTransfer.Actors.Connections;
using ActorTransfer.Actors.Logging;
using ActorTransfer.Cluster.Messages;
using ActorTransfer.Cluster.Nodes;
using ActorTransfer.Protocol;
using ActorTransfer.Protocol.HttpUpload;
using ActorTransfer.Protocol.Stanzas;
using Akka.Actor;
using Akka.Event;

namespace ActorTransfer.Cluster.Links;

/// <summary>
/// Owns the one connection that several nodes share: sends what they write, gives offers to the least loaded node that can take them, and requests of peers to
/// the node that has the session. On whatever node it is, all nodes have a <see cref="RemoteLinkActor"/> to it. Its only child is the connection.
/// </summary>
internal partial class LinkHub : ReceiveActor, IWithTimers
{
    /// <summary>How long nodes have to register before the connection is opened without them.</summary>
    private static readonly TimeSpan s_settle = TimeSpan.FromSeconds(2);

    /// <summary>Another connection has the address: the one of the previous hub, of which the server may not have noticed the end.</summary>
    private static readonly TimeSpan s_retryConflict = TimeSpan.FromMilliseconds(500);

    private readonly HubDefinition _definition;
    private readonly ILoggingAdapter _log = ActorLog.GetLogger(Context);
    private readonly StanzaText _text;
    private IActorRef _connection = ActorRefs.Nobody;
    private IClusterMessage? _status;

    /// <summary>Use <see cref="Props(HubDefinition)"/>.</summary>
    public LinkHub(HubDefinition definition)
    {
        _definition = definition;
        _text = new StanzaText(definition.Settings.Limits);
        Receive<LinkMessage.Register>(Register);
        Receive<LinkMessage.Load>(FromNode<LinkMessage.Load>(Report));
        Receive<LinkMessage.Bind>(FromNode<LinkMessage.Bind>(Bind));
        Receive<LinkMessage.Unbind>(FromNode<LinkMessage.Unbind>(Unbind));
        Receive<LinkMessage.Write>(FromNode<LinkMessage.Write>(Write));
        Receive<LinkMessage.Delivered>(FromNode<LinkMessage.Delivered>((node, delivered) => node.Undelivered -= delivered.Count));
        Receive<LinkMessage.Return>(FromNode<LinkMessage.Return>(Returned));
        Receive<StanzaLink.Received>(received => Received(received.Stanza));
        Receive<StanzaLink.Messaged>(Messaged);
        Receive<StanzaLink.Present>(Present);
        Receive<Connection.Passed>(passed =>
        {
            _passing--;
            Passed((HubNode)passed.Tag);
        });
        Receive<Connection.Up>(up => TellStatus(new LinkMessage.Up(up.Self.ToString())));
        Receive<Connection.Lost>(Lost);
        Receive<Flush>(_ => FlushWritten());
        Receive<Settled>(_ => Open());
        Receive<Retry>(_ => TryAgain());
        Receive<Beat>(_ => _suspension.Beat());
        ReceiveRetiring();
        Receive<Terminated>(ended => NodeStopped(ended.ActorRef));
    }

    /// <inheritdoc/>
    public ITimerScheduler Timers { get; set; } = null!;

    /// <param name="definition">Its connection.</param>
    public static Props Props(HubDefinition definition) => Akka.Actor.Props.Create(() => new LinkHub(definition));

    /// <inheritdoc/>
    protected override void PreStart()
    {
        _log.Write(ClusterLog.HubStarted, _definition.Name);
        Timers.StartSingleTimer(Settled.Instance, Settled.Instance, s_settle);
        Timers.StartPeriodicTimer(Beat.Instance, Beat.Instance, SuspensionDetector.Interval);
    }

    /// <inheritdoc/>
    protected override void PostStop() => _log.Write(ClusterLog.HubStopped, _definition.Name);

    /// <summary>A fault of the connection affects only the message that caused it, as in the engine.</summary>
    protected override SupervisorStrategy SupervisorStrategy() =>
        new OneForOneStrategy(maxNrOfRetries: -1, withinTimeMilliseconds: Timeout.Infinite, localOnlyDecider: Decide, loggingEnabled: false);

    private Directive Decide(Exception exception)
    {
        _log.Write(exception, ClusterLog.HubFailed, _definition.Name, exception.Message);
        return Directive.Resume;
    }

    private void Open()
    {
        if (_connection.IsNobody())
        {
            Timers.Cancel(Settled.Instance);
            _connection = Context.ActorOf(_definition.Connection, "connection");
            _connection.Tell(new Connection.Share());
            _connection.Tell(new Connection.Subscribe());
        }
    }

    private void TellStatus(IClusterMessage status)
    {
        _status = status;
        foreach (var node in _nodes.All)
        {
            node.Link.Tell(status);
        }
    }

    /// <summary>The connection itself tries again, except after some conflicts.</summary>
    private void Lost(Connection.Lost lost)
    {
        _passing = 0;
        if (_isRetiring)
        {
            Context.Stop(Self);
            return;
        }

        if (_status is LinkMessage.Up && (lost.Fault == LinkFault.Conflict || _suspension.Hold() > TimeSpan.Zero))
        {
            GiveUp();
        }
        else if (lost is { Fault: LinkFault.Conflict, ForGood: true, RetryIn: null })
        {
            Timers.StartSingleTimer(Retry.Instance, Retry.Instance, s_retryConflict);
        }

        ForgetRequests();
        TellStatus(new LinkMessage.Down(lost.Reason, lost.ForGood && lost.Fault != LinkFault.Conflict, (int)lost.Fault));
    }

    private void Write(HubNode node, LinkMessage.Write write)
    {
        var read = _text.Read(write.Stanza);
        if (read is StanzaLink.Messaged { Message: var message })
        {
            Pass(new Connection.PassMessage(message, node));
        }
        else if (read is StanzaLink.Received { Stanza: var stanza })
        {
            if (!stanza.IsRequest)
            {
                node.Requests.Remove(stanza.To, stanza.Id);
            }

            Writing(node, stanza);
            Pass(new Connection.Pass(stanza, node));
        }
        else
        {
            Passed(node);
        }
    }

    private void Pass(object stanza)
    {
        _passing++;
        _connection.Tell(stanza);
    }

    /// <summary>A node sends a request or response.</summary>
    protected virtual void Writing(HubNode node, Iq stanza)
    {
        foreach (var session in StanzaSession.BegunBy(stanza))
        {
            _sessions.Bind(session, node.Id);
        }
    }

    private void Received(Iq stanza)
    {
        if (!stanza.IsRequest)
        {
            if (StanzaTag.TryRemove(stanza.Id, out var id, out var original) && _nodes.Find(id) is { } asker)
            {
                Deliver(asker, stanza with { Id = original });
            }

            return;
        }

        Requested(stanza);
    }

    /// <summary>A peer requests something, except service discovery and pings.</summary>
    protected virtual void Requested(Iq stanza)
    {
        if (!StanzaSession.IsForNodes(stanza))
        {
            Refuse(stanza, StanzaError.ServiceUnavailable);
            return;
        }

        var session = StanzaSession.OfIncoming(stanza);
        var node = session is { } key && _sessions.Find(key) is { } bound ? _nodes.Find(bound) : _nodes.Choose();
        Assign(stanza, node, attempt: 0);
    }

    /// <summary>An offer for another node than the one that had no room for it.</summary>
    private void Returned(HubNode node, LinkMessage.Return returned)
    {
        if (_text.Read(returned.Stanza) is StanzaLink.Received { Stanza: { IsRequest: true } offer })
        {
            node.Requests.Remove(offer.From, offer.Id);
            var attempt = returned.Attempt + 1;
            var next = attempt < _nodes.All.Count ? _nodes.Choose(node) : null;
            Assign(offer, next, attempt);
        }
    }

    /// <summary>Gives a request to a node, or refuses it.</summary>
    protected void Assign(Iq request, HubNode? node, int attempt)
    {
        if (node is null || node.Undelivered >= _definition.Settings.MaxQueuedStanzas)
        {
            Refuse(request, StanzaError.ResourceConstraint);
            return;
        }

        if (StanzaSession.IsOffer(request) && StanzaSession.OfIncoming(request) is { } session)
        {
            _nodes.Assign(node);
            _sessions.Bind(session, node.Id);
        }

        node.Requests.Add(request, attempt, _definition.Settings.MaxQueuedStanzas);
        Deliver(node, request, attempt);
    }

    private void Deliver(HubNode node, Iq stanza, int attempt = 0) => Deliver(node, StanzaText.Write(stanza), attempt);

    /// <summary>What a node that does not keep up cannot take is lost; requests of others were refused before.</summary>
    private void Deliver(HubNode node, string stanza, int attempt = 0)
    {
        if (node.Undelivered < _definition.Settings.MaxQueuedStanzas)
        {
            node.Undelivered++;
            node.Link.Tell(new LinkMessage.Deliver(stanza, attempt));
        }
    }

    /// <summary>Responds to a request without a node.</summary>
    protected void Reply(Iq response) => _connection.Tell(new Connection.Reply(response));

    private void Refuse(Iq request, StanzaError error) => Reply(request.Fail(error));

    /// <summary>
    /// Blocks of in-band bytestreams, and files at a URL, which are given to nodes as offers are; unlike these they are lost with their node. Other messages
    /// are for none.
    /// </summary>
    private void Messaged(StanzaLink.Messaged messaged)
    {
        var message = messaged.Message;
        if (message["type"] is not ("error" or "groupchat") && SharedFile.Read(message, allowsPlainHttp: true) is not null)
        {
            if (_nodes.Choose() is { } least)
            {
                _nodes.Assign(least);
                Deliver(least, message.ToString());
            }

            return;
        }

        if (message.Children.FirstOrDefault(child => child.Namespace == Namespaces.Ibb) is { } payload
            && Jid.TryParse(message["from"], out var from)
            && Jid.TryParse(message["to"], out var to)
            && StanzaSession.OfIncoming(from, to, payload) is { } session
            && _sessions.Find(session) is { } id
            && _nodes.Find(id) is { } node)
        {
            Deliver(node, message.ToString());
        }
    }

    private void Present(StanzaLink.Present present)
    {
        var text = present.Presence.ToString();
        foreach (var node in _nodes.All)
        {
            Deliver(node, text);
        }
    }

    private sealed record Settled
    {
        public static Settled Instance { get; } = new();
    }

    private sealed record Retry
    {
        public static Retry Instance { get; } = new();
    }
}
