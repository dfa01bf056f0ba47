using ActorTransfer.Actors.Connections;
using ActorTransfer.Protocol.Stanzas;
using Akka.Actor;
using Akka.Event;
using Akka.TestKit;

namespace ActorTransfer.Actors.Tests;

/// <summary>The routes of in-band bytestreams of a connection that is a probe: like <see cref="ConnectionActor"/>, but for the calling thread.</summary>
internal sealed class ConnectionRoutes
{
    private readonly Lock _lock = new();
    private readonly InBandRoutes _routes;
    private readonly IActorRef _connection;

    public ConnectionRoutes(ActorSystem system, TestProbe connection)
    {
        _connection = connection.Ref;
        _routes = new InBandRoutes(_connection);
        var watcher = system.ActorOf(Props.Create(() => new Watcher(this)));
        system.EventStream.Subscribe(watcher, typeof(DeadLetter));
        connection.SetAutoPilot(new DelegateAutoPilot((sender, message) =>
        {
            if (message is Connection.ServeInBand serve)
            {
                Locked(() => _routes.Add(serve.Session, sender));
                watcher.Tell(serve, sender);
            }
            else if (message is Connection.Reply reply)
            {
                Locked(() => Fail(_routes.Refuse(reply.Answer)));
            }

            return AutoPilot.KeepRunning;
        }));
        connection.IgnoreMessages(message => message is Connection.ServeInBand);
    }

    /// <summary>False: the request is for the transfers actor.</summary>
    public bool TryDeliver(Connection.Requested requested)
    {
        lock (_lock)
        {
            return _routes.TryDeliver(requested);
        }
    }

    private void Locked(Action act)
    {
        lock (_lock)
        {
            act();
        }
    }

    private void Fail(IEnumerable<Iq> requests)
    {
        foreach (var request in requests)
        {
            _connection.Tell(new Connection.Reply(request.Fail(StanzaError.ItemNotFound)));
        }
    }

    private sealed class Watcher : ReceiveActor
    {
        public Watcher(ConnectionRoutes routes)
        {
            Receive<Connection.ServeInBand>(_ => Context.Watch(Sender));
            Receive<Terminated>(ended => routes.Locked(() => routes._routes.Remove(ended.ActorRef)));
            Receive<DeadLetter>(
                letter => routes.Fail([((Connection.Requested)letter.Message).Request]),
                letter => letter.Message is Connection.Requested && letter.Sender.Equals(routes._connection));
        }
    }
}
