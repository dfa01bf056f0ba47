namespace ActorTransfer.Protocol.HttpUpload;

/// <summary>The file to upload and the peer that gets the URL.</summary>
/// <param name="Self">Own JID.</param>
/// <param name="Peer">Full or bare JID, or the domain of a component.</param>
/// <param name="File">The file.</param>
internal sealed record HttpSenderPlan(Jid Self, Jid Peer, FileDescription File)
{
    /// <summary>The upload is encrypted (XEP-0454).</summary>
    public bool Encrypts { get; init; }

    /// <summary>See <see cref="HttpUrl.Read"/>.</summary>
    public bool AllowsPlainHttp { get; init; }

    /// <summary>Bytes of the PUT.</summary>
    public long UploadSize => File.Size + (Encrypts ? AesGcmKey.TagLength : 0);

    /// <summary>Content type of the PUT. It does not tell what an encrypted file is; one that HTTP does not allow is replaced.</summary>
    public string MediaType => !Encrypts && File.MimeType.Contains('/', StringComparison.Ordinal) && File.MimeType.All(sign => sign is > ' ' and <= '~')
        ? File.MimeType
        : FileDescription.UnknownMimeType;
}

/// <summary>What an upload waits for.</summary>
internal enum HttpSenderStage
{
    /// <summary>The upload service.</summary>
    Discovering,

    /// <summary>The slot.</summary>
    RequestingSlot,

    /// <summary>The upload.</summary>
    Uploading,

    /// <summary>The time of the second attempt.</summary>
    Pausing,

    /// <summary>The link to take the message.</summary>
    Announcing,

    /// <summary>Nothing: the transfer has ended.</summary>
    Ended,
}

/// <summary>State of an upload.</summary>
/// <param name="Plan">What is sent to whom.</param>
internal sealed record HttpSenderState(HttpSenderPlan Plan)
{
    /// <summary>What it waits for.</summary>
    public HttpSenderStage Stage { get; init; } = HttpSenderStage.Discovering;

    /// <summary>The state of the transfer.</summary>
    public TransferState Phase { get; init; } = TransferState.Offer;

    /// <summary>The service, once it is known.</summary>
    public UploadService? Service { get; init; }

    /// <summary>The current slot.</summary>
    public UploadSlot? Slot { get; init; }

    /// <summary>The first attempt failed.</summary>
    public bool IsSecondAttempt { get; init; }

    /// <summary>The server has the file.</summary>
    public TransferOutcome.Completed? Uploaded { get; init; }
}
