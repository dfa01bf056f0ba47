using System.Collections.Immutable;
using Akka;
using Akka.Actor;
using Akka.Streams.Dsl;

namespace ActorTransfer.Extensibility;

/// <summary>An application's own stage between file and socket, such as a virus scan. It keeps count and order of bytes, and disposes what it drops.</summary>
public sealed record ContentStages(Flow<Chunk, Chunk, NotUsed>? Outgoing = null, Flow<Chunk, Chunk, NotUsed>? Incoming = null);
