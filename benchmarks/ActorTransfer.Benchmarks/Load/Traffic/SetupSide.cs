using System.Runtime.CompilerServices;

namespace ActorTransfer.Benchmarks.Load.Traffic;

/// <summary>Progress of one connection of a pair.</summary>
internal enum SideStage : byte
{
    Connecting,
    Greeted,
    Requested,
    Granted,
    Talking,
    Closed,
}

/// <summary>One connection of a pair that is being set up.</summary>
internal struct SetupSide
{
    public int Socket;
    public SideStage Stage;
    public int Got;
    public Reply Bytes;

    /// <summary>The received bytes of the proxy.</summary>
    [InlineArray(64)]
    public struct Reply
    {
        private byte _first;
    }
}
