using ActorTransfer.Actors.Settings;
using Akka.Actor;

namespace ActorTransfer.Cluster.Links;

/// <summary>Definition of a hub.</summary>
/// <param name="Name">Name of the shared connection.</param>
/// <param name="Connection">The connection to the server.</param>
/// <param name="Settings">Its limits.</param>
/// <param name="Nodes">
/// How many nodes are expected to register; until then, but not for long, the connection is not opened, so that the sessions are known.
/// </param>
internal sealed record HubDefinition(string Name, Props Connection, ConnectionSettings Settings, Func<ActorSystem, int> Nodes);
