using System.Globalization;
using System.Runtime.InteropServices;

namespace ActorTransfer;

/// <summary>Id of a transfer, unique in its process, and with <see cref="Node"/> in the cluster; also the name of its actor.</summary>
/// <param name="Value">Its number in the process.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct TransferId(long Value)
{
    /// <summary>The node of a cluster, another one after each start; zero = this process.</summary>
    public int Node { get; init; }

    /// <summary>The number; in a cluster with the node before it: <c>1f00ab34-17</c>.</summary>
    public override string ToString() => Node == 0
        ? Value.ToString(CultureInfo.InvariantCulture)
        : string.Create(CultureInfo.InvariantCulture, $"{Node:x8}-{Value}");
}
