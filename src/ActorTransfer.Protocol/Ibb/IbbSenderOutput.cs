using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Protocol.Xml;

namespace ActorTransfer.Protocol.Ibb;

/// <summary>The outputs of a sender.</summary>
internal abstract record IbbSenderOutput
{
    /// <summary>Request to open the stream; returns as <see cref="IbbSenderInput.OpenAnswered"/>.</summary>
    public sealed record AskOpen(XmlElement Payload) : IbbSenderOutput;

    /// <summary>Send a block; returns as <see cref="IbbSenderInput.BlockAnswered"/>.</summary>
    public sealed record AskBlock(ushort Sequence, XmlElement Payload) : IbbSenderOutput;

    /// <summary>Request to close the stream; returns as <see cref="IbbSenderInput.CloseAnswered"/>, which is ignored after a failure.</summary>
    public sealed record AskClose(XmlElement Payload) : IbbSenderOutput;

    /// <summary>Send this response.</summary>
    public sealed record Reply(Iq Answer) : IbbSenderOutput;

    /// <summary>The stream is open with this maximum block size.</summary>
    public sealed record Opened(int BlockSize) : IbbSenderOutput;

    /// <summary>The stream was not opened.</summary>
    public sealed record Refused(Answer Answer, string Reason) : IbbSenderOutput;

    /// <summary>This many more blocks may be passed in.</summary>
    public sealed record Grant(int Blocks) : IbbSenderOutput;

    /// <summary>Pause, then pass <see cref="IbbSenderInput.RetryDue"/>.</summary>
    public sealed record RetryLater : IbbSenderOutput;

    /// <summary>The peer reorders blocks; from now on one is outstanding at a time. Reported once.</summary>
    public sealed record OrderLost : IbbSenderOutput;

    /// <summary>
    /// The peer has closed or refused a block: unless all outstanding blocks are answered soon, pass <see
    /// cref="IbbSenderInput.GraceOver"/>.
    /// </summary>
    public sealed record AwaitLast : IbbSenderOutput;

    /// <summary>All bytes are acknowledged and the stream is closed.</summary>
    public sealed record Done(long Bytes) : IbbSenderOutput;

    /// <summary>The stream failed.</summary>
    public sealed record Fail(IbbFault Fault, string Reason) : IbbSenderOutput;
}
