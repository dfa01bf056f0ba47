using ActorTransfer.Benchmarks.Load.Native;

namespace ActorTransfer.Benchmarks.Load.Traffic;

/// <summary>An open pair.</summary>
/// <param name="Number">Determines its bytes.</param>
/// <param name="Initiator">Socket of the side that requested the activation.</param>
/// <param name="Target">Socket of the other.</param>
internal sealed record LoadPair(int Number, int Initiator, int Target)
{
    public void Close()
    {
        Linux.Close(Initiator);
        Linux.Close(Target);
    }
}

/// <summary>Open pairs, closed by disposal.</summary>
internal sealed record OpenPairs(IReadOnlyList<LoadPair> All) : IDisposable
{
    public void Dispose()
    {
        foreach (LoadPair pair in All)
        {
            pair.Close();
        }
    }
}
