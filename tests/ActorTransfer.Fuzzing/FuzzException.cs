namespace ActorTransfer.Fuzzing;

/// <summary>A property of a target does not hold for an input.</summary>
internal sealed class FuzzException(string message) : Exception(message);
