using ActorTransfer.Protocol.Addressing;
using ActorTransfer.Protocol.Xml;

namespace ActorTransfer.Protocol.Stanzas;

/// <summary>The result of an iq request: every request gets exactly one.</summary>
internal abstract record Answer
{
    private Answer()
    {
    }

    /// <summary>An iq of type <c>result</c>.</summary>
    public sealed record Result(XmlElement? Payload) : Answer
    {
        /// <summary>The addressee as the server writes it, if the spelling differs (<see cref="JidEquivalence"/>); else null.</summary>
        public Jid? Respelled { get; init; }
    }

    /// <summary>An iq of type <c>error</c>.</summary>
    public sealed record Error(StanzaError Stanza) : Answer;

    /// <summary>No response, for a local reason.</summary>
    public sealed record None(NoAnswer Reason) : Answer;

    /// <summary>The result, for display.</summary>
    public string Describe() => this switch
    {
        Error error => error.Stanza.Describe(),
        None { Reason: NoAnswer.Timeout } => "no response in time",
        None { Reason: NoAnswer.LinkLost } => "no response, the link to the server was lost",
        None => "not sent, too many requests are pending",
        _ => "a result",
    };
}

/// <summary>Why a request has no response.</summary>
internal enum NoAnswer
{
    /// <summary>The deadline passed.</summary>
    Timeout,

    /// <summary>The XMPP link was lost or not connected.</summary>
    LinkLost,

    /// <summary>Too many requests are pending on this link.</summary>
    Overloaded,
}

/// <summary>The description of <see cref="NoAnswer"/> for display.</summary>
internal static class NoAnswers
{
    /// <param name="why">Why there is no response.</param>
    /// <param name="what">The request, as in "the offer".</param>
    public static string Describe(this NoAnswer why, string what) => why switch
    {
        NoAnswer.LinkLost => $"The link to the server was lost while {what} was pending.",
        NoAnswer.Overloaded => $"Too many pending requests on this link to send {what}.",
        _ => $"No response to {what} in time.",
    };
}
