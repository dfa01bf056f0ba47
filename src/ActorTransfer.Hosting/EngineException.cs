using System.Collections.Immutable;
using System.IO.Pipelines;

namespace ActorTransfer;

/// <summary>The engine cannot work as it was configured.</summary>
public sealed class EngineException : Exception
{
    /// <summary>Says why.</summary>
    /// <param name="message">For people.</param>
    /// <param name="forGood">True: trying again as configured is useless. False: it may work later.</param>
    public EngineException(string message, bool forGood = true)
        : base(message) => ForGood = forGood;

    /// <summary>True: trying again as configured is useless. False: it may work later, for example when the server is back.</summary>
    public bool ForGood { get; }
}
