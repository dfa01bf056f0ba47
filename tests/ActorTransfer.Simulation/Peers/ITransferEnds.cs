namespace ActorTransfer.Simulation.Peers;

/// <summary>The side that offers the file.</summary>
internal interface ISender
{
    /// <summary>One per transfer.</summary>
    IReadOnlyList<TransferOutcome> Outcomes { get; }

    void Start();

    void Cancel();

    /// <summary>What is left over after the end.</summary>
    IEnumerable<string> Leftovers();

    IEnumerable<string> WrongResponses();
}

/// <summary>The side that the file is offered to.</summary>
internal interface IReceiver
{
    /// <summary>One for each offer.</summary>
    IReadOnlyCollection<IReceivingEnd> Ends { get; }

    void Cancel();

    /// <summary>What is left over after the end.</summary>
    IEnumerable<string> Leftovers();

    IEnumerable<string> WrongResponses();
}

/// <summary>What came of one offer at the side that it was made to.</summary>
internal interface IReceivingEnd
{
    /// <summary>One per transfer.</summary>
    IReadOnlyList<TransferOutcome> Outcomes { get; }

    /// <summary>The complete file is in its place.</summary>
    bool HasFile { get; }

    /// <summary>All bytes had arrived when it ended.</summary>
    bool HadAllBytes { get; }
}
