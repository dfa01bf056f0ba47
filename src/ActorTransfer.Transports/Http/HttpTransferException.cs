namespace ActorTransfer.Transports.Http;

/// <summary>An HTTP server did not take, or did not send, a file.</summary>
internal sealed class HttpTransferException : IOException
{
    /// <param name="reason">The kind of failure.</param>
    /// <param name="message">A sentence without the URL, which is a secret.</param>
    /// <param name="mayPass">Another attempt may succeed.</param>
    /// <param name="inner">The cause.</param>
    public HttpTransferException(FailureReason reason, string message, bool mayPass, Exception? inner = null)
        : base(message, inner) => (Reason, MayPass) = (reason, mayPass);

    /// <summary>The kind of failure.</summary>
    public FailureReason Reason { get; }

    /// <summary>Another attempt may succeed.</summary>
    public bool MayPass { get; }
}
