using ActorTransfer.Protocol.Discovery;
using ActorTransfer.Protocol.FileTransfer;
using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Protocol.Streams;
using ActorTransfer.Protocol.Xml;
using Akka.Actor;

namespace ActorTransfer.Actors.Connections;

/// <summary>All that can be said to a connection actor, and what it says.</summary>
internal static class Connection
{
    /// <summary>
    /// Asks another entity. The sender gets exactly one <see cref="Answered"/>: a result or error that carries the request's id and comes from whom was asked,
    /// or <see cref="Answer.None"/> at the deadline or when the link is lost.
    /// </summary>
    /// <param name="Type">Get or set.</param>
    /// <param name="From">Own address to ask from; null = the connection's own.</param>
    /// <param name="To">Whom; null = the own account's server.</param>
    /// <param name="Payload">Child of the iq.</param>
    /// <param name="Deadline">How long to wait.</param>
    /// <param name="Tag">Comes back in the answer.</param>
    public sealed record Ask(IqType Type, Jid? From, Jid? To, XmlElement Payload, TimeSpan Deadline, object Tag);

    /// <summary>The end of a request.</summary>
    public sealed record Answered(object Tag, Answer Answer);

    /// <summary>Sends the answer to a <see cref="Requested"/>.</summary>
    public sealed record Reply(Iq Answer);

    /// <summary>From now on requests and messages whose payload is in <paramref name="Namespace"/> go to <paramref name="Handler"/>.</summary>
    public sealed record Serve(string Namespace, IActorRef Handler);

    /// <summary>To a handler: somebody asks. It must send one <see cref="Reply"/> to the sender, which is the connection.</summary>
    public sealed record Requested(Iq Request);

    /// <summary>For a handler that failed: a request is answered all the same (RFC 6120 §8.2.3), other messages need no answer.</summary>
    /// <param name="message">What the handler failed to handle.</param>
    /// <param name="connection">Who sent it.</param>
    internal static void AnswerFailed(object message, IActorRef connection)
    {
        if (message is Requested { Request: { } request })
        {
            connection.Tell(new Reply(request.Fail(StanzaError.InternalServerError)));
        }
    }

    /// <summary>To a handler: a message stanza brought something in its namespace. There is no answer to it.</summary>
    public sealed record Messaged(Jid From, Jid? To, XmlElement Payload);

    /// <summary>The sender gets <see cref="Up"/> and <see cref="Lost"/> from now on, and the present status at once.</summary>
    public sealed record Subscribe;

    /// <summary>To subscribers: the link is usable; <paramref name="Self"/> is the connection's own address.</summary>
    public sealed record Up(string Name, Jid Self);

    /// <summary>
    /// Connects now instead of at the end of a pause, and after a loss that would not be tried again. The sender gets <see cref="Up"/> or <see cref="Lost"/>,
    /// whichever the attempt brings; <see cref="Up"/> at once when the link is up.
    /// </summary>
    public sealed record Reconnect;

    /// <summary>To subscribers: the link is down. Open requests were failed. Told again after each attempt that failed.</summary>
    /// <param name="Name">Of the connection.</param>
    /// <param name="Why">For people.</param>
    /// <param name="ForGood">
    /// The server refused this side, or another login took its place: the same attempt would end the same way until somebody changes something.
    /// </param>
    public sealed record Lost(string Name, string Why, bool ForGood)
    {
        /// <summary>When the next attempt begins; null: not before <see cref="Reconnect"/>. Zero when it is under way.</summary>
        public TimeSpan? RetryIn { get; init; }

        /// <summary>What kind of loss it is.</summary>
        public LinkFault Fault { get; init; }
    }

    /// <summary>What a connection is made of.</summary>
    /// <param name="Name">Name of the actor and in the logs.</param>
    /// <param name="Link">The actor that carries stanzas, see <see cref="StanzaLink"/>.</param>
    /// <param name="Info">What the connection's addresses answer to disco#info.</param>
    public sealed record Definition(string Name, Props Link, DiscoInfo Info)
    {
        /// <summary>The same link to another host, for servers that refer to one (RFC 6120 §4.9.3.19); null = this kind of link is not referred on.</summary>
        public Func<OtherHost, Props>? Elsewhere { get; init; }
    }
}

/// <summary>What a connection actor and the link below it say to each other.</summary>
internal static class StanzaLink
{
    /// <summary>Connection to link: carry this stanza. The link answers <see cref="Written"/> when it can take another.</summary>
    public sealed record Write(Iq Stanza);

    /// <summary>Link to connection: one stanza was taken.</summary>
    public sealed record Written
    {
        /// <summary>The only instance that is needed.</summary>
        public static Written Instance { get; } = new();
    }

    /// <summary>Link to connection: ready.</summary>
    /// <param name="Self">Own address: a full JID, or the domain of a component.</param>
    /// <param name="InProcess">True when the other side of every stanza lives in this process.</param>
    public sealed record Opened(Jid Self, bool InProcess)
    {
        /// <summary>It is the session that <see cref="Start"/> named: what was under way is still under way.</summary>
        public bool Resumed { get; init; }
    }

    /// <summary>Connection to link, before anything else: a link does nothing until it knows what it is to go on with.</summary>
    /// <param name="Session">To resume if the server still has it; null for a new session.</param>
    public sealed record Start(ResumableSession? Session = null);

    /// <summary>Link to connection: a stanza arrived.</summary>
    public sealed record Received(Iq Stanza);

    /// <summary>Link to connection: a message stanza arrived.</summary>
    public sealed record Messaged(XmlElement Message);

    /// <summary>Link to connection: a stanza was not kept. What it means for whoever waits for it comes in messages of its own.</summary>
    public sealed record Skipped(XmlStreamItem.Skipped Stanza);

    /// <summary>Link to connection: it is over. When <paramref name="ForGood"/>, trying again at once is useless or harmful.</summary>
    public sealed record Closed(string Why, bool ForGood)
    {
        /// <summary>What kind of end it is.</summary>
        public LinkFault Fault { get; init; }

        /// <summary>Where the server wants to be met instead; null = nowhere.</summary>
        public OtherHost? Redirect { get; init; }

        /// <summary>The next link may go on with this session; null when the session is over.</summary>
        public ResumableSession? Resumable { get; init; }

        /// <summary>How many <see cref="Write"/> the link took; the session holds those.</summary>
        public int Taken { get; init; }
    }
}

/// <summary>Published on the event stream by connections that trace: a stanza that was sent, or came from outside this process.</summary>
internal sealed record StanzaTraced(DateTimeOffset At, Jid? From, Jid? To, string Summary)
{
    internal static StanzaTraced Of(ActorSystem system, Iq stanza) => new(system.Scheduler.Now, stanza.From, stanza.To, StanzaSummary.Of(stanza));
}
