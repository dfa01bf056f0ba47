namespace ActorTransfer.Protocol.Stanzas;

/// <summary>What the sender of a refused request may do (RFC 6120 §8.3.2).</summary>
internal enum ErrorType
{
    /// <summary>Retry with credentials.</summary>
    Auth,

    /// <summary>Do not retry.</summary>
    Cancel,

    /// <summary>A warning; continue.</summary>
    Continue,

    /// <summary>Retry with other data.</summary>
    Modify,

    /// <summary>Retry later.</summary>
    Wait,
}

/// <summary>
/// The conditions of RFC 6120 §8.3.3 as element names, with their default type and the legacy code that peers from before XMPP 1.0 use
/// (XEP-0086).
/// </summary>
internal static class ErrorConditions
{
    public const string BadRequest = "bad-request";
    public const string Conflict = "conflict";
    public const string FeatureNotImplemented = "feature-not-implemented";
    public const string Forbidden = "forbidden";
    public const string Gone = "gone";
    public const string InternalServerError = "internal-server-error";
    public const string ItemNotFound = "item-not-found";
    public const string JidMalformed = "jid-malformed";
    public const string NotAcceptable = "not-acceptable";
    public const string NotAllowed = "not-allowed";
    public const string NotAuthorized = "not-authorized";
    public const string PaymentRequired = "payment-required";
    public const string PolicyViolation = "policy-violation";
    public const string RecipientUnavailable = "recipient-unavailable";
    public const string Redirect = "redirect";
    public const string RegistrationRequired = "registration-required";
    public const string RemoteServerNotFound = "remote-server-not-found";
    public const string RemoteServerTimeout = "remote-server-timeout";
    public const string ResourceConstraint = "resource-constraint";
    public const string ServiceUnavailable = "service-unavailable";
    public const string SubscriptionRequired = "subscription-required";
    public const string UndefinedCondition = "undefined-condition";
    public const string UnexpectedRequest = "unexpected-request";

    /// <summary>The legacy code of a condition, or null if it has none.</summary>
    public static int? CodeOf(string condition) => condition switch
    {
        Gone or Redirect => 302,
        BadRequest or JidMalformed or UnexpectedRequest => 400,
        NotAuthorized => 401,
        PaymentRequired => 402,
        Forbidden => 403,
        ItemNotFound or RecipientUnavailable or RemoteServerNotFound => 404,
        NotAllowed => 405,
        NotAcceptable => 406,
        RegistrationRequired or SubscriptionRequired => 407,
        Conflict => 409,
        InternalServerError or ResourceConstraint or UndefinedCondition => 500,
        FeatureNotImplemented => 501,
        ServiceUnavailable => 503,
        RemoteServerTimeout => 504,
        _ => null,
    };

    /// <summary>The condition of a legacy code; <see cref="UndefinedCondition"/> when it is unknown.</summary>
    public static string FromCode(int code) => code switch
    {
        302 => Redirect,
        400 => BadRequest,
        401 => NotAuthorized,
        402 => PaymentRequired,
        403 => Forbidden,
        404 => ItemNotFound,
        405 => NotAllowed,
        406 => NotAcceptable,
        407 => RegistrationRequired,
        408 or 504 => RemoteServerTimeout,
        409 => Conflict,
        500 => InternalServerError,
        501 => FeatureNotImplemented,
        502 or 503 or 510 => ServiceUnavailable,
        _ => UndefinedCondition,
    };

    /// <summary>The default type of a condition by RFC 6120 §8.3.3; <see cref="ErrorType.Cancel"/> for unknown conditions.</summary>
    public static ErrorType UsualType(string condition) => condition switch
    {
        Forbidden or NotAuthorized or PaymentRequired or RegistrationRequired or SubscriptionRequired => ErrorType.Auth,
        BadRequest or JidMalformed or NotAcceptable or PolicyViolation or Redirect => ErrorType.Modify,
        RecipientUnavailable or RemoteServerTimeout or ResourceConstraint or UnexpectedRequest => ErrorType.Wait,
        _ => ErrorType.Cancel,
    };

    /// <summary>True for the conditions of RFC 6120 listed here.</summary>
    internal static bool IsKnown(string condition) => condition == PolicyViolation || CodeOf(condition) is not null;
}
