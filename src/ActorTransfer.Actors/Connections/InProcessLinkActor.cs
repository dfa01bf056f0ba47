using ActorTransfer.Actors.Settings;
using Akka.Actor;

namespace ActorTransfer.Actors.Connections;

/// <summary>
/// The engine's end of an <see cref="InProcessLink"/>. It takes the next stanzas when its connection, its parent, has handled the previous ones. While the
/// application has closed the link, it waits.
/// </summary>
internal sealed class InProcessLinkActor : ReceiveActor
{
    private readonly InProcessLink _link;
    private readonly ConnectionSettings _settings;
    private StanzaExchange? _exchange;
    private bool _isOver;

    /// <summary>Use <see cref="Props(InProcessLink, ConnectionSettings)"/>.</summary>
    public InProcessLinkActor(InProcessLink link, ConnectionSettings settings)
    {
        (_link, _settings) = (link, settings);
        Receive<StanzaLink.Start>(_ => Start());
        Receive<Open>(_ => Begin());
        Receive<Close>(close => End(close.Reason));
        Receive<StanzaLink.Write>(write => _exchange?.Write(write.Stanza.ToXml()));
        Receive<StanzaLink.WriteMessage>(write => _exchange?.Write(write.Message));
        Receive<StanzaLink.Written>(written => Context.Parent.Tell(written));
        Receive<StanzaLink.End>(_ => Context.Stop(Self));
        Receive<Arrived>(arrived => Take(arrived.Exchange), arrived => arrived.Exchange == _exchange);
        Receive<ActorIdentity>(_ => Await());
        ReceiveAny(_ => { }); // of an exchange that has ended
    }

    /// <param name="link">The application's end.</param>
    /// <param name="settings">Window and limits.</param>
    public static Props Props(InProcessLink link, ConnectionSettings settings) => Akka.Actor.Props.Create(() => new InProcessLinkActor(link, settings));

    /// <inheritdoc/>
    protected override void PostStop() => _link.Detach(Self);

    private void Start()
    {
        if (_link.TryAttach(Self))
        {
            Begin();
        }
        else
        {
            Context.Parent.Tell(new StanzaLink.Closed($"the link of {_link.Address} is used by another connection", ForGood: true));
        }
    }

    private void Begin()
    {
        if (!_isOver && _exchange is null && (_exchange = _link.Begin(Self, _settings)) is not null)
        {
            Context.Parent.Tell(new StanzaLink.Opened(_link.Address, InProcess: false));
            Await();
        }
    }

    /// <summary>The connection replaces this actor.</summary>
    private void End(string reason)
    {
        if (_exchange is not null)
        {
            _exchange = null;
            _isOver = true;
            Context.Parent.Tell(new StanzaLink.Closed(reason, ForGood: false));
        }
    }

    private void Await()
    {
        if (_exchange is { } exchange)
        {
            exchange.Incoming.WaitToReadAsync().AsTask().PipeTo(Self, success: more => more ? new Arrived(exchange) : Ended.Instance);
        }
    }

    /// <summary>The identification is behind the stanzas in the mailbox of the connection: the reply tells that they are handled.</summary>
    private void Take(StanzaExchange exchange)
    {
        for (var taken = 0; taken < _settings.WriteWindow && exchange.Incoming.TryRead(out var message); taken++)
        {
            Context.Parent.Tell(message);
        }

        Context.Parent.Tell(new Identify(null));
    }

    private sealed record Arrived(StanzaExchange Exchange);

    private sealed record Ended
    {
        public static Ended Instance { get; } = new();
    }

    /// <summary>From the link: the application has opened it.</summary>
    internal sealed record Open
    {
        /// <summary>The shared instance.</summary>
        public static Open Instance { get; } = new();
    }

    /// <summary>From the link: the application has closed it.</summary>
    internal sealed record Close(string Reason);
}
