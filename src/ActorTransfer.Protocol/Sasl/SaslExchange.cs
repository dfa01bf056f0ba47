using System.Collections.Immutable;
using ActorTransfer.Protocol.ProxyService;
using ActorTransfer.Protocol.Xml;

namespace ActorTransfer.Protocol.Sasl;

/// <summary>The outputs of an authentication.</summary>
internal abstract record SaslOutput
{
    private SaslOutput()
    {
    }

    /// <summary>Send this element.</summary>
    public sealed record Send(XmlElement Element) : SaslOutput
    {
        /// <summary>Without the payload, which may contain a password.</summary>
        public override string ToString() => $"Send {Element.Name}";
    }

    /// <summary>Authenticated: the stream restarts (RFC 6120 §6.4.6).</summary>
    /// <param name="Mechanism">The mechanism used.</param>
    public sealed record Authenticated(string Mechanism) : SaslOutput;

    /// <summary>Not authenticated: close the stream.</summary>
    /// <param name="Reason">A sentence for display, without secrets.</param>
    /// <param name="ForGood">Another attempt with the same credentials cannot succeed.</param>
    /// <param name="Condition">The server's condition, such as <c>not-authorized</c>; null when this side failed.</param>
    public sealed record Failed(string Reason, bool ForGood, string? Condition = null) : SaslOutput;
}

/// <summary>One authentication over one stream (RFC 6120 §6): choice of the mechanism, the exchange, the outcome.</summary>
/// <remarks>Pure; the expensive part is SCRAM's hashing, up to about a second at the maximum iteration count.</remarks>
internal sealed record SaslExchange
{
    private readonly ImmutableArray<SaslMechanism> _others;
    private readonly SaslMechanism? _current;

    private SaslExchange(SaslMechanism? current, ImmutableArray<SaslMechanism> others) => (_current, _others) = (current, others);

    /// <summary>The mechanism in use; null when none is usable.</summary>
    public string? Mechanism => _current?.Name;

    /// <summary>Starts, or fails at once when no offered mechanism is usable.</summary>
    /// <param name="offer">From the stream's features.</param>
    /// <param name="credentials">The credentials.</param>
    /// <param name="channel">The connection below the stream.</param>
    /// <param name="nonce">Unique and unguessable, printable ASCII without commas, for example from <see cref="Stanzas.StanzaIds.Random"/>.</param>
    public static Step<SaslExchange, SaslOutput> Begin(SaslOffer offer, SaslCredentials credentials, SaslChannel channel, string nonce)
    {
        ArgumentNullException.ThrowIfNull(offer);
        ArgumentNullException.ThrowIfNull(credentials);
        ArgumentNullException.ThrowIfNull(channel);
        ArgumentNullException.ThrowIfNull(nonce);
        var nothing = new SaslExchange(null, []);
        if (SaslPrep.Prepare(credentials.User, out var problem) is not { Length: > 0 } user)
        {
            return nothing.Fail($"the user name {problem ?? "is empty"}");
        }

        var password = credentials.Password is null ? null : SaslPrep.Prepare(credentials.Password, out problem);
        if (problem is not null)
        {
            return nothing.Fail($"the password {problem}");
        }

        var candidates = SaslChoice.Candidates(offer, credentials with { User = user, Password = password }, channel, nonce);
        return candidates is [var best, .. var others]
            ? Start(best, others)
            : nothing.Fail(NothingFits(offer, credentials, channel));
    }

    /// <summary>Handles an element of the namespace <see cref="Namespaces.Sasl"/>.</summary>
    public Step<SaslExchange, SaslOutput> Next(XmlElement element)
    {
        ArgumentNullException.ThrowIfNull(element);
        if (_current is null || element.Namespace != Namespaces.Sasl)
        {
            return Step<SaslExchange, SaslOutput>.Ignore(this);
        }

        return element.Name switch
        {
            "challenge" => Base64.ToText(element.Text) is { } text ? Do(_current.Challenge(text)) : Fail("the server's challenge is not valid base64"),
            "success" => Base64.ToText(element.Text) is { } text
                ? Do(_current.Success(text.Length == 0 ? null : text))
                : Fail("the server's success data is not valid base64"),
            "failure" => Refused(element),
            _ => Step<SaslExchange, SaslOutput>.Ignore(this),
        };
    }

    /// <inheritdoc/>
    public override string ToString() => $"login by {Mechanism ?? "no mechanism"}";

    private static Step<SaslExchange, SaslOutput> Start(SaslMechanism mechanism, ImmutableArray<SaslMechanism> others) => new(
        new SaslExchange(mechanism, others),
        [new SaslOutput.Send(ToElement("auth", Base64.FromText(mechanism.Initial)).With("mechanism", mechanism.Name))]);

    private Step<SaslExchange, SaslOutput> Do(SaslStep step) => step switch
    {
        SaslStep.Respond respond => new(
            new SaslExchange(respond.Next, _others),
            [new SaslOutput.Send(ToElement("response", respond.Text.Length == 0 ? "" : Base64.FromText(respond.Text)))]),
        SaslStep.Accepted => new(this, [new SaslOutput.Authenticated(_current!.Name)]),
        SaslStep.Broken broken => Fail(broken.Reason),
        _ => throw new InvalidOperationException($"A mechanism returned {step}."),
    };

    /// <summary>
    /// When the server rejects a certificate or a mechanism that it offered, the next mechanism is tried. A rejected password is not tried
    /// with another mechanism.
    /// </summary>
    private Step<SaslExchange, SaslOutput> Refused(XmlElement failure)
    {
        var condition = failure.Children.FirstOrDefault(child => child.Namespace == Namespaces.Sasl && child.Name != "text")?.Name ?? "undefined-condition";
        if ((_current is ExternalMechanism || condition == "invalid-mechanism") && _others is [var next, .. var others])
        {
            return Start(next, others);
        }

        var why = condition switch
        {
            "not-authorized" when _current is ExternalMechanism => "the server does not accept the certificate for this account (not-authorized)",
            "not-authorized" => "the server refused the user name or the password (not-authorized)",
            "account-disabled" => "the account is disabled (account-disabled)",
            "credentials-expired" => "the password has expired (credentials-expired)",
            "temporary-auth-failure" => "the server cannot check logins at the moment (temporary-auth-failure)",
            _ => $"the server refused the login ({condition})",
        };
        var text = failure.Child("text")?.Text.Trim();
        return Fail(string.IsNullOrEmpty(text) ? why : $"{why}: {text}", condition, forGood: condition != "temporary-auth-failure");
    }

    private static string NothingFits(SaslOffer offer, SaslCredentials credentials, SaslChannel channel)
    {
        var offered = offer.Mechanisms.Length == 0 ? "nothing" : string.Join(", ", offer.Mechanisms);
        var isPlainLeft = credentials.Password is not null && !channel.IsEncrypted
            && offer.Mechanisms.Contains(PlainMechanism.Id, StringComparer.OrdinalIgnoreCase);
        return isPlainLeft ? $"the server offers {offered}, and PLAIN is not used without encryption"
            : credentials.Password is null ? $"the server offers {offered}, which require a password, and none is given"
            : $"the server offers {offered}, none of which is supported";
    }

    private static XmlElement ToElement(string name, string content) => new XmlElement(Namespaces.Sasl, name).AddText(content);

    private Step<SaslExchange, SaslOutput> Fail(string why, string? condition = null, bool forGood = true) =>
        new(this, [new SaslOutput.Failed(why, forGood, condition)]);
}
