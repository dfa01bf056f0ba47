using ActorTransfer.Actors.Connections;
using ActorTransfer.Actors.Settings;
using ActorTransfer.Cluster.Links;
using ActorTransfer.Cluster.Messages;
using ActorTransfer.Protocol.Stanzas;
using Akka.Actor;

namespace ActorTransfer.Cluster.Accounts;

/// <summary>
/// The hub of an account for nodes that send local streams and pipes through it: they run the transfers, each with a <see cref="RemoteLinkActor"/>, and only
/// stanzas come here. Their requests go out as requests of the account's connection, which matches the responses; requests of peers come back for their Jingle
/// sessions and in-band bytestreams. Offers of peers are for the account's own node. Child of the account.
/// </summary>
internal sealed partial class GuestLinksActor : ReceiveActor, IWithTimers
{
    /// <summary>Longer than any request of a transfer waits: the node that asks has the deadline.</summary>
    private static readonly TimeSpan s_deadline = TimeSpan.FromMinutes(15);

    private readonly IActorRef _connection;
    private readonly StanzaText _text;
    private readonly int _maxUndelivered;
    private readonly Dictionary<IActorRef, Guest> _guests = [];
    private IClusterMessage? _status;

    /// <summary>Use <see cref="Props(IActorRef, ConnectionSettings)"/>.</summary>
    public GuestLinksActor(IActorRef connection, ConnectionSettings settings)
    {
        _connection = connection;
        _text = new StanzaText(settings.Limits);
        _maxUndelivered = settings.MaxQueuedStanzas;
        Receive<LinkMessage.Register>(_ => Register());
        Receive<LinkMessage.Bind>(FromGuest<LinkMessage.Bind>(Bind));
        Receive<LinkMessage.Unbind>(FromGuest<LinkMessage.Unbind>(Unbind));
        Receive<LinkMessage.Write>(FromGuest<LinkMessage.Write>(Write));
        Receive<LinkMessage.Delivered>(FromGuest<LinkMessage.Delivered>((guest, delivered) => guest.Undelivered -= delivered.Count));
        Receive<Connection.Passed>(passed => Passed((Guest)passed.Tag));
        Receive<Connection.Answered>(answered => Answered((Asked)answered.Tag, answered.Answer));
        Receive<GuestSessionActor.Arrived>(arrived => Arrived(arrived));
        Receive<Connection.Up>(up => TellStatus(new LinkMessage.Up(up.Self.ToString())));
        Receive<Connection.Lost>(lost => TellStatus(new LinkMessage.Down(lost.Reason, lost.ForGood, (int)lost.Fault)));
        Receive<Leave>(BeginToLeave);
        Receive<LinkMessage.Held>(FromGuest<LinkMessage.Held>((guest, _) => Holds(guest)));
        Receive<LeavingTimer>(TimerElapsed);
        Receive<Terminated>(ended => Stopped(ended.ActorRef));
        ReceiveAny(_ => { }); // loads and returned offers are for hubs that give offers to nodes
    }

    /// <param name="connection">The account's connection.</param>
    /// <param name="settings">Limits on stanzas.</param>
    public static Props Props(IActorRef connection, ConnectionSettings settings) => Akka.Actor.Props.Create(() => new GuestLinksActor(connection, settings));

    /// <inheritdoc/>
    protected override void PreStart() => _connection.Tell(new Connection.Subscribe());

    private Action<T> FromGuest<T>(Action<Guest, T> handle) => message =>
    {
        if (_guests.TryGetValue(Sender, out var guest))
        {
            handle(guest, message);
        }
    };

    private void Register()
    {
        if (_guests.TryAdd(Sender, new Guest(Sender)))
        {
            Context.Watch(Sender);
        }

        Sender.Tell(new LinkMessage.Registered());
        if (_status is not null)
        {
            Sender.Tell(_status);
        }
    }

    private void Stopped(IActorRef link)
    {
        if (_guests.Remove(link, out var guest))
        {
            foreach (var session in guest.Sessions.Values)
            {
                Context.Stop(session);
            }

            Holds(guest);
            LeaveIdle();
        }
    }

    private void TellStatus(IClusterMessage status)
    {
        _status = status;
        foreach (var guest in _guests.Values)
        {
            guest.Link.Tell(status);
        }
    }

    private void Bind(Guest guest, LinkMessage.Bind bind)
    {
        foreach (var session in StanzaSession.ToKeys(bind.Sessions))
        {
            Bind(guest, session);
        }
    }

    private void Bind(Guest guest, SessionKey session)
    {
        if (!guest.Sessions.ContainsKey(session))
        {
            var actor = Context.ActorOf(GuestSessionActor.Props(guest.Link));
            guest.Sessions.Add(session, actor);
            _connection.Tell(new Connection.ServeInBand(session), actor);
        }
    }

    private void Unbind(Guest guest, LinkMessage.Unbind unbind)
    {
        foreach (var session in StanzaSession.ToKeys(unbind.Sessions))
        {
            if (guest.Sessions.Remove(session, out var actor))
            {
                Context.Stop(actor);
            }
        }

        LeaveIdle();
    }

    private void Write(Guest guest, LinkMessage.Write write)
    {
        switch (_text.Read(write.Stanza))
        {
            case StanzaLink.Messaged { Message: var message }:
                guest.Passing++;
                _connection.Tell(new Connection.PassMessage(message, guest));
                break;
            case StanzaLink.Received { Stanza: var stanza }:
                Acknowledge(guest);
                Write(guest, stanza);
                break;
            default:
                Acknowledge(guest);
                break;
        }
    }

    /// <summary>
    /// What a node has under way is bounded by its own limit of pending requests, so requests and responses are acknowledged at once. Only acknowledgements of
    /// messages tell that the connection has taken them; these are matched by their order.
    /// </summary>
    private static void Acknowledge(Guest guest)
    {
        if (guest.Passing == 0)
        {
            guest.Link.Tell(new LinkMessage.Written(1));
        }
        else
        {
            guest.Behind++;
        }
    }

    private void Passed(Guest guest)
    {
        guest.Passing--;
        var taken = 1;
        if (guest.Passing == 0)
        {
            (taken, guest.Behind) = (taken + guest.Behind, 0);
        }

        guest.Link.Tell(new LinkMessage.Written(taken));
        ReportLeft();
    }

    private void Write(Guest guest, Iq stanza)
    {
        if (!stanza.IsRequest)
        {
            _connection.Tell(new Connection.Reply(stanza));
        }
        else if (StanzaTag.TryRemove(stanza.Id, out _, out var id))
        {
            var request = stanza with { Id = id };
            foreach (var session in StanzaSession.BegunBy(request))
            {
                Bind(guest, session);
            }

            guest.Asked++;
            _connection.Tell(new Connection.Ask(request.Type, request.From, request.To, request.Payload!, s_deadline, new Asked(guest, request)) { Id = id });
        }
    }

    /// <summary>Without an answer the node's own deadline ends the request, or the loss of the link.</summary>
    private void Answered(Asked asked, Answer answer)
    {
        var response = answer switch
        {
            Answer.Result { Payload: var payload } => asked.Request.Result(payload),
            Answer.Error { Stanza: var error } => asked.Request.Fail(error),
            _ => null,
        };
        asked.Guest.Asked--;
        if (response is not null)
        {
            TryDeliver(asked.Guest, StanzaText.Write(response));
        }

        LeaveIdle();
    }

    private void Arrived(GuestSessionActor.Arrived arrived)
    {
        if (_guests.TryGetValue(arrived.Link, out var guest) && !TryDeliver(guest, arrived.Stanza) && arrived.Request is { } request)
        {
            _connection.Tell(new Connection.Reply(request.Fail(StanzaError.ResourceConstraint)));
        }
    }

    private bool TryDeliver(Guest guest, string stanza)
    {
        if (guest.Undelivered >= _maxUndelivered)
        {
            return false;
        }

        guest.Undelivered++;
        guest.Link.Tell(new LinkMessage.Deliver(stanza, 0));
        return true;
    }

    private sealed class Guest(IActorRef link)
    {
        public IActorRef Link { get; } = link;

        /// <summary>Stanzas sent to it that it has not handled yet.</summary>
        public int Undelivered { get; set; }

        /// <summary>Its requests without a response.</summary>
        public int Asked { get; set; }

        /// <summary>Messages that the connection has not taken yet.</summary>
        public int Passing { get; set; }

        /// <summary>Stanzas after them that are not acknowledged yet.</summary>
        public int Behind { get; set; }

        /// <summary>Receive the requests of peers.</summary>
        public Dictionary<SessionKey, IActorRef> Sessions { get; } = [];
    }

    private sealed record Asked(Guest Guest, Iq Request);
}
