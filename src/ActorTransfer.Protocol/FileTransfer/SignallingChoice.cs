using ActorTransfer.Extensibility;

namespace ActorTransfer.Protocol.FileTransfer;

/// <summary>The signalling of an offer, by what the peer advertises.</summary>
internal static class SignallingChoice
{
    /// <summary>The signalling of the first offer.</summary>
    /// <param name="features">What the peer advertises.</param>
    /// <param name="methods">Allowed stream methods.</param>
    public static Signalling Of(PeerFeatures features, StreamMethods methods) =>
        (features.JingleMethods & methods) != StreamMethods.None ? Signalling.Jingle : Signalling.StreamInitiation;

    /// <summary>The signalling that is tried when the peer does not support another one; null = none.</summary>
    /// <param name="refused">What it does not support.</param>
    /// <param name="features">What it advertises.</param>
    /// <param name="methods">Allowed stream methods.</param>
    public static Signalling? After(Signalling refused, PeerFeatures features, StreamMethods methods) => refused == Signalling.StreamInitiation
        ? Of(features, methods) == Signalling.Jingle ? Signalling.Jingle : null
        : features.HasStreamInitiation || !features.IsKnown ? Signalling.StreamInitiation : null;
}
