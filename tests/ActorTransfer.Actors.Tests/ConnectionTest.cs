using ActorTransfer.Actors.Connections;
using ActorTransfer.Protocol;
using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Protocol.Xml;
using Akka.Actor;
using Akka.TestKit;

namespace ActorTransfer.Actors.Tests;

/// <summary>Set-up and helpers of <see cref="ConnectionActorSpec"/> and <see cref="ConnectionRoutingSpec"/>.</summary>
public abstract class ConnectionTest : ActorTest
{
    private protected static readonly XmlElement Payload = new(Namespaces.StreamInitiation, "si");
    private protected static readonly TimeSpan Deadline = TimeSpan.FromSeconds(5);

    private protected readonly TestProbe _link;
    private protected readonly IActorRef _connection;

    protected ConnectionTest()
    {
        _link = CreateTestProbe("link");
        var settings = Settings(
            """
            connection {
              max-pending-requests = 3, max-queued-stanzas = 2, write-window = 1
              reconnect-first = 1s, reconnect-most = 4s, reconnect-refused-first = 60s, reconnect-refused-most = 120s
            }
            """);
        var definition = new Connection.Definition("north", ScriptedLink.Props(_link.Ref), Engine.Info);
        Sys.ActorOf(UndeliveredRequestsActor.Props);
        _connection = Sys.ActorOf(ConnectionActor.Props(definition, settings.Connection), "connection");
    }

    private protected static Iq Request(string id) => Iq.Set(id, Ada, Payload, Bo);

    private protected void Ask(string tag) => _connection.Tell(new Connection.Ask(IqType.Set, null, Bo, Payload, Deadline, tag), TestActor);

    /// <summary>Opens the link that was started last.</summary>
    private protected async Task<IActorRef> OpenAsync()
    {
        var wire = (await _link.ExpectMsgAsync<ScriptedLink.Started>()).Wire;
        wire.Tell(new StanzaLink.Opened(Ada, InProcess: true));
        await StillRunsAsync(wire);
        await StillRunsAsync(_connection);
        return wire;
    }

    private protected async Task<Iq> WrittenAsync() => (await _link.ExpectMsgAsync<StanzaLink.Write>()).Stanza;
}
