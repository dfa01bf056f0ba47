using ActorTransfer.Protocol.Addressing;
using ActorTransfer.Protocol.Xml;

namespace ActorTransfer.Protocol.Stanzas;

/// <summary>What came of an iq request: every request gets exactly one of these.</summary>
internal abstract record Answer
{
    private Answer()
    {
    }

    /// <summary>An iq of type <c>result</c>.</summary>
    public sealed record Result(XmlElement? Payload) : Answer
    {
        /// <summary>The address that was asked as the server writes it, where that is another spelling (<see cref="JidEquivalence"/>); else null.</summary>
        public Jid? Respelled { get; init; }
    }

    /// <summary>An iq of type <c>error</c>.</summary>
    public sealed record Error(StanzaError Stanza) : Answer;

    /// <summary>No answer, for a reason on this side of the wire.</summary>
    public sealed record None(NoAnswer Why) : Answer;

    /// <summary>What came, in words for people.</summary>
    public string Describe() => this switch
    {
        Error error => error.Stanza.Describe(),
        None { Why: NoAnswer.Timeout } => "no answer in time",
        None { Why: NoAnswer.LinkLost } => "no answer, the link to the server was lost",
        None => "not asked, too many requests are open",
        _ => "a result",
    };
}

/// <summary>Why a request has no answer.</summary>
internal enum NoAnswer
{
    /// <summary>The deadline passed.</summary>
    Timeout,

    /// <summary>The XMPP link was lost, or was not up.</summary>
    LinkLost,

    /// <summary>Too many requests are open on this link.</summary>
    Overloaded,
}

/// <summary>What <see cref="NoAnswer"/> means to people.</summary>
internal static class NoAnswers
{
    /// <param name="why">Why there is no answer.</param>
    /// <param name="what">The request, as in "the offer".</param>
    public static string Describe(this NoAnswer why, string what) => why switch
    {
        NoAnswer.LinkLost => $"The link to the server was lost while {what} waited for an answer.",
        NoAnswer.Overloaded => $"Too many open requests on this link to send {what}.",
        _ => $"No answer to {what} in time.",
    };
}
