using ActorTransfer.Protocol.Stanzas;

namespace ActorTransfer.Protocol.Ibb;

/// <summary>The inputs of a sender.</summary>
internal abstract record IbbSenderInput
{
    /// <summary>Opens.</summary>
    public sealed record Begin : IbbSenderInput;

    /// <summary>The peer is known to handle blocks in order: several may be outstanding.</summary>
    public sealed record OrderKept : IbbSenderInput;

    /// <summary>The result of the request to open.</summary>
    public sealed record OpenAnswered(Answer Answer) : IbbSenderInput;

    /// <summary>One block, within the granted number.</summary>
    /// <param name="Base64">Its text.</param>
    /// <param name="Length">Its bytes.</param>
    public sealed record Block(string Base64, int Length) : IbbSenderInput;

    /// <summary>The result of a block.</summary>
    /// <param name="Sequence">Which.</param>
    /// <param name="Answer">The response.</param>
    /// <param name="Took">The round-trip time.</param>
    public sealed record BlockAnswered(ushort Sequence, Answer Answer, TimeSpan Took) : IbbSenderInput;

    /// <summary>There are no more blocks.</summary>
    public sealed record LastSent : IbbSenderInput;

    /// <summary>The pause requested by <see cref="IbbSenderOutput.RetryLater"/> is over.</summary>
    public sealed record RetryDue : IbbSenderInput;

    /// <summary>The peer closed the bytestream.</summary>
    public sealed record CloseRequested(Iq Request) : IbbSenderInput;

    /// <summary>The time requested by <see cref="IbbSenderOutput.AwaitLast"/> is over.</summary>
    public sealed record GraceOver : IbbSenderInput;

    /// <summary>The request to close has a response, or timed out.</summary>
    public sealed record CloseAnswered : IbbSenderInput;

    /// <summary>This side cancels.</summary>
    public sealed record Cancel(string Reason) : IbbSenderInput;
}
