using System.Collections.Immutable;
using Akka;
using Akka.Actor;
using Akka.Streams.Dsl;

namespace ActorTransfer.Extensibility;

/// <summary>A user's own stage between file and socket, for example a virus scan. It must keep count and order of the bytes, and dispose what it drops.</summary>
public sealed record ContentStages(Flow<Chunk, Chunk, NotUsed>? Outgoing = null, Flow<Chunk, Chunk, NotUsed>? Incoming = null);
