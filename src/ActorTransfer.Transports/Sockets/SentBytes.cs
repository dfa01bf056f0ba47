using System.Runtime.InteropServices;

namespace ActorTransfer.Extensibility;

/// <summary>The result of sending.</summary>
/// <param name="Bytes">The number of bytes.</param>
/// <param name="Delivery">What is known about their delivery.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct SentBytes(long Bytes, Delivery Delivery);
