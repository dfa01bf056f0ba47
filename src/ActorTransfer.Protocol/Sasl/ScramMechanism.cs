using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using ActorTransfer.Protocol.ProxyService;

namespace ActorTransfer.Protocol.Sasl;

/// <summary>
/// SCRAM (RFC 5802, RFC 7677): proves the password without sending it, and authenticates the server. With a channel binding the proof is
/// valid for this TLS connection only, so that a man in the middle cannot forward it.
/// </summary>
internal sealed class ScramMechanism : SaslMechanism
{
    /// <summary>RFC 5802 §5.1: with fewer iterations a fake server could guess the password from the proof.</summary>
    internal const int MinIterations = 4096;

    /// <summary>No server needs more iterations; a higher count would only waste CPU time.</summary>
    internal const int MaxIterations = 1_000_000;

    private readonly ScramHash _hash;
    private readonly string _password;
    private readonly string _nonce;
    private readonly string _gs2Header;
    private readonly ChannelBinding? _binding;
    private readonly string _firstBare;

    /// <param name="hash">The hash function.</param>
    /// <param name="user">Prepared.</param>
    /// <param name="password">Prepared.</param>
    /// <param name="authorizationId">The authorization identity; null for the user.</param>
    /// <param name="nonce">Printable ASCII without commas, never used before.</param>
    /// <param name="binding">Selects the -PLUS mechanism.</param>
    /// <param name="couldBind">
    /// This side supports channel binding but the server did not offer it. The server then detects a downgrade (RFC 5802 §6).
    /// </param>
    internal ScramMechanism(
        ScramHash hash, string user, string password, string? authorizationId, string nonce, ChannelBinding? binding, bool couldBind)
    {
        (_hash, _password, _nonce, _binding) = (hash, password, nonce, binding);
        var flag = binding is not null ? $"p={binding.Type}" : couldBind ? "y" : "n";
        _gs2Header = $"{flag},{(authorizationId is null ? "" : $"a={Escape(authorizationId)}")},";
        _firstBare = $"n={Escape(user)},r={nonce}";
    }

    /// <inheritdoc/>
    public override string Name => _binding is null ? _hash.Name : _hash.PlusName;

    /// <inheritdoc/>
    public override string Initial => _gs2Header + _firstBare;

    /// <inheritdoc/>
    public override SaslStep Challenge(string text)
    {
        if (Read(text, out var nonce, out var salt, out var iterations) is { } problem)
        {
            return new SaslStep.Broken(problem);
        }

        var withoutProof = $"c={BoundHeader()},r={nonce}";
        var (proof, signature) = _hash.Sign(_password, salt, iterations, $"{_firstBare},{text},{withoutProof}");
        return new SaslStep.Respond(new Signed(Name, Initial, signature), $"{withoutProof},p={Convert.ToBase64String(proof)}");
    }

    /// <inheritdoc/>
    public override SaslStep Success(string? text) => new SaslStep.Broken("the server reported success without requesting a proof of the password");

    /// <summary>The part of the header that a man in the middle cannot preserve.</summary>
    private string BoundHeader() => Convert.ToBase64String([.. Encoding.UTF8.GetBytes(_gs2Header), .. _binding?.Data ?? []]);

    /// <summary>Parses <c>r=nonce,s=salt,i=iterations</c>; optional extensions after them are ignored.</summary>
    private string? Read(string text, out string nonce, out byte[] salt, out int iterations)
    {
        (nonce, salt, iterations) = ("", [], 0);
        var parts = text.Split(',');
        if (parts[0].StartsWith("m=", StringComparison.Ordinal))
        {
            return "the server requires an unsupported extension of SCRAM";
        }

        if (parts.Length < 3
            || !parts[0].StartsWith("r=", StringComparison.Ordinal)
            || !parts[1].StartsWith("s=", StringComparison.Ordinal)
            || !parts[2].StartsWith("i=", StringComparison.Ordinal))
        {
            return "the server's challenge is not a valid SCRAM message";
        }

        nonce = parts[0][2..];
        if (nonce.Length <= _nonce.Length || !nonce.StartsWith(_nonce, StringComparison.Ordinal))
        {
            return "the server's nonce does not begin with the client's nonce";
        }

        if (Base64.Decode(parts[1][2..]) is not { Length: > 0 } decoded)
        {
            return "the server's salt is not valid base64";
        }

        salt = decoded;
        return int.TryParse(parts[2].AsSpan(2), NumberStyles.None, CultureInfo.InvariantCulture, out iterations)
            && iterations is >= MinIterations and <= MaxIterations
                ? null
                : $"the server requires {parts[2][2..]} iterations; supported are {MinIterations} to {MaxIterations}";
    }

    private static string Escape(string name) => name.Replace("=", "=3D", StringComparison.Ordinal).Replace(",", "=2C", StringComparison.Ordinal);

    /// <summary>The proof was sent; the server's signature is expected in <c>success</c>, or in a last challenge before it.</summary>
    private sealed class Signed(string name, string initial, byte[] expected) : SaslMechanism
    {
        public override string Name => name;

        public override string Initial => initial;

        public override SaslStep Challenge(string text) =>
            Check(text) is { } problem ? new SaslStep.Broken(problem) : new SaslStep.Respond(new Verified(name, initial), "");

        public override SaslStep Success(string? text) =>
            Check(text) is { } problem ? new SaslStep.Broken(problem) : new SaslStep.Accepted();

        private string? Check(string? text)
        {
            var first = text?.Split(',')[0] ?? "";
            return first.StartsWith("e=", StringComparison.Ordinal) ? $"the server refused the proof ({first[2..]})"
                : !first.StartsWith("v=", StringComparison.Ordinal) ? "the server did not prove that it knows the account"
                : Base64.Decode(first[2..]) is { } signature && CryptographicOperations.FixedTimeEquals(signature, expected) ? null
                : "the server's signature is wrong: it does not know the account's password";
        }
    }

    /// <summary>Both ends are authenticated; only <c>success</c> is missing.</summary>
    private sealed class Verified(string name, string initial) : SaslMechanism
    {
        public override string Name => name;

        public override string Initial => initial;

        public override SaslStep Challenge(string text) => new SaslStep.Broken("the server sent another challenge after its signature");

        public override SaslStep Success(string? text) => new SaslStep.Accepted();
    }
}
