namespace ActorTransfer.Transports.Sockets;

/// <summary>
/// Settles who releases what an asynchronous operation uses: the stage that receives the completion, or the completion itself when
/// the stage has gone meanwhile. One operation at a time; reusable.
/// </summary>
internal sealed class InFlight
{
    private const int Idle = 0;
    private const int Running = 1;
    private const int Done = 2;
    private const int Abandoned = 3;

    private int _state;

    /// <summary>An operation runs, or its completion is on the way to the stage. For the stage only.</summary>
    public bool IsBusy => Volatile.Read(ref _state) is Running or Done;

    /// <summary>A completion is on the way to the stage. For the stage only.</summary>
    public bool IsDone => Volatile.Read(ref _state) == Done;

    /// <summary>Stage: an operation starts.</summary>
    public void Begin() => Volatile.Write(ref _state, Running);

    /// <summary>Stage, while it lives: the completion has arrived, or the operation completed at once.</summary>
    public void End() => Volatile.Write(ref _state, Idle);

    /// <summary>Completion: true = tell the stage, false = the stage has gone, release.</summary>
    public bool TryComplete() => Interlocked.CompareExchange(ref _state, Done, Running) == Running;

    /// <summary>Stage, when it ends: true = nothing runs, release; false = the completion will, or it has been released before.</summary>
    public bool Abandon() => Interlocked.Exchange(ref _state, Abandoned) is Idle or Done;
}
