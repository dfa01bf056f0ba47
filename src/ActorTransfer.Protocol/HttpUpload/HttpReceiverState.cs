namespace ActorTransfer.Protocol.HttpUpload;

/// <summary>State of a download.</summary>
/// <param name="File">What the peer announced.</param>
/// <param name="MaxAttempts">How often the file may be requested.</param>
internal sealed record HttpReceiverState(SharedFile File, int MaxAttempts)
{
    /// <summary>What it waits for.</summary>
    public HttpReceiverStage Stage { get; init; } = HttpReceiverStage.Offered;

    /// <summary>The state of the transfer.</summary>
    public TransferState Phase { get; init; } = TransferState.Offer;

    /// <summary>Requests so far.</summary>
    public int Attempts { get; init; }

    /// <summary>Bytes that the application accepts of a file without a size; null = any number.</summary>
    public long? MaxSize { get; init; }
}

/// <summary>What a download waits for.</summary>
internal enum HttpReceiverStage
{
    /// <summary>The decision of the application.</summary>
    Offered,

    /// <summary>The destination of another attempt.</summary>
    Preparing,

    /// <summary>The header of the response.</summary>
    Requesting,

    /// <summary>The bytes.</summary>
    Downloading,

    /// <summary>The verified file to get its name: it is too late for anything else.</summary>
    PuttingInPlace,

    /// <summary>The time of another attempt.</summary>
    Pausing,

    /// <summary>Nothing: the transfer has ended.</summary>
    Ended,
}
