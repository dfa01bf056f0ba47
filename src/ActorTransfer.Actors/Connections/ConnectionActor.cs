using ActorTransfer.Actors.Settings;
using ActorTransfer.Protocol;
using ActorTransfer.Protocol.Discovery;
using ActorTransfer.Protocol.ProxyService;
using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Protocol.Streams;
using ActorTransfer.Protocol.Xml;
using Akka.Actor;
using Akka.Event;

namespace ActorTransfer.Actors.Connections;

/// <summary>
/// One account, component or in-process address: owns the link, matches responses by id and sender, routes requests to the handler of their namespace.
/// Child of the engine's connections; its only child is the link. States: down -> up -> down ..., or up -> suspended -> up where the server keeps the session
/// for resumption. A lost link is replaced as <see cref="ReconnectPolicy"/> decides, at once when the server refers to another host.
/// </summary>
internal sealed class ConnectionActor : ReceiveActor, IWithTimers
{
    private readonly Connection.Definition _definition;
    private readonly ConnectionSettings _settings;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly PendingRequests _pending = new();
    private readonly StanzaQueue _queue;
    private readonly SkippedStanzas _skipped;
    private readonly ReconnectPolicy _policy;
    private readonly HashSet<IActorRef> _reconnecting = [];
    private readonly Dictionary<string, IActorRef> _handlers = [];
    private readonly InBandRoutes _inBand = new(Context.Self);
    private readonly HashSet<IActorRef> _subscribers = [];
    private IActorRef _link = ActorRefs.Nobody;
    private StanzaLink.Opened? _opened;
    private Connection.Lost? _lost;
    private ResumableSession? _resumable;
    private bool _suspended;
    private OtherHost? _host;
    private bool _wasUp;

    /// <summary>Use <see cref="Props(Connection.Definition, ConnectionSettings)"/>.</summary>
    public ConnectionActor(Connection.Definition definition, ConnectionSettings settings)
    {
        _definition = definition;
        _settings = settings;
        _policy = new ReconnectPolicy(settings);
        _queue = new StanzaQueue(settings.WriteWindow, settings.MaxQueuedStanzas);
        _skipped = new SkippedStanzas(definition.Name, _log);
        Receive<Connection.Ask>(Ask);
        Receive<Connection.Reply>(reply => ReplyOrDrop(reply.Answer));
        Receive<Connection.Serve>(Serve);
        Receive<Connection.ServeInBand>(serve => _inBand.Add(serve.Session, Context.Watch(Sender)));
        Receive<Connection.Subscribe>(_ => Subscribe());
        Receive<Connection.Reconnect>(_ => Reconnect());
        Receive<StanzaLink.Received>(received => Received(received.Stanza), _ => Sender.Equals(_link));
        Receive<StanzaLink.Messaged>(messaged => Messaged(messaged.Message), _ => Sender.Equals(_link));
        Receive<StanzaLink.Skipped>(skipped => _skipped.Add(skipped.Stanza, Context.System.Scheduler.Now), _ => Sender.Equals(_link));
        Receive<StanzaLink.Written>(_ => _queue.Written(), _ => Sender.Equals(_link));
        Receive<StanzaLink.Opened>(Opened, _ => Sender.Equals(_link));
        Receive<StanzaLink.Closed>(Closed, _ => Sender.Equals(_link));
        Receive<Terminated>(Ended);
        Receive<DeadLetter>(Undelivered);
        Receive<Expired>(expired => _pending.Expire(expired.Id));
        Receive<OpenLink>(_ => Open(), _ => _link.IsNobody());
        Receive<Stable>(_ => _policy.Reset());
        Receive<SuspendedTooLong>(_ => NotResumed(), _ => _suspended);
    }

    /// <inheritdoc/>
    public ITimerScheduler Timers { get; set; } = null!;

    public static Props Props(Connection.Definition definition, ConnectionSettings settings) =>
        Akka.Actor.Props.Create(() => new ConnectionActor(definition, settings));

    /// <inheritdoc/>
    protected override void PreStart()
    {
        Context.System.EventStream.Subscribe(Self, typeof(DeadLetter));
        Open();
    }

    /// <inheritdoc/>
    protected override void PostStop() => _pending.FailAll(NoAnswer.LinkLost);

    /// <summary>A crashed link is replaced like a closed one, never restarted: half a stream cannot be resumed.</summary>
    protected override SupervisorStrategy SupervisorStrategy() => Akka.Actor.SupervisorStrategy.StoppingStrategy;

    private void Open()
    {
        _wasUp = false;
        _link = Context.Watch(Context.ActorOf(_host is { } host && _definition.Elsewhere is { } elsewhere ? elsewhere(host) : _definition.Link));
        _link.Tell(new StanzaLink.Start(_resumable));
    }

    private void Opened(StanzaLink.Opened opened)
    {
        if (_suspended && !opened.Resumed)
        {
            Lose("the server did not resume the session", forGood: false, LinkFault.Unreachable, TimeSpan.Zero);
        }

        var isResumed = EndSuspension();
        _opened = opened;
        _lost = null;
        _resumable = null;
        _wasUp = true;
        Timers.StartSingleTimer("stable", Stable.Instance, _settings.ReconnectStable);
        _queue.Open(_link);
        if (isResumed)
        {
            _log.Info("Connection {Connection} resumed as {Jid}", _definition.Name, opened.Self);
        }
        else
        {
            _log.Info("Connection {Connection} is up as {Jid}", _definition.Name, opened.Self);
            Publish(new Connection.Up(_definition.Name, opened.Self));
        }

        TellReconnecting(new Connection.Up(_definition.Name, opened.Self));
    }

    private void Closed(StanzaLink.Closed closed)
    {
        _resumable = closed.ForGood || _settings.ResumeWithin == TimeSpan.Zero ? null : closed.Resumable;
        if (closed.Redirect is not { } host || _definition.Elsewhere is null)
        {
            Down(closed);
        }
        else if (!_policy.TryRedirect())
        {
            Down(closed with { Why = $"{closed.Why}; too many consecutive redirects" });
        }
        else
        {
            Follow(closed, host);
        }
    }

    /// <summary>Connects to the host that the server refers to, with the same account and security (RFC 6120 §4.9.3.19).</summary>
    private void Follow(StanzaLink.Closed closed, OtherHost host)
    {
        _log.Info("Connection {Connection} is referred to {Host}", _definition.Name, host);
        StopLink();
        if (_opened is not null && _resumable is null)
        {
            Lose(closed.Why, forGood: false, closed.Fault, TimeSpan.Zero);
        }

        _host = host;
        Open();
    }

    /// <summary>The link is closed. If its session can be resumed, the connection keeps its state for a while; otherwise it is lost.</summary>
    private void Down(StanzaLink.Closed closed)
    {
        StopLink();
        _host = _wasUp ? _host : null;
        var delay = _policy.Next(closed.ForGood, closed.Fault);
        if (_opened is null || _resumable is null)
        {
            Lose(closed.Why, closed.ForGood, closed.Fault, delay);
        }
        else if (!_suspended)
        {
            _queue.Suspend(closed.Taken);
            _suspended = true;
            Timers.StartSingleTimer("suspended", SuspendedTooLong.Instance, _settings.ResumeWithin);
        }

        if (delay is { } pause)
        {
            _log.Warning("Connection {Connection} lost: {Reason}; reconnecting in {Delay}", _definition.Name, closed.Why, pause);
            Timers.StartSingleTimer("open", OpenLink.Instance, pause);
        }
        else
        {
            _log.Error("Connection {Connection} lost: {Reason}; it reconnects only on request", _definition.Name, closed.Why);
        }

        TellReconnecting(new Connection.Lost(_definition.Name, closed.Why, closed.ForGood) { Fault = closed.Fault, RetryIn = delay });
    }

    private void StopLink()
    {
        Context.Unwatch(_link);
        Context.Stop(_link);
        _link = ActorRefs.Nobody;
        Timers.Cancel("stable");
    }

    private void Lose(string why, bool forGood, LinkFault fault, TimeSpan? retryIn)
    {
        EndSuspension();
        _opened = null;
        _resumable = null;
        _queue.Clear();
        _inBand.DropHeld();
        _pending.FailAll(NoAnswer.LinkLost);
        _lost = new Connection.Lost(_definition.Name, why, forGood) { Fault = fault, RetryIn = retryIn };
        Publish(_lost);
    }

    private void Reconnect()
    {
        if (_opened is { } opened && !_suspended)
        {
            Sender.Tell(new Connection.Up(_definition.Name, opened.Self));
            return;
        }

        _reconnecting.Add(Sender);
        if (_link.IsNobody())
        {
            Timers.Cancel("open");
            _policy.Reset();
            Open();
        }
    }

    private void TellReconnecting(object status)
    {
        foreach (var caller in _reconnecting)
        {
            caller.Tell(status);
        }

        _reconnecting.Clear();
    }

    private void NotResumed() =>
        Lose($"the session was not resumed in {_settings.ResumeWithin}", forGood: false, LinkFault.Unreachable, _policy.LastPause);

    /// <summary>True when the connection was suspended.</summary>
    private bool EndSuspension()
    {
        var was = _suspended;
        Timers.Cancel("suspended");
        _suspended = false;
        return was;
    }

    private void Ask(Connection.Ask ask)
    {
        if (_opened is not { } opened)
        {
            Sender.Tell(new Connection.Answered(ask.Tag, new Answer.None(NoAnswer.LinkLost)));
            return;
        }

        if (_pending.Count >= _settings.MaxPendingRequests || _queue.IsFull)
        {
            Sender.Tell(new Connection.Answered(ask.Tag, new Answer.None(NoAnswer.Overloaded)));
            return;
        }

        var id = StanzaIds.Random();
        var deadline = Context.System.Scheduler.ScheduleTellOnceCancelable(ask.Deadline, Self, new Expired(id), ActorRefs.NoSender);
        _pending.Add(id, Sender, ask.Tag, ask.To, deadline);
        Send(new Iq(ask.Type, id, ask.From ?? opened.Self, ask.To, ask.Payload));
    }

    private void ReplyOrDrop(Iq answer)
    {
        if (_opened is null || _queue.HasNoRoomForAnswers)
        {
            _log.Warning(
                "Connection {Connection} cannot respond to {Peer}: {Reason}", _definition.Name, answer.To, _opened is null ? "link lost" : "queue full");
        }
        else
        {
            Send(answer);
        }

        foreach (var held in _inBand.Refuse(answer))
        {
            ReplyOrDrop(held.Fail(StanzaError.ItemNotFound));
        }
    }

    private void Send(Iq stanza)
    {
        Trace(stanza);
        _queue.Add(stanza);
    }

    private void Received(Iq stanza)
    {
        if (_opened is not { } opened)
        {
            return;
        }

        if (!opened.InProcess && stanza.From?.Domain != opened.Self.Domain)
        {
            Trace(stanza);
        }

        if (stanza.IsRequest)
        {
            Requested(stanza);
        }
        else if (!_pending.TryAnswer(stanza, opened.Self))
        {
            _log.Debug("Connection {Connection} ignored an unsolicited response from {Peer}", _definition.Name, stanza.From);
        }
    }

    private void Requested(Iq request)
    {
        if (request.Payload is { } payload && Disco.Answer(_definition.Info, request, payload) is { } answer)
        {
            ReplyOrDrop(answer);
            return;
        }

        var requested = new Connection.Requested(request);
        if (_inBand.TryDeliver(requested))
        {
            return;
        }

        if (_handlers.TryGetValue(request.Payload?.Namespace ?? "", out var handler))
        {
            handler.Tell(requested);
        }
        else
        {
            ReplyOrDrop(request.Fail(StanzaError.ServiceUnavailable));
        }
    }

    /// <summary>
    /// Every request gets a response (RFC 6120 §8.2.3), even if its handler has stopped: then the session it refers to has ended too.
    /// </summary>
    private void Undelivered(DeadLetter letter)
    {
        if (letter.Message is Connection.Requested { Request: var request } && letter.Sender.Equals(Self))
        {
            var isStream = request.Payload?.Namespace is Namespaces.Ibb or Namespaces.Bytestreams;
            ReplyOrDrop(request.Fail(isStream ? StanzaError.ItemNotFound : StanzaError.ServiceUnavailable));
        }
    }

    /// <summary>The first child for an in-band bytestream counts. Errors are ignored: this side sends no messages.</summary>
    private void Messaged(XmlElement message)
    {
        if (message["type"] == "error" || !Jid.TryParse(message["from"], out var from))
        {
            return;
        }

        // A message without an addressee is for this account (RFC 6120 §8.1.1.1).
        var to = Jid.TryParse(message["to"], out var addressee) ? addressee : message["to"] is null ? _opened?.Self : null;
        foreach (var payload in message.Children)
        {
            if (_inBand.TryDeliver(new Connection.Messaged(from, to, payload)))
            {
                return;
            }
        }
    }

    private void Serve(Connection.Serve serve)
    {
        _handlers[serve.Namespace] = serve.Handler;
        Context.Watch(serve.Handler);
    }

    private void Subscribe()
    {
        _subscribers.Add(Sender);
        Context.Watch(Sender);
        if (_opened is { } opened)
        {
            Sender.Tell(new Connection.Up(_definition.Name, opened.Self));
        }
        else if (_lost is { } lost)
        {
            Sender.Tell(lost);
        }
    }

    private void Ended(Terminated ended)
    {
        if (ended.ActorRef.Equals(_link))
        {
            Down(new StanzaLink.Closed("the link crashed", ForGood: false));
            return;
        }

        _subscribers.Remove(ended.ActorRef);
        _inBand.Remove(ended.ActorRef);
        foreach (var (served, _) in _handlers.Where(entry => entry.Value.Equals(ended.ActorRef)).ToArray())
        {
            _handlers.Remove(served);
        }
    }

    private void Publish(object status)
    {
        foreach (var subscriber in _subscribers)
        {
            subscriber.Tell(status);
        }
    }

    private void Trace(Iq stanza)
    {
        if (_settings.Trace)
        {
            Context.System.EventStream.Publish(StanzaTraced.Of(Context.System, stanza));
        }
    }

    private sealed record Expired(string Id);

    private sealed record Stable
    {
        public static Stable Instance { get; } = new();
    }

    private sealed record SuspendedTooLong
    {
        public static SuspendedTooLong Instance { get; } = new();
    }

    private sealed record OpenLink
    {
        public static OpenLink Instance { get; } = new();
    }
}
