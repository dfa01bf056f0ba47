namespace ActorTransfer.Transports.Sockets;

/// <summary>
/// Decides who releases the resources of an asynchronous operation: the stage that receives the completion, or the completion itself when
/// the stage has ended. One operation at a time; reusable.
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

    /// <summary>Stage, while active: the completion has arrived, or the operation completed at once.</summary>
    public void End() => Volatile.Write(ref _state, Idle);

    /// <summary>Completion: true = notify the stage, false = the stage has ended, release.</summary>
    public bool TryComplete() => Interlocked.CompareExchange(ref _state, Done, Running) == Running;

    /// <summary>Stage, when it ends: true = nothing runs, release; false = the completion will release, or has released.</summary>
    public bool Abandon() => Interlocked.Exchange(ref _state, Abandoned) is Idle or Done;
}
