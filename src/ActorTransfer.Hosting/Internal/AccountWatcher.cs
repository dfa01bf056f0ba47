using System.Threading.Channels;
using ActorTransfer.Actors.Connections;
using Akka.Actor;

namespace ActorTransfer.Hosting.Internal;

/// <summary>
/// Passes the status changes of one connection to one reader, and ends the reader's sequence when the connection stops, as it does with the engine.
/// </summary>
internal sealed class AccountWatcher : ReceiveActor
{
    private readonly ChannelWriter<AccountStatus?> _reader;

    public AccountWatcher(IActorRef connection, object request, ChannelWriter<AccountStatus?> reader)
    {
        _reader = reader;
        Receive<Connection.Up>(up => _reader.TryWrite(new AccountStatus.Online(up.Self)));
        Receive<Connection.Lost>(lost => _reader.TryWrite(Status(lost)));
        Receive<Connection.Closed>(_ => _reader.TryWrite(null));
        Receive<Terminated>(_ => Context.Stop(Self));
        Context.Watch(connection).Tell(request);
    }

    /// <param name="connection">The connection.</param>
    /// <param name="request">Sent to it: <see cref="Connection.Subscribe"/>, or <see cref="Connection.Reconnect"/>.</param>
    /// <param name="reader">Receives the statuses; null when the account is being removed.</param>
    public static Props Props(IActorRef connection, object request, ChannelWriter<AccountStatus?> reader) =>
        Akka.Actor.Props.Create(() => new AccountWatcher(connection, request, reader));

    public static AccountStatus Status(Connection.Lost lost) =>
        new AccountStatus.Offline(lost.Reason, lost.ForGood) { Fault = lost.Fault, RetryIn = lost.RetryIn };

    protected override void PostStop() => _reader.TryComplete();
}
