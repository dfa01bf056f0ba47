using Akka;
using Akka.Streams.Dsl;

namespace ActorTransfer.Transports.Files;

/// <summary>What arrived is not what was offered.</summary>
internal sealed class WrongHashException : IOException
{
    /// <summary>Says how that was found.</summary>
    public WrongHashException(string message)
        : base(message)
    {
    }
}
