using System.Threading.Channels;
using ActorTransfer.Actors;
using ActorTransfer.Actors.Connections;
using Akka.Actor;

namespace ActorTransfer.Hosting.Internal;

/// <summary>
/// Subscribes to one connection for one reader. Stops with the reader; when the engine stops first, it ends the sequence.
/// </summary>
internal sealed class AccountWatcher : ReceiveActor
{
    private readonly ChannelWriter<AccountStatus> _reader;
    private readonly Func<Engine.Parts, IActorRef?> _connection;
    private readonly string _name;

    private readonly object _question;

    public AccountWatcher(IActorRef engine, string name, Func<Engine.Parts, IActorRef?> connection, object request, ChannelWriter<AccountStatus> reader)
    {
        (_name, _connection, _question, _reader) = (name, connection, request, reader);
        Receive<Engine.Parts>(Found);
        Receive<Connection.Up>(up => _reader.TryWrite(new AccountStatus.Online(up.Self)));
        Receive<Connection.Lost>(lost => _reader.TryWrite(new AccountStatus.Offline(lost.Why, lost.ForGood) { Fault = lost.Fault, RetryIn = lost.RetryIn }));
        Receive<Engine.Fault>(fault => End(fault.Why), fault => fault.AtStart);
        Receive<Terminated>(_ => End("the engine has stopped"));
        Context.Watch(engine);
        Context.System.EventStream.Subscribe(Self, typeof(Engine.Fault));
        engine.Tell(new Engine.GetParts());
    }

    /// <param name="engine">The engine.</param>
    /// <param name="name">Name of the account or proxy.</param>
    /// <param name="connection">Finds its connection; null = there is none.</param>
    /// <param name="request">Sent to the connection: <see cref="Connection.Subscribe"/>, or <see cref="Connection.Reconnect"/>.</param>
    /// <param name="reader">Receives the statuses.</param>
    public static Props Props(
        IActorRef engine, string name, Func<Engine.Parts, IActorRef?> connection, object request, ChannelWriter<AccountStatus> reader) =>
        Akka.Actor.Props.Create(() => new AccountWatcher(engine, name, connection, request, reader));

    protected override void PostStop() => _reader.TryComplete();

    private void Found(Engine.Parts parts)
    {
        if (_connection(parts) is { } connection)
        {
            connection.Tell(_question);
        }
        else
        {
            End($"there is no {_name}");
        }
    }

    private void End(string why)
    {
        _reader.TryComplete(new EngineException(why));
        Context.Stop(Self);
    }
}
