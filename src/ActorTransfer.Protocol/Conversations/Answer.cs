using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Protocol.Xml;

namespace ActorTransfer.Protocol.Conversations;

/// <summary>What came of an iq request: every question gets exactly one of these.</summary>
public abstract record Answer
{
    private Answer()
    {
    }

    /// <summary>An iq of type <c>result</c>.</summary>
    public sealed record Result(XmlElement? Payload) : Answer;

    /// <summary>An iq of type <c>error</c>.</summary>
    public sealed record Error(StanzaError Stanza) : Answer;

    /// <summary>No answer, for a reason on this side of the wire.</summary>
    public sealed record None(NoAnswer Why) : Answer;
}

/// <summary>Why a question has no answer.</summary>
public enum NoAnswer
{
    /// <summary>The deadline passed.</summary>
    Timeout,

    /// <summary>The XMPP link was lost, or was not up.</summary>
    LinkLost,

    /// <summary>Too many questions are open on this link.</summary>
    Overloaded,
}
