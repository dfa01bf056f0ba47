using ActorTransfer.Actors.Instrumentation;
using ActorTransfer.Actors.Logging;
using ActorTransfer.Actors.Settings;
using ActorTransfer.Protocol.Ibb;
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
/// for resumption. A lost link is replaced as <see cref="ReconnectPolicy"/> decides, at once when the server refers to another host. When it is closed it ends
/// its session and stops, or hands it over to the connection of another process, see <see cref="SessionHandOver"/>.
/// </summary>
internal sealed partial class ConnectionActor : ReceiveActor, IWithTimers
{
    private readonly Connection.Definition _definition;
    private readonly ConnectionSettings _settings;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly ConnectionMetrics _metrics = EngineMetrics.Of(Context.System).Connections;
    private readonly LogLimit _limited;
    private readonly PendingRequests _pending;
    private readonly StanzaQueue _queue;
    private readonly SkippedStanzas _skipped;
    private readonly ReconnectPolicy _policy;
    private readonly HashSet<IActorRef> _reconnecting = [];
    private readonly RequestRoutes _routes;
    private readonly HashSet<IActorRef> _subscribers = [];
    private IActorRef _link = ActorRefs.Nobody;
    private IActorRef _presence = ActorRefs.Nobody;
    private IActorRef _messages = ActorRefs.Nobody;
    private StanzaLink.Opened? _opened;
    private Connection.Lost? _lost;
    private ResumableSession? _resumable;
    private bool _suspended;
    private OtherHost? _host;
    private IActorRef? _tracer;
    private IActorRef? _hub;
    private bool _wasUp;

    /// <summary>Use <see cref="Props(Connection.Definition, ConnectionSettings)"/>.</summary>
    public ConnectionActor(Connection.Definition definition, ConnectionSettings settings)
    {
        _definition = definition;
        _settings = settings;
        _policy = new ReconnectPolicy(settings);
        _limited = new LogLimit(_log);
        _pending = new PendingRequests(Context.System.Scheduler, _metrics);
        _queue = new StanzaQueue(settings.WriteWindow, settings.MaxQueuedStanzas, _metrics);
        _skipped = new SkippedStanzas(definition.Name, _log, _metrics);
        _routes = new RequestRoutes(Self, definition.Info);
        Receive<Connection.Ask>(Ask);
        Receive<Connection.SendMessage>(Send);
        Receive<Connection.Reply>(reply => ReplyOrDrop(reply.Answer));
        Receive<Connection.TakeOver>(takeOver => TakeOver(takeOver.HandOver));
        Receive<Connection.Return>(Return);
        Receive<Connection.ReturnMessage>(Return);
        Receive<Connection.Serve>(Serve);
        Receive<Connection.ServeInBand>(serve => _routes.Add(serve, Context.Watch(Sender)));
        Receive<Connection.ServeMessages>(_ => _messages = Sender);
        Receive<Connection.ServePresence>(_ => _presence = Sender);
        Receive<Connection.Share>(_ => _hub = Sender);
        Receive<Connection.Pass>(pass => Pass(pass.Tag, written => Send(pass.Stanza, written)));
        Receive<Connection.PassMessage>(pass => Pass(pass.Tag, written => _queue.Add(pass.Message, written)));
        Receive<Connection.Subscribe>(_ => Subscribe());
        Receive<Connection.Trace>(_ => _tracer = Sender);
        Receive<Connection.Reconnect>(_ => Reconnect());
        Receive<Connection.Close>(Close);
        Receive<StanzaLink.Kept>(kept => Stop(kept.Session), _ => Sender.Equals(_link));
        Receive<StanzaLink.Received>(received => Received(received.Stanza, received.IsOfDomain), _ => Sender.Equals(_link));
        Receive<StanzaLink.Messaged>(messaged => _hub!.Tell(messaged), _ => _hub is not null && Sender.Equals(_link));
        Receive<StanzaLink.Messaged>(messaged => Messaged(messaged.Message), _ => Sender.Equals(_link));
        Receive<StanzaLink.Present>(present => _hub!.Tell(present), _ => _hub is not null && Sender.Equals(_link));
        Receive<StanzaLink.Present>(present => _presence.Tell(new Connection.Present(present.Presence)), _ => Sender.Equals(_link));
        Receive<StanzaLink.Skipped>(skipped => _skipped.Add(skipped.Stanza, Context.System.Scheduler.Now), _ => Sender.Equals(_link));
        Receive<StanzaLink.Written>(_ => Written(), _ => Sender.Equals(_link));
        Receive<StanzaLink.Opened>(Opened, _ => Sender.Equals(_link));
        Receive<StanzaLink.Closed>(Closed, _ => Sender.Equals(_link));
        Receive<Terminated>(Ended);
        Receive<Connection.Undelivered>(letter => ReplyOrDrop(RequestRoutes.ResponseTo(letter.Request)));
        Receive<Expired>(expired => _pending.Expire(expired.Id));
        Receive<ConnectionTimer>(TimerElapsed);
    }

    /// <inheritdoc/>
    public ITimerScheduler Timers { get; set; } = null!;

    public static Props Props(Connection.Definition definition, ConnectionSettings settings) =>
        Akka.Actor.Props.Create(() => new ConnectionActor(definition, settings));

    /// <inheritdoc/>
    protected override void PreStart()
    {
        if (!_definition.TakesOver)
        {
            Open();
        }
    }

    /// <inheritdoc/>
    protected override void PostStop()
    {
        _pending.FailAll(NoAnswer.LinkLost);
        _queue.Clear();
        CountDown();
        TellHandedOver();
    }

    /// <summary>A crashed link is replaced like a closed one, never restarted: half a stream cannot be resumed.</summary>
    protected override SupervisorStrategy SupervisorStrategy() => Akka.Actor.SupervisorStrategy.StoppingStrategy;

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

        var id = ask.Id ?? StanzaIds.Random();
        var deadline = Context.System.Scheduler.TellLater(ask.Deadline, Self, new Expired(id));
        _pending.Add(id, Sender, ask, deadline);
        Send(new Iq(ask.Type, id, ask.From ?? opened.Self, ask.To, ask.Payload));
    }

    private void ReplyOrDrop(Iq answer)
    {
        if (_opened is null || _queue.HasNoRoomForAnswers)
        {
            _limited.Write(
                Context.System.Scheduler.Now, ConnectionsLog.ResponseDropped, _definition.Name, answer.To, _opened is null ? "link lost" : "queue full");
        }
        else
        {
            Send(answer);
        }

        foreach (var further in _routes.ResponsesAfter(answer))
        {
            ReplyOrDrop(further);
        }
    }

    private void Send(Connection.SendMessage send)
    {
        var (sender, tag) = (Sender, send.Tag);
        if (_opened is null || _queue.IsFull)
        {
            sender.Tell(new Connection.MessageSent(tag, _opened is null ? NoAnswer.LinkLost : NoAnswer.Overloaded));
            return;
        }

        _queue.Add(send.Message, () => sender.Tell(new Connection.MessageSent(tag)));
    }

    /// <summary>The hub bounds what it passes, so that the queue has room for all of it.</summary>
    private void Pass(object tag, Action<Action> send)
    {
        if (_opened is not null)
        {
            var hub = Sender;
            send(() => hub.Tell(new Connection.Passed(tag)));
        }
    }

    private void Send(Iq stanza, Action? written = null)
    {
        Trace(stanza);
        ReportTo(_tracer, stanza);
        _queue.Add(stanza, written);
    }

    private void Received(Iq stanza, bool isOfDomain)
    {
        if (_opened is not { } opened)
        {
            return;
        }

        ReportTo(_tracer, stanza);
        if (isOfDomain || (!opened.InProcess && stanza.From?.Domain != opened.Self.Domain))
        {
            Trace(stanza);
        }

        if (_hub is not null && _routes.Describe(stanza) is null)
        {
            _hub.Tell(new StanzaLink.Received(stanza));
        }
        else if (stanza.IsRequest)
        {
            if (_routes.Pass(stanza) is { } answer)
            {
                ReplyOrDrop(answer);
            }
        }
        else if (!_pending.TryAnswer(stanza, opened.Self))
        {
            _metrics.ResponseIgnored();
            _limited.Write(Context.System.Scheduler.Now, ConnectionsLog.ResponseIgnored, _definition.Name, stanza.From);
        }
    }

    private void Messaged(XmlElement message)
    {
        if (!_routes.Pass(message, _opened?.Self))
        {
            _messages.Tell(new Connection.MessageArrived(message));
        }
    }

    private void Serve(Connection.Serve serve)
    {
        _routes.Add(serve);
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
            Closed(new StanzaLink.Closed("the link crashed", ForGood: false));
            return;
        }

        _subscribers.Remove(ended.ActorRef);
        _routes.Remove(ended.ActorRef);
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

    /// <summary>Blocks are many, and only their bytes differ.</summary>
    private static void ReportTo(IActorRef? tracer, Iq stanza)
    {
        if (tracer is not null && !IbbData.Is(stanza.Payload))
        {
            tracer.Tell(new Connection.Traced(Context.System.Scheduler.Now, stanza));
        }
    }

    private sealed record Expired(string Id);

    private enum ConnectionTimer
    {
        /// <summary>The delay before the next attempt is over.</summary>
        Reconnect,

        /// <summary>The link has been up for long enough to count as stable.</summary>
        Stable,

        /// <summary>The session was not resumed in time.</summary>
        Suspended,

        /// <summary>The link did not end in time.</summary>
        CloseTimedOut,
    }
}
