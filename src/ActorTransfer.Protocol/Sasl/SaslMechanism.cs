namespace ActorTransfer.Protocol.Sasl;

/// <summary>
/// One SASL mechanism at one point of one attempt. Immutable: every challenge of the server yields the next state. Messages are unencoded,
/// before base64.
/// </summary>
internal abstract class SaslMechanism
{
    /// <summary>The registered name, such as <c>SCRAM-SHA-1-PLUS</c>.</summary>
    public abstract string Name { get; }

    /// <summary>The client's initial message; empty if the mechanism has none.</summary>
    public abstract string Initial { get; }

    /// <summary>Handles a challenge.</summary>
    public abstract SaslStep Challenge(string text);

    /// <summary>Handles the server's success.</summary>
    /// <param name="text">Its additional data; null = none.</param>
    public abstract SaslStep Success(string? text);

    /// <inheritdoc/>
    public override string ToString() => Name;
}

/// <summary>The reaction of a mechanism to a challenge or success.</summary>
internal abstract record SaslStep
{
    private SaslStep()
    {
    }

    /// <summary>Send this and continue with <paramref name="Next"/>.</summary>
    public sealed record Respond(SaslMechanism Next, string Text) : SaslStep;

    /// <summary>Authenticated, and the server has authenticated itself as far as the mechanism supports it.</summary>
    public sealed record Accepted : SaslStep;

    /// <summary>The server violated the mechanism or failed to authenticate itself: close the stream.</summary>
    /// <param name="Reason">A sentence for display.</param>
    public sealed record Broken(string Reason) : SaslStep;
}

/// <summary>PLAIN: unencrypted user and password; for encrypted connections (RFC 4616).</summary>
/// <param name="credentials">With a password.</param>
internal sealed class PlainMechanism(SaslCredentials credentials) : SaslMechanism
{
    internal const string Id = "PLAIN";

    /// <inheritdoc/>
    public override string Name => Id;

    /// <inheritdoc/>
    public override string Initial => $"{credentials.AuthorizationId}\0{credentials.User}\0{credentials.Password}";

    /// <inheritdoc/>
    public override SaslStep Challenge(string text) => new SaslStep.Broken("the server sent a challenge, which PLAIN does not have");

    /// <inheritdoc/>
    public override SaslStep Success(string? text) => new SaslStep.Accepted();
}

/// <summary>EXTERNAL: the TLS handshake has authenticated the client (RFC 4422 appendix A, XEP-0178).</summary>
/// <param name="authorizationId">The authorization identity; null = the one of the certificate.</param>
internal sealed class ExternalMechanism(string? authorizationId) : SaslMechanism
{
    internal const string Id = "EXTERNAL";

    /// <inheritdoc/>
    public override string Name => Id;

    /// <inheritdoc/>
    public override string Initial => authorizationId ?? "";

    /// <summary>Servers that ignore the initial response request it again.</summary>
    public override SaslStep Challenge(string text) =>
        text.Length == 0 ? new SaslStep.Respond(this, Initial) : new SaslStep.Broken("the server sent a challenge, which EXTERNAL does not have");

    /// <inheritdoc/>
    public override SaslStep Success(string? text) => new SaslStep.Accepted();
}
