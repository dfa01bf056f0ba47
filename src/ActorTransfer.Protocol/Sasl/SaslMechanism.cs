namespace ActorTransfer.Protocol.Sasl;

/// <summary>
/// One way of logging in, at one point of one attempt. Immutable: every answer of the server gives the next point. Texts are what
/// is said, before base64.
/// </summary>
internal abstract class SaslMechanism
{
    /// <summary>The registered name, such as <c>SCRAM-SHA-1-PLUS</c>.</summary>
    public abstract string Name { get; }

    /// <summary>What the client says first; empty where the mechanism has nothing to say.</summary>
    public abstract string Initial { get; }

    /// <summary>The server asks.</summary>
    public abstract SaslStep Challenge(string text);

    /// <summary>The server grants the login.</summary>
    /// <param name="text">What it says besides; null for nothing.</param>
    public abstract SaslStep Success(string? text);

    /// <inheritdoc/>
    public override string ToString() => Name;
}

/// <summary>What a mechanism makes of the server's words.</summary>
internal abstract record SaslStep
{
    private SaslStep()
    {
    }

    /// <summary>Say this and go on from <paramref name="Next"/>.</summary>
    public sealed record Respond(SaslMechanism Next, string Text) : SaslStep;

    /// <summary>Logged in, and the server proved itself as far as the mechanism can.</summary>
    public sealed record Accepted : SaslStep;

    /// <summary>The server broke the rules of the mechanism or failed to prove itself: leave.</summary>
    /// <param name="Why">A sentence for people.</param>
    public sealed record Broken(string Why) : SaslStep;
}

/// <summary>User and password in the clear; for encrypted connections (RFC 4616).</summary>
/// <param name="credentials">With a password.</param>
internal sealed class PlainMechanism(SaslCredentials credentials) : SaslMechanism
{
    internal const string Id = "PLAIN";

    /// <inheritdoc/>
    public override string Name => Id;

    /// <inheritdoc/>
    public override string Initial => $"{credentials.AuthorizationId}\0{credentials.User}\0{credentials.Password}";

    /// <inheritdoc/>
    public override SaslStep Challenge(string text) => new SaslStep.Broken("the server asks although PLAIN leaves nothing to ask");

    /// <inheritdoc/>
    public override SaslStep Success(string? text) => new SaslStep.Accepted();
}

/// <summary>The TLS handshake has proved who the client is (RFC 4422 appendix A, XEP-0178).</summary>
/// <param name="authorizationId">Whom to act as; null leaves it to the certificate.</param>
internal sealed class ExternalMechanism(string? authorizationId) : SaslMechanism
{
    internal const string Id = "EXTERNAL";

    /// <inheritdoc/>
    public override string Name => Id;

    /// <inheritdoc/>
    public override string Initial => authorizationId ?? "";

    /// <summary>Servers that pass over the first words ask for them again.</summary>
    public override SaslStep Challenge(string text) =>
        text.Length == 0 ? new SaslStep.Respond(this, Initial) : new SaslStep.Broken("the server asks although EXTERNAL leaves nothing to ask");

    /// <inheritdoc/>
    public override SaslStep Success(string? text) => new SaslStep.Accepted();
}
