using System.Collections.Immutable;
using ActorTransfer.Actors;
using ActorTransfer.Actors.Connections;
using ActorTransfer.Actors.Settings;
using ActorTransfer.Actors.Transfers;
using ActorTransfer.Cluster.Messages;
using ActorTransfer.Protocol.Stanzas;
using Akka.Actor;

namespace ActorTransfer.Cluster.Links;

/// <summary>
/// The link of a node's connection that several nodes share: registers at the hub, which owns the connection to the server, and passes stanzas both ways. Child
/// of the node's connection, and speaks <see cref="StanzaLink"/> with it. It tells the hub which sessions and how many transfers the engine has.
/// </summary>
internal partial class RemoteLinkActor : ReceiveActor, IWithTimers
{
    /// <summary>Sessions in one message.</summary>
    private const int MaxSessions = 500;

    private static readonly TimeSpan s_retry = TimeSpan.FromMilliseconds(250);

    private readonly string _name;
    private readonly string _hubPath;
    private readonly string _account;
    private readonly StanzaText _text;
    private readonly int _node = ThisNode.IdOf(Context.System);
    private readonly HashSet<SessionKey> _sessions = [];
    private readonly HashSet<SessionKey> _ended = [];
    private readonly DeliveredOffers _offers = new();
    private IActorRef _hub = ActorRefs.Nobody;
    private TransferSharing.Load? _load;
    private bool _isOpen;
    private IActorRef _deliverer = ActorRefs.Nobody;
    private int _unacknowledged;
    private bool _acknowledging;

    /// <summary>Use <see cref="Props(string, string, ConnectionSettings, string)"/>.</summary>
    public RemoteLinkActor(string name, string hub, ConnectionSettings settings, string? account = null)
    {
        (_name, _hubPath, _account) = (name, hub, account ?? name);
        _text = new StanzaText(settings.Limits);
        Receive<StanzaLink.Start>(_ => Context.ActorSelection(Self.Path.Parent.Parent).Tell(new Engine.GetParts()));
        Receive<Engine.Parts>(Begin);
        Receive<TransferSharing.Started>(Started);
        Receive<TransferSharing.Load>(Report);
        Receive<TransferSharing.SessionBegan>(began => Began(began.Session));
        Receive<TransferSharing.SessionEnded>(ended => Ended(ended.Session));
        Receive<StanzaLink.Write>(write => Write(write.Stanza));
        Receive<StanzaLink.WriteMessage>(write => Write(write.Message.ToString()));
        Receive<StanzaLink.End>(_ => Context.Stop(Self));
        Receive<ActorIdentity>(handled => Acknowledge(((IActorRef, int))handled.MessageId));
        Receive<RegisterTimer>(_ => Register());
        Receive<UnbindTimer>(_ => Unbind());
        Receive<LinkMessage.Registered>(_ => Registered());
        Receive<Terminated>(_ => HubLost(), lost => lost.ActorRef.Equals(_hub));
        Receive<LinkMessage.Up>(Up, _ => Sender.Equals(_hub));
        Receive<LinkMessage.Down>(Down, _ => Sender.Equals(_hub));
        Receive<LinkMessage.Moving>(_ => Move(), _ => Sender.Equals(_hub));
        Receive<MoveTimedOut>(_ => Close("no other node has taken over the connection in time"));
        Receive<LinkMessage.Written>(written => Written(written.Count), _ => IsHub(Sender));
        Receive<LinkMessage.Deliver>(Deliver, _ => IsHub(Sender));
    }

    /// <inheritdoc/>
    public ITimerScheduler Timers { get; set; } = null!;

    /// <summary>The hub at which it is registered.</summary>
    protected IActorRef Hub => _hub;

    /// <param name="name">Name of the connection.</param>
    /// <param name="hub">Path of the actor that forwards the registration to the hub, wherever that is: the proxy of a singleton, or a shard region.</param>
    /// <param name="settings">Limits on stanzas.</param>
    /// <param name="account">Name of the account in the engine of this node; null = that of the connection.</param>
    public static Props Props(string name, string hub, ConnectionSettings settings, string? account = null) =>
        Akka.Actor.Props.Create(() => new RemoteLinkActor(name, hub, settings, account));

    /// <summary>The engine runs: registers at the hub when it is known what this node has.</summary>
    protected virtual void Begin(Engine.Parts parts) => parts.Transfers.Tell(new TransferSharing.Start(_account));

    /// <summary>It is registered: reports what this node has.</summary>
    protected virtual void ReportAll()
    {
        foreach (var some in Names(_sessions))
        {
            _hub.Tell(new LinkMessage.Bind(some));
        }

        Report(_load!);
    }

    /// <summary>Messages of a hub that was replaced are ignored.</summary>
    protected override void Unhandled(object message)
    {
    }

    /// <summary>The request in the text of a stanza; null = it has none.</summary>
    protected Iq? ReadRequest(string stanza) => _text.Read(stanza) is StanzaLink.Received { Stanza: { IsRequest: true } request } ? request : null;

    private void Started(TransferSharing.Started started)
    {
        _sessions.UnionWith(started.Sessions);
        _load = started.Load;
        Register();
    }

    /// <summary>Registers, until the hub replies.</summary>
    protected void Register()
    {
        Context.ActorSelection(_hubPath).Tell(new LinkMessage.Register(_name, _node));
        Timers.StartSingleTimer(RegisterTimer.Instance, RegisterTimer.Instance, s_retry);
    }

    private void Registered()
    {
        if (!_hub.IsNobody())
        {
            return;
        }

        _hub = Context.Watch(Sender);
        Timers.Cancel(RegisterTimer.Instance);
        ReportAll();
    }

    private void Report(TransferSharing.Load load)
    {
        _load = load;
        _hub.Tell(new LinkMessage.Load(load.Active, load.Room, load.HasReader, load.IsDraining));
    }

    private void Up(LinkMessage.Up up)
    {
        if (_isOpen)
        {
            Moved();
        }
        else if (Jid.TryParse(up.Self, out var self))
        {
            _isOpen = true;
            Context.Parent.Tell(new StanzaLink.Opened(self, InProcess: false));
        }
    }

    /// <summary>The connection replaces this actor. A loss before the link was open is none: the hub connects again.</summary>
    private void Down(LinkMessage.Down down)
    {
        if (_isMoving && !down.IsForGood)
        {
            YieldTo((LinkFault)down.Fault);
        }
        else if (_isOpen || down.IsForGood)
        {
            Context.Parent.Tell(new StanzaLink.Closed(down.Reason, down.IsForGood) { Fault = (LinkFault)down.Fault });
        }
    }

    private static void Close(string reason) => Context.Parent.Tell(new StanzaLink.Closed(reason, ForGood: false));

    private void HubLost()
    {
        _hub = ActorRefs.Nobody;
        if (_isOpen && !_isMoving)
        {
            Close("the node that holds the connection has stopped");
        }
        else
        {
            Register();
        }
    }

    private void Write(Iq stanza)
    {
        if (stanza.IsRequest)
        {
            stanza = stanza with { Id = StanzaTag.Add(_node, stanza.Id) };
        }
        else if (_offers.Answer(stanza) is { } offer)
        {
            if (IsForAnother(stanza, offer.Session))
            {
                Send(new LinkMessage.Return(StanzaText.Write(offer.Offer), offer.Attempt));
                Acknowledge(_order.Local());
                return;
            }

            if (stanza.Type == IqType.Error && !_sessions.Contains(offer.Session))
            {
                Ended(offer.Session);
            }
        }

        Write(StanzaText.Write(stanza));
    }

    private void Write(string stanza)
    {
        _order.Sent();
        Send(new LinkMessage.Write(stanza));
    }

    /// <summary>The engine had no room for the offer, or is draining and the application has not decided.</summary>
    private bool IsForAnother(Iq response, SessionKey session) =>
        response.Error is { Condition: ErrorConditions.ResourceConstraint } && (_load!.IsDraining || !_sessions.Contains(session));

    private void Written(int count) => Acknowledge(_order.Taken(count));

    private static void Acknowledge(int count)
    {
        for (; count > 0; count--)
        {
            Context.Parent.Tell(StanzaLink.Written.Instance);
        }
    }

    private void Deliver(LinkMessage.Deliver deliver)
    {
        var message = _text.Read(deliver.Stanza);
        if (message is StanzaLink.Received { Stanza: var stanza } && StanzaSession.IsOffer(stanza))
        {
            _offers.Add(stanza, deliver.Attempt);
        }

        if (message is not null)
        {
            Context.Parent.Tell(message);
        }

        if (!_deliverer.Equals(Sender))
        {
            _deliverer.Tell(new LinkMessage.Delivered(_unacknowledged));
            _unacknowledged = 0;
            _deliverer = Sender;
        }

        _unacknowledged++;
        AwaitHandled();
    }

    /// <summary>The identification is behind the stanzas in the mailbox of the connection: the reply tells that they are handled.</summary>
    private void AwaitHandled()
    {
        if (_unacknowledged > 0 && !_acknowledging)
        {
            _acknowledging = true;
            Context.Parent.Tell(new Identify((_deliverer, _unacknowledged)));
            _unacknowledged = 0;
        }
    }

    private void Acknowledge((IActorRef Hub, int Count) handled)
    {
        _acknowledging = false;
        handled.Hub.Tell(new LinkMessage.Delivered(handled.Count));
        AwaitHandled();
    }

    private void Began(SessionKey session)
    {
        _sessions.Add(session);
        _ended.Remove(session);
    }

    /// <summary>An offer that repeats the session waits for the end of the first one: the session is still this node's.</summary>
    private void Ended(SessionKey session)
    {
        _sessions.Remove(session);
        if (!_offers.Has(session) && _ended.Add(session) && !Timers.IsTimerActive(UnbindTimer.Instance))
        {
            Timers.StartSingleTimer(UnbindTimer.Instance, UnbindTimer.Instance, TransferSharing.Interval);
        }
    }

    private void Unbind()
    {
        foreach (var some in Names(_ended))
        {
            _hub.Tell(new LinkMessage.Unbind(some));
        }

        _ended.Clear();
    }

    private static IEnumerable<ImmutableArray<SessionName>> Names(IEnumerable<SessionKey> sessions) =>
        sessions.Select(StanzaSession.ToName).OfType<SessionName>().Chunk(MaxSessions).Select(some => some.ToImmutableArray());

    private sealed record RegisterTimer
    {
        public static RegisterTimer Instance { get; } = new();
    }

    private sealed record UnbindTimer
    {
        public static UnbindTimer Instance { get; } = new();
    }
}
