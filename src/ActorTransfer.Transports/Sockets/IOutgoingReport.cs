using ActorTransfer.Extensibility;

namespace ActorTransfer.Transports.Sockets;

/// <summary>Receives the progress of writing, on the thread of the stream.</summary>
internal interface IOutgoingReport
{
    /// <summary>Bytes were passed to the kernel.</summary>
    /// <param name="total">So far.</param>
    void Moved(long total);

    /// <summary>The stream has ended in order. Either this or <see cref="Failed"/> is called, once.</summary>
    void Completed(SentBytes sent);

    /// <summary>The stream has failed.</summary>
    void Failed(long total, Exception reason);
}
