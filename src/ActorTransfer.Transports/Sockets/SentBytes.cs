using System.Runtime.InteropServices;

namespace ActorTransfer.Extensibility;

/// <summary>What a link has sent.</summary>
/// <param name="Bytes">How many.</param>
/// <param name="Delivery">What is known of their arrival.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct SentBytes(long Bytes, Delivery Delivery);
