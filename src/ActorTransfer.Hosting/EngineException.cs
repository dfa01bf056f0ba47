using System.Collections.Immutable;
using System.IO.Pipelines;

namespace ActorTransfer;

/// <summary>The engine cannot start or run as configured.</summary>
public sealed class EngineException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="message">Human-readable reason.</param>
    /// <param name="forGood">True: a retry without changes is useless. False: it may work later.</param>
    public EngineException(string message, bool forGood = true)
        : base(message) => ForGood = forGood;

    /// <summary>True: a retry without changes is useless. False: it may work later, for example when the server is available again.</summary>
    public bool ForGood { get; }
}
