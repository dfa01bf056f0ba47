using System.Collections.Immutable;
using Akka;
using Akka.Actor;
using Akka.Streams.Dsl;

namespace ActorTransfer;

/// <summary>Number of a transfer, unique in the process; also the name of its actor.</summary>
public readonly record struct TransferId(long Value)
{
    /// <inheritdoc/>
    public override string ToString() => Value.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
