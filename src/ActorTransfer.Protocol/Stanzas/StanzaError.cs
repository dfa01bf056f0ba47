using System.Globalization;
using ActorTransfer.Protocol.Xml;

namespace ActorTransfer.Protocol.Stanzas;

/// <summary>Why a request was refused (RFC 6120 §8.3).</summary>
/// <param name="Type">What the requester may do.</param>
/// <param name="Condition">One of <see cref="ErrorConditions"/>.</param>
/// <param name="Text">A sentence for display, or null.</param>
/// <param name="Application">An application-specific condition, such as <c>bad-profile</c> of XEP-0095, or null.</param>
internal sealed record StanzaError(ErrorType Type, string Condition, string? Text = null, XmlElement? Application = null)
{
    private const string ElementName = "error";
    private const string TextName = "text";

    /// <summary>Maximum length of the written text, in UTF-16 units.</summary>
    private const int MaxTextLength = 1024;

    public static readonly StanzaError BadRequest = Usual(ErrorConditions.BadRequest);
    public static readonly StanzaError Conflict = Usual(ErrorConditions.Conflict);
    public static readonly StanzaError FeatureNotImplemented = Usual(ErrorConditions.FeatureNotImplemented);
    public static readonly StanzaError Forbidden = Usual(ErrorConditions.Forbidden);
    public static readonly StanzaError InternalServerError = Usual(ErrorConditions.InternalServerError);
    public static readonly StanzaError ItemNotFound = Usual(ErrorConditions.ItemNotFound);
    public static readonly StanzaError JidMalformed = Usual(ErrorConditions.JidMalformed);
    public static readonly StanzaError NotAcceptable = Usual(ErrorConditions.NotAcceptable);
    public static readonly StanzaError NotAllowed = Usual(ErrorConditions.NotAllowed);
    public static readonly StanzaError NotAuthorized = Usual(ErrorConditions.NotAuthorized);
    public static readonly StanzaError PolicyViolation = Usual(ErrorConditions.PolicyViolation);
    public static readonly StanzaError RecipientUnavailable = Usual(ErrorConditions.RecipientUnavailable);
    public static readonly StanzaError RemoteServerNotFound = Usual(ErrorConditions.RemoteServerNotFound);
    public static readonly StanzaError RemoteServerTimeout = Usual(ErrorConditions.RemoteServerTimeout);
    public static readonly StanzaError ResourceConstraint = Usual(ErrorConditions.ResourceConstraint);
    public static readonly StanzaError ServiceUnavailable = Usual(ErrorConditions.ServiceUnavailable);
    public static readonly StanzaError UndefinedCondition = Usual(ErrorConditions.UndefinedCondition);
    public static readonly StanzaError UnexpectedRequest = Usual(ErrorConditions.UnexpectedRequest);

    /// <summary>The user or a policy declined: <c>forbidden</c>, but of type <c>cancel</c> (XEP-0096 §3).</summary>
    public static readonly StanzaError Declined = new(ErrorType.Cancel, ErrorConditions.Forbidden);

    /// <summary>The same error with a text.</summary>
    public StanzaError WithText(string text) => this with { Text = text };

    /// <summary>
    /// The <c>&lt;error/&gt;</c> element in the namespace <c>jabber:client</c>. Characters that XML forbids in the text are replaced, and
    /// it is truncated after 1,024 characters.
    /// </summary>
    public XmlElement ToXml()
    {
        var text = Text is null ? null : new XmlElement(Namespaces.StanzaErrors, TextName).AddText(XmlText.Clean(Text, MaxTextLength));
        return new XmlElement(Namespaces.Client, ElementName)
            .With(("code", ErrorConditions.CodeOf(Condition)?.ToString(CultureInfo.InvariantCulture)), ("type", TypeName(Type)))
            .Add(new XmlElement(Namespaces.StanzaErrors, XmlChars.IsLocalName(Condition) ? Condition : ErrorConditions.UndefinedCondition))
            .Add(text)
            .Add(Application);
    }

    /// <summary>
    /// Parses errors as peers send them: <c>type</c> is case-insensitive, a missing type is derived from the condition, a missing or
    /// unknown condition from the legacy code, otherwise it is <c>undefined-condition</c>.
    /// </summary>
    public static StanzaError Read(XmlElement errorElement)
    {
        ArgumentNullException.ThrowIfNull(errorElement);
        var condition = errorElement.Children
            .FirstOrDefault(child => child.Namespace == Namespaces.StanzaErrors && ErrorConditions.IsKnown(child.Name))?.Name
            ?? FromCode(errorElement["code"]);
        var text = errorElement.Child(Namespaces.StanzaErrors, TextName)?.Text
            ?? (errorElement.Children.Count == 0 ? errorElement.Text : null);
        var application = errorElement.Children
            .FirstOrDefault(child => child.Namespace != Namespaces.StanzaErrors && child.Namespace != errorElement.Namespace);
        return new StanzaError(
            ReadType(errorElement["type"]) ?? ErrorConditions.UsualType(condition),
            condition,
            string.IsNullOrWhiteSpace(text) ? null : text,
            application);
    }

    private static StanzaError Usual(string condition) => new(ErrorConditions.UsualType(condition), condition);

    /// <summary>For display: "type/condition", with the text if there is one.</summary>
    internal string Describe()
    {
        var name = $"{TypeName(Type)}/{Condition}";
        return Text is null ? name : $"{name} \"{Text}\"";
    }

    /// <summary>The error for a request whose content was not kept, and for the pending request that this response belongs to.</summary>
    internal static StanzaError Of(XmlStreamItem.Skipped skipped) =>
        (skipped.Condition == ErrorConditions.NotAcceptable ? NotAcceptable : PolicyViolation).WithText($"The stanza was not read: {skipped.Detail}.");

    private static string FromCode(string? code) =>
        int.TryParse(code, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? ErrorConditions.FromCode(number)
            : ErrorConditions.UndefinedCondition;

    private static string TypeName(ErrorType type) => type switch
    {
        ErrorType.Auth => "auth",
        ErrorType.Cancel => "cancel",
        ErrorType.Continue => "continue",
        ErrorType.Modify => "modify",
        ErrorType.Wait => "wait",
        _ => throw new InvalidOperationException($"Unknown error type {type}."),
    };

    private static ErrorType? ReadType(string? type) => type?.ToUpperInvariant() switch
    {
        "AUTH" => ErrorType.Auth,
        "CANCEL" => ErrorType.Cancel,
        "CONTINUE" => ErrorType.Continue,
        "MODIFY" => ErrorType.Modify,
        "WAIT" => ErrorType.Wait,
        _ => null,
    };
}
