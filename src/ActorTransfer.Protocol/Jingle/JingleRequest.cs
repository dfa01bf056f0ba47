using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Protocol.StreamInitiation;
using ActorTransfer.Protocol.Xml;

namespace ActorTransfer.Protocol.Jingle;

/// <summary>
/// The payload of an iq set of a Jingle session. Its result says that it was understood, not that its receiver agrees. Source: XEP-0166 §7.1.
/// </summary>
/// <param name="Action">What it does.</param>
/// <param name="SessionId">Id of the session; with the addresses of both sides it identifies the session.</param>
internal sealed record JingleRequest(JingleAction Action, string SessionId)
{
    private const string Element = "jingle";

    /// <summary>The initiator's address in a session-initiate. From a peer it is ignored: the sender of the stanza counts.</summary>
    public Jid? Initiator { get; init; }

    /// <summary>The responder's address in a session-accept, as above.</summary>
    public Jid? Responder { get; init; }

    /// <summary>What the request is about.</summary>
    public ImmutableArray<JingleContent> Contents { get; init; } = [];

    /// <summary>Why, in a session-terminate and in a refusal.</summary>
    public JingleReason? Reason { get; init; }

    /// <summary>The payload of a session-info; null is a ping.</summary>
    public XmlElement? Info { get; init; }

    /// <summary>Whether the payload is such a request, valid or not.</summary>
    public static bool Is(XmlElement? payload) => payload is { Namespace: Namespaces.Jingle, Name: Element };

    /// <summary>Parses the payload of an iq set.</summary>
    /// <param name="jingle">The payload.</param>
    /// <param name="request">The request when the result is true.</param>
    /// <param name="refusal">The error to reply with when the result is false.</param>
    public static bool TryRead(
        XmlElement jingle, [NotNullWhen(true)] out JingleRequest? request, [NotNullWhen(false)] out StanzaError? refusal)
    {
        (request, refusal) = (null, null);
        if (!Is(jingle) || JingleActions.Read(jingle["action"]) is not { } action)
        {
            refusal = StanzaError.BadRequest.WithText("The action is unknown.");
        }
        else if (jingle["sid"] is not { } sid || !SessionIds.IsAcceptable(sid))
        {
            refusal = StanzaError.BadRequest.WithText($"A session needs a sid of 1 to {SessionIds.MaxLength} characters.");
        }
        else if (JingleContent.ReadAll(jingle) is var contents && contents is null && action.NeedsContent())
        {
            refusal = StanzaError.BadRequest.WithText("A content needs a name.");
        }
        else if (contents is not { Count: > 0 } && action.NeedsContent())
        {
            refusal = StanzaError.BadRequest.WithText($"{action.Name()} needs a content.");
        }
        else
        {
            request = new JingleRequest(action, sid)
            {
                Initiator = ReadJid(jingle["initiator"]),
                Responder = ReadJid(jingle["responder"]),
                Contents = [.. contents ?? []],
                Reason = JingleReason.Read(jingle),
                Info = action == JingleAction.SessionInfo ? jingle.Children.FirstOrDefault(child => child.Namespace != Namespaces.Jingle) : null,
            };
        }

        return request is not null;
    }

    public XmlElement ToXml() => new XmlElement(Namespaces.Jingle, Element)
        .With(("action", Action.Name()), ("sid", SessionId), ("initiator", Initiator?.ToString()), ("responder", Responder?.ToString()))
        .Add(Contents.Select(content => content.ToXml()))
        .Add(Reason?.ToXml())
        .Add(Info);

    private static Jid? ReadJid(string? text) => Jid.TryParse(text, out var jid) ? jid : null;
}
