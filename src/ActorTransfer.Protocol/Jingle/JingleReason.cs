using ActorTransfer.Protocol.StreamInitiation;
using ActorTransfer.Protocol.Xml;

namespace ActorTransfer.Protocol.Jingle;

/// <summary>Why a session ends. Source: XEP-0166 §7.4.</summary>
/// <param name="Condition">The kind of reason.</param>
/// <param name="Text">A sentence for display, or null.</param>
/// <param name="Detail">An element of the application, or null.</param>
internal sealed record JingleReason(JingleCondition Condition, string? Text = null, XmlElement? Detail = null)
{
    private const string Element = "reason";
    private const string TextElement = "text";

    /// <summary>Maximum length of a text, in UTF-16 units.</summary>
    private const int MaxTextLength = 200;

    /// <summary>The session to use instead, with <see cref="JingleCondition.AlternativeSession"/>.</summary>
    public string? AlternativeSession { get; init; }

    /// <summary>For display: the name of the reason, with the text if there is one.</summary>
    public string Describe() => Text is null ? Condition.Name() : $"{Condition.Name()} \"{Text}\"";

    /// <summary>
    /// The reason in a request, or null. Peers write names with underscores. An unknown reason is <see cref="JingleCondition.GeneralError"/>.
    /// </summary>
    internal static JingleReason? Read(XmlElement jingle)
    {
        if (jingle.Child(Namespaces.Jingle, Element) is not { } reason)
        {
            return null;
        }

        var condition = reason.Children.FirstOrDefault(child => child.Namespace == Namespaces.Jingle && child.Name != TextElement);
        var text = reason.Child(Namespaces.Jingle, TextElement)?.Text.Trim();
        var sid = condition?.Child(Namespaces.Jingle, "sid")?.Text.Trim();
        return new JingleReason(
            JingleConditions.Read(condition?.Name) ?? JingleCondition.GeneralError,
            string.IsNullOrEmpty(text) ? null : PrintableText.Of(text, MaxTextLength),
            reason.Children.FirstOrDefault(child => child.Namespace != Namespaces.Jingle))
        {
            AlternativeSession = SessionIds.IsAcceptable(sid) ? sid : null,
        };
    }

    internal XmlElement ToXml()
    {
        var sid = AlternativeSession is null ? null : new XmlElement(Namespaces.Jingle, "sid").AddText(AlternativeSession);
        var text = Text is null ? null : new XmlElement(Namespaces.Jingle, TextElement).AddText(XmlText.Clean(Text, MaxTextLength));
        return new XmlElement(Namespaces.Jingle, Element).Add(new XmlElement(Namespaces.Jingle, Condition.Name()).Add(sid)).Add(text).Add(Detail);
    }
}
