using ActorTransfer.Protocol;
using ActorTransfer.Protocol.Discovery;
using ActorTransfer.Protocol.Jingle;
using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Protocol.Xml;
using Akka.Actor;

namespace ActorTransfer.Actors.Connections;

/// <summary>
/// Passes the requests and messages of peers on: to the actor of their in-band bytestream, or the handler of their namespace. Service discovery and pings are
/// answered here.
/// </summary>
/// <param name="connection">Sender of what is passed on.</param>
/// <param name="info">disco#info result of the connection's addresses.</param>
internal sealed class RequestRoutes(IActorRef connection, DiscoInfo info)
{
    private readonly Dictionary<string, IActorRef> _handlers = [];
    private readonly InBandRoutes _inBand = new(connection);

    public void Add(Connection.Serve serve) => _handlers[serve.Namespace] = serve.Handler;

    public void Add(Connection.ServeInBand serve, IActorRef actor) => _inBand.Add(serve.Session, actor);

    /// <summary>Removes an actor that has stopped.</summary>
    public void Remove(IActorRef stopped)
    {
        _inBand.Remove(stopped);
        foreach (var (served, _) in _handlers.Where(entry => entry.Value.Equals(stopped)).ToArray())
        {
            _handlers.Remove(served);
        }
    }

    /// <summary>Passes a request on. Value: the response that it gets from here; null = an actor got it, which responds.</summary>
    public Iq? Pass(Iq request)
    {
        if (Describe(request) is { } description)
        {
            return description;
        }

        var requested = new Connection.Requested(request);
        if (_inBand.TryDeliver(requested))
        {
            return null;
        }

        if (!_handlers.TryGetValue(request.Payload?.Namespace ?? "", out var handler))
        {
            return request.Fail(StanzaError.ServiceUnavailable);
        }

        handler.Tell(requested, connection);
        return null;
    }

    /// <summary>The response to a request for service discovery or a ping; null = it is something else.</summary>
    public Iq? Describe(Iq stanza) => stanza is { IsRequest: true, Payload: { } payload } ? Disco.Answer(info, stanza, payload) : null;

    /// <summary>Passes a message on. The first child for an in-band bytestream counts. False: it is for none. Errors are ignored.</summary>
    public bool Pass(XmlElement message, Jid? self)
    {
        if (message["type"] == "error" || !Jid.TryParse(message["from"], out var from))
        {
            return true;
        }

        // A message without an addressee is for this account (RFC 6120 §8.1.1.1).
        var to = Jid.TryParse(message["to"], out var addressee) ? addressee : message["to"] is null ? self : null;
        foreach (var payload in message.Children)
        {
            if (_inBand.TryDeliver(new Connection.Messaged(from, to, payload)))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>A response was sent. Value: the responses that become due with it.</summary>
    public IEnumerable<Iq> ResponsesAfter(Iq response) => _inBand.Refuse(response).Select(held => held.Fail(StanzaError.ItemNotFound));

    /// <summary>
    /// The response to a request that was not delivered: every request gets one (RFC 6120 §8.2.3), even if its handler has stopped: then the session it refers
    /// to has ended too.
    /// </summary>
    public static Iq ResponseTo(Iq undelivered)
    {
        return undelivered.Fail(undelivered.Payload?.Namespace switch
        {
            Namespaces.Ibb or Namespaces.Bytestreams => StanzaError.ItemNotFound,
            Namespaces.Jingle => JingleErrors.UnknownSession,
            _ => StanzaError.ServiceUnavailable,
        });
    }

    /// <summary>The link is lost: what is held is not answered.</summary>
    public void DropHeld() => _inBand.DropHeld();
}
