namespace ActorTransfer.Fuzzing;

/// <summary>What the inputs of a run cost.</summary>
internal sealed class FuzzResult
{
    public int Inputs { get; private set; }

    public TimeSpan WorstTime { get; private set; }

    public long WorstBytes { get; private set; }

    public void Add(TimeSpan took, long allocated)
    {
        Inputs++;
        WorstTime = took > WorstTime ? took : WorstTime;
        WorstBytes = Math.Max(WorstBytes, allocated);
    }
}
