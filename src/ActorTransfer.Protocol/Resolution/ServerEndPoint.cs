using System.Globalization;

namespace ActorTransfer.Protocol.Resolution;

/// <summary>A network address of a server.</summary>
/// <param name="Host">A name, or an address without brackets.</param>
/// <param name="Port">1 to 65535.</param>
/// <param name="DirectTls">True: direct TLS (XEP-0368). False: STARTTLS.</param>
internal sealed record ServerEndPoint(string Host, int Port, bool DirectTls)
{
    /// <summary>The client port (RFC 6120 §14.7).</summary>
    public const int UsualPort = 5222;

    /// <summary>The client port for direct TLS; a convention, never registered.</summary>
    public const int UsualDirectPort = 5223;

    /// <inheritdoc/>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{BracketedHost}:{Port}{(DirectTls ? " by direct TLS" : "")}");

    private string BracketedHost => Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]" : Host;
}
