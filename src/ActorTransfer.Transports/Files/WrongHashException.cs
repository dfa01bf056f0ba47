using Akka;
using Akka.Streams.Dsl;

namespace ActorTransfer.Transports.Files;

/// <summary>The received bytes differ from the offered ones.</summary>
internal sealed class WrongHashException : IOException
{
    /// <summary>Creates the exception with its reason.</summary>
    public WrongHashException(string message)
        : base(message)
    {
    }
}
