using ActorTransfer.Protocol.Discovery;
using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Protocol.Streams;
using ActorTransfer.Protocol.Xml;
using Akka.Actor;

namespace ActorTransfer.Actors.Connections;

/// <summary>Messages to and from a connection actor.</summary>
internal static class Connection
{
    /// <summary>
    /// Sends an IQ request. The sender gets exactly one <see cref="Answered"/>: a result or error with the request's id from the addressee,
    /// or <see cref="Answer.None"/> at the deadline or when the link is lost.
    /// </summary>
    /// <param name="Type">Get or set.</param>
    /// <param name="From">Own address to send from; null = the connection's own.</param>
    /// <param name="To">Addressee; null = the own account's server.</param>
    /// <param name="Payload">Child of the iq.</param>
    /// <param name="Deadline">How long to wait.</param>
    /// <param name="Tag">Comes back in the answer.</param>
    public sealed record Ask(IqType Type, Jid? From, Jid? To, XmlElement Payload, TimeSpan Deadline, object Tag)
    {
        /// <summary>Random id of the stanza; null = the connection chooses one.</summary>
        public string? Id { get; init; }
    }

    /// <summary>The end of a request.</summary>
    public sealed record Answered(object Tag, Answer Answer);

    /// <summary>Sends the response to a <see cref="Requested"/>.</summary>
    public sealed record Reply(Iq Answer);

    /// <summary>
    /// From a handler, instead of <see cref="Reply"/>: this engine does not handle the request any more. A connection that moves keeps it for the next node
    /// (<see cref="Definition.Moves"/>), otherwise it responds with the error.
    /// </summary>
    public sealed record Return(Iq Request, StanzaError Error);

    /// <summary>As <see cref="Return"/>, for a message.</summary>
    public sealed record ReturnMessage(XmlElement Message);

    /// <summary>Routes requests whose payload is in <paramref name="Namespace"/> to <paramref name="Handler"/>.</summary>
    public sealed record Serve(string Namespace, IActorRef Handler);

    /// <summary>
    /// From the actor of an in-band bytestream, or of a session that runs on another node: it gets the requests and messages of this session, except a
    /// request to open, until it stops.
    /// </summary>
    public sealed record ServeInBand(SessionKey Session);

    /// <summary>To a handler: a request arrived. It must send one <see cref="Reply"/> to the sender, which is the connection.</summary>
    public sealed record Requested(Iq Request);

    /// <summary>To the connection: the handler of a request stopped before it got it.</summary>
    internal sealed record Undelivered(Iq Request);

    /// <summary>For a handler that failed: a request gets an error response (RFC 6120 §8.2.3), other messages get none.</summary>
    /// <param name="message">What the handler failed to handle.</param>
    /// <param name="connection">Its sender.</param>
    internal static void AnswerFailed(object message, IActorRef connection)
    {
        if (message is Requested { Request: { } request })
        {
            connection.Tell(new Reply(request.Fail(StanzaError.InternalServerError)));
        }
    }

    /// <summary>Sends a message stanza. The sender gets <see cref="MessageSent"/>; never if the link is lost before it has taken the message.</summary>
    /// <param name="Message">The stanza, with sender and addressee.</param>
    /// <param name="Tag">Comes back.</param>
    public sealed record SendMessage(XmlElement Message, object Tag);

    /// <summary>The link has taken the message of a <see cref="SendMessage"/>.</summary>
    /// <param name="Tag">That of the request.</param>
    /// <param name="Loss">Null; or why the link cannot take it.</param>
    public sealed record MessageSent(object Tag, NoAnswer? Loss = null);

    /// <summary>To the actor of an in-band bytestream: a message stanza has a payload for its session. There is no reply.</summary>
    public sealed record Messaged(Jid From, Jid? To, XmlElement Payload);

    /// <summary>The sender gets the messages of this connection that are for no in-band bytestream, as <see cref="MessageArrived"/>.</summary>
    public sealed record ServeMessages;

    /// <summary>To the sender of <see cref="ServeMessages"/>: a message stanza arrived.</summary>
    public sealed record MessageArrived(XmlElement Message);

    /// <summary>The sender gets the presence stanzas of this connection, as <see cref="Present"/>.</summary>
    public sealed record ServePresence;

    /// <summary>To the sender of <see cref="ServePresence"/>: a presence stanza arrived.</summary>
    public sealed record Present(XmlElement Presence);

    /// <summary>
    /// From a hub that shares this connection among several engines: instead of the handlers it gets all stanzas, as messages of
    /// <see cref="StanzaLink"/>, except requests for service discovery and pings.
    /// </summary>
    public sealed record Share;

    /// <summary>From a hub: sends a stanza of an engine. The sender gets <see cref="Passed"/> when the link has taken it; never if the link is lost.</summary>
    /// <param name="Stanza">A request or response.</param>
    /// <param name="Tag">Comes back.</param>
    public sealed record Pass(Iq Stanza, object Tag);

    /// <summary>As <see cref="Pass"/>, for a message stanza.</summary>
    public sealed record PassMessage(XmlElement Message, object Tag);

    /// <summary>The link has taken the stanza of a <see cref="Pass"/> or <see cref="PassMessage"/>.</summary>
    public sealed record Passed(object Tag);

    /// <summary>Subscribes the sender to <see cref="Up"/> and <see cref="Lost"/>; it gets the current status at once.</summary>
    public sealed record Subscribe;

    /// <summary>The sender, which outlives the connection, gets a <see cref="Traced"/> for each stanza from now on; replaces an earlier one.</summary>
    public sealed record Trace;

    /// <summary>To the actor that traces: a stanza was sent or received. In-band blocks are left out.</summary>
    public sealed record Traced(DateTimeOffset At, Iq Stanza);

    /// <summary>To subscribers: the link is usable; <paramref name="Self"/> is the connection's own address.</summary>
    public sealed record Up(string Name, Jid Self);

    /// <summary>
    /// Connects now, even during a pause or after a loss that is not retried. The sender gets <see cref="Up"/> or <see cref="Lost"/>
    /// after the attempt; <see cref="Up"/> at once when the link is up.
    /// </summary>
    public sealed record Reconnect;

    /// <summary>To subscribers: the link is down. Pending requests have failed. Sent again after each failed attempt.</summary>
    /// <param name="Name">Name of the connection.</param>
    /// <param name="Reason">Human-readable.</param>
    /// <param name="ForGood">
    /// The server refused this side, or another login replaced it: the same attempt would fail the same way until something is changed.
    /// </param>
    public sealed record Lost(string Name, string Reason, bool ForGood)
    {
        /// <summary>Delay before the next attempt; null: not before <see cref="Reconnect"/>. Zero when it is in progress.</summary>
        public TimeSpan? RetryIn { get; init; }

        /// <summary>The kind of loss.</summary>
        public LinkFault Fault { get; init; }
    }

    /// <summary>
    /// Closes the link for good, when what is queued is written and the server has ended the session, or after a timeout; then the connection stops.
    /// Subscribers get <see cref="Closed"/> at once.
    /// </summary>
    public sealed record Close
    {
        /// <summary>The sender gets <see cref="HandedOver"/> before the connection stops. The session remains at the server if it can be resumed.</summary>
        public bool HandsOver { get; init; }
    }

    /// <summary>What the process has left that had the account. The handlers of the connection are registered.</summary>
    public sealed record TakeOver(SessionHandOver HandOver);

    /// <summary>To the sender of <see cref="Close"/>: what is left to another process.</summary>
    public sealed record HandedOver(string Name, SessionHandOver HandOver);

    /// <summary>To subscribers: the connection is being closed and does not come back.</summary>
    public sealed record Closed;

    /// <summary>Definition of a connection.</summary>
    /// <param name="Name">Name of the actor and in the logs.</param>
    /// <param name="Link">The actor that carries stanzas, see <see cref="StanzaLink"/>.</param>
    /// <param name="Info">disco#info result of the connection's addresses.</param>
    public sealed record Definition(string Name, Props Link, DiscoInfo Info)
    {
        /// <summary>The same link to another host (RFC 6120 §4.9.3.19); null = this kind of link does not follow referrals.</summary>
        public Func<OtherHost, Props>? Elsewhere { get; init; }

        /// <summary>How long an attempt to connect has to wait; null = never.</summary>
        public Func<TimeSpan>? Hold { get; init; }

        /// <summary>Whether the account is about to move to another process; null = never.</summary>
        public Func<bool>? Moves { get; init; }

        /// <summary>The link is opened only after <see cref="TakeOver"/>.</summary>
        public bool TakesOver { get; init; }
    }
}
