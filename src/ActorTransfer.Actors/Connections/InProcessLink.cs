using System.Runtime.CompilerServices;
using ActorTransfer.Actors.Connections;
using ActorTransfer.Actors.Settings;
using Akka.Actor;

namespace ActorTransfer;

/// <summary>
/// Connects an engine to an XMPP server in the same process: the server hands in stanzas for the link's addresses and takes out the engine's stanzas, as XML
/// text, without a socket or a login. It takes the place of a component (XEP-0114) or of a client's session. Bounded in both directions: each side waits for
/// the other one. One engine uses it, with <c>AddLink</c> or <c>AddProxy</c>. Thread-safe; there is nothing to dispose.
/// </summary>
public sealed class InProcessLink
{
    private readonly Lock _lock = new();
    private IActorRef? _actor;
    private StanzaExchange? _exchange;
    private TaskCompletionSource<StanzaExchange> _next = NewWait();
    private string? _closed;

    /// <summary>A link for these addresses.</summary>
    /// <param name="address">
    /// A domain, as of a component: all its addresses belong to the link, and the engine may send from each (<c>SendOptions.From</c>). Or the full JID of a
    /// user.
    /// </param>
    /// <exception cref="ArgumentException">It is a bare JID.</exception>
    public InProcessLink(Jid address)
    {
        ArgumentNullException.ThrowIfNull(address);
        if (address.IsFull == (address.Local is null))
        {
            throw new ArgumentException($"{address} is neither a domain nor the full JID of a user.", nameof(address));
        }

        Address = address;
    }

    /// <summary>A domain, or the full JID of a user.</summary>
    public Jid Address { get; }

    /// <summary>The engine is connected: it has started, and the link is not closed.</summary>
    public bool IsOpen
    {
        get
        {
            lock (_lock)
            {
                return _exchange is not null;
            }
        }
    }

    /// <summary>
    /// Hands in one stanza for an address of the link. Completes when the engine has room for it (<c>connection.write-window</c> stanzas wait at most), so the
    /// stanzas of one sender stay in order if each call is awaited. Stanzas without a purpose here, such as messages with a body, are ignored.
    /// </summary>
    /// <param name="stanza">
    /// XML of one <c>iq</c>, <c>message</c> or <c>presence</c> with its end tag, in the namespace <c>jabber:client</c>, <c>jabber:server</c>,
    /// <c>jabber:component:accept</c> or none. The server vouches for its <c>from</c>, which is required. Without <c>to</c> it is for the address of the link.
    /// </param>
    /// <param name="ct">Cancels the wait: the stanza was not handed in.</param>
    /// <returns>False: the link is not open. The server responds to a request as if its addressee were not connected.</returns>
    /// <exception cref="FormatException">
    /// It is not a stanza that can be handed in: not well-formed, above a limit such as <c>connection.max-stanza-size</c>, an invalid <c>iq</c>, or for another
    /// domain. The link is not affected. The server responds to a request with <c>bad-request</c>.
    /// </exception>
    public async ValueTask<bool> DeliverAsync(string stanza, CancellationToken ct = default)
    {
        ArgumentNullException.ThrowIfNull(stanza);
        StanzaExchange? exchange;
        lock (_lock)
        {
            exchange = _exchange;
        }

        return exchange is not null && await exchange.DeliverAsync(stanza, ct).ConfigureAwait(false);
    }

    /// <summary>
    /// The stanzas of the engine as they are sent, for as long as <paramref name="ct"/> is not cancelled, also over times in which the link is not open. Each
    /// is XML of one <c>iq</c> in <c>jabber:client</c>; <c>from</c> is an address of the link; without <c>to</c> it is for the server itself. If it is not
    /// read, the engine queues <c>connection.max-queued-stanzas</c>; then transfers end as <see cref="FailureReason.Overloaded"/>. Each stanza goes to one
    /// reader.
    /// </summary>
    /// <param name="ct">Ends the sequence with an <see cref="OperationCanceledException"/>.</param>
    public async IAsyncEnumerable<string> ReadAllAsync([EnumeratorCancellation] CancellationToken ct = default)
    {
        while (true)
        {
            Task<StanzaExchange> next;
            lock (_lock)
            {
                next = _next.Task;
            }

            var exchange = await next.WaitAsync(ct).ConfigureAwait(false);
            await foreach (var stanza in exchange.ReadAllAsync(ct).ConfigureAwait(false))
            {
                yield return stanza;
            }
        }
    }

    /// <summary>
    /// Closes the link, as a lost connection does: requests of the engine without a response fail, transfers before their first byte end as
    /// <see cref="FailureReason.LinkLost"/>, and stanzas that were not read are dropped. The engine is offline until <see cref="Open"/>.
    /// </summary>
    /// <param name="reason">Human-readable; in the log and in the status of the account.</param>
    public void Close(string reason)
    {
        ArgumentException.ThrowIfNullOrEmpty(reason);
        lock (_lock)
        {
            _closed ??= reason;
            EndExchange();
            _actor?.Tell(new InProcessLinkActor.Close(_closed), ActorRefs.NoSender);
        }
    }

    /// <summary>
    /// Opens the link again after <see cref="Close"/>; a new link is open. The engine connects when the pause of <c>connection.reconnect-first</c> is over.
    /// </summary>
    public void Open()
    {
        lock (_lock)
        {
            _closed = null;
            _actor?.Tell(InProcessLinkActor.Open.Instance, ActorRefs.NoSender);
        }
    }

    /// <summary>
    /// The actor serves the link from now on, instead of an earlier one of its connection, which may not have stopped yet. False: another connection does.
    /// </summary>
    internal bool TryAttach(IActorRef actor)
    {
        lock (_lock)
        {
            if (_actor is not null && !_actor.Path.Parent.Equals(actor.Path.Parent))
            {
                return false;
            }

            _actor = actor;
            return true;
        }
    }

    /// <summary>The beginning of an exchange; null = the link is closed.</summary>
    /// <param name="actor">The attached actor.</param>
    /// <param name="settings">Limits.</param>
    internal StanzaExchange? Begin(IActorRef actor, ConnectionSettings settings)
    {
        lock (_lock)
        {
            if (_closed is not null)
            {
                return null;
            }

            EndExchange();
            _exchange = new StanzaExchange(Address, actor, settings);
            _next.SetResult(_exchange);
            return _exchange;
        }
    }

    /// <summary>The actor has stopped. Has no effect if another one serves the link.</summary>
    internal void Detach(IActorRef actor)
    {
        lock (_lock)
        {
            if (actor.Equals(_actor))
            {
                _actor = null;
                EndExchange();
            }
        }
    }

    private void EndExchange()
    {
        if (_exchange is not null)
        {
            _exchange.End();
            _exchange = null;
            _next = NewWait();
        }
    }

    private static TaskCompletionSource<StanzaExchange> NewWait() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
