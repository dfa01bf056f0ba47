using System.Globalization;

namespace ActorTransfer.Protocol.Resolution;

/// <summary>Where a client may connect to its server.</summary>
/// <param name="Host">A name, or an address without brackets.</param>
/// <param name="Port">1 to 65535.</param>
/// <param name="DirectTls">True: TLS from the first byte (XEP-0368). False: an XML stream first, STARTTLS in it.</param>
internal sealed record ServerEndPoint(string Host, int Port, bool DirectTls)
{
    /// <summary>Port of clients (RFC 6120 §14.7).</summary>
    public const int UsualPort = 5222;

    /// <summary>Port of clients that begin with TLS; a custom, never registered.</summary>
    public const int UsualDirectPort = 5223;

    /// <inheritdoc/>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{(Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]" : Host)}:{Port}{(DirectTls ? " by direct TLS" : "")}");
}
