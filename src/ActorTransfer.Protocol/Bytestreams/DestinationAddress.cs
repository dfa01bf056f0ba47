using System.Buffers;
using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using ActorTransfer.Protocol.Bytestreams;

namespace ActorTransfer.Extensibility;

/// <summary>
/// Identifies a bytestream at a streamhost: SHA-1 over session id, requester and target, sent as 40 lower-case hexadecimal characters in
/// DST.ADDR. A value of 20 bytes, suitable as a dictionary key. Source: XEP-0065 §5.3.2.
/// </summary>
[StructLayout(LayoutKind.Auto)]
public readonly record struct DestinationAddress
{
    /// <summary>Length of the written form in ASCII characters.</summary>
    public const int HexLength = 40;

    private const int HashLength = SHA1.HashSizeInBytes;

    /// <summary>Sufficient for all but the most unusual JIDs.</summary>
    private const int StackLimit = 512;

    private readonly ulong _head;
    private readonly ulong _middle;
    private readonly uint _tail;

    private DestinationAddress(ReadOnlySpan<byte> hash)
    {
        _head = BinaryPrimitives.ReadUInt64BigEndian(hash);
        _middle = BinaryPrimitives.ReadUInt64BigEndian(hash[8..]);
        _tail = BinaryPrimitives.ReadUInt32BigEndian(hash[16..]);
    }

    /// <summary>The wire format: 40 lower-case hexadecimal characters.</summary>
    public string Hex
    {
        get
        {
            Span<byte> hash = stackalloc byte[HashLength];
            CopyTo(hash);
            return Convert.ToHexStringLower(hash);
        }
    }

    /// <summary>The address of a stream between two prepared JIDs.</summary>
    /// <param name="sessionId">The sid, unchanged: it is case-sensitive.</param>
    /// <param name="requester">The sender of the streamhosts, as the recipient of that stanza sees it.</param>
    /// <param name="target">The recipient of that stanza.</param>
    public static DestinationAddress Compute(string sessionId, Jid requester, Jid target) =>
        OfText(sessionId, requester.ToString(), target.ToString());

    /// <summary>Parses 40 hexadecimal characters of either case.</summary>
    public static bool TryParse(string? text, out DestinationAddress address)
    {
        Span<byte> hash = stackalloc byte[HashLength];
        var isValid = text?.Length == HexLength && Convert.FromHexString(text, hash, out _, out _) == OperationStatus.Done;
        address = isValid ? new DestinationAddress(hash) : default;
        return isValid;
    }

    /// <summary>Parses 40 ASCII hexadecimal characters of either case.</summary>
    public static bool TryParse(ReadOnlySpan<byte> ascii, out DestinationAddress address)
    {
        Span<byte> hash = stackalloc byte[HashLength];
        var isValid = ascii.Length == HexLength && Convert.FromHexString(ascii, hash, out _, out _) == OperationStatus.Done;
        address = isValid ? new DestinationAddress(hash) : default;
        return isValid;
    }

    /// <summary>
    /// All addresses that peers may compute for one stream, because implementations prepare and encode JIDs differently. A listener or
    /// proxy accepts any of them. The first is the one to connect with.
    /// </summary>
    /// <param name="sessionId">The sid as received.</param>
    /// <param name="rawRequester">The requester's JID as received.</param>
    /// <param name="rawTarget">The target's JID as received.</param>
    public static IReadOnlyList<DestinationAddress> Variants(string sessionId, string rawRequester, string rawTarget) =>
        DestinationVariants.Of(sessionId, rawRequester, rawTarget);

    /// <summary>
    /// The addresses to try at a streamhost, in order: the one by the formula, the one of peers that encode Latin-1 only (QXmpp), the one
    /// over JIDs prepared by stringprep (RFC 6122), and the one of proxies that write "null" for a missing part of a JID (Openfire;
    /// components have such JIDs). Most JIDs have only one.
    /// </summary>
    public static IReadOnlyList<DestinationAddress> ToDial(string sessionId, Jid requester, Jid target) =>
        DestinationVariants.ToDial(sessionId, requester, target);

    /// <inheritdoc/>
    public bool Equals(DestinationAddress other) => _head == other._head && _middle == other._middle && _tail == other._tail;

    /// <summary>Salted per process, because a peer chooses the values that become keys.</summary>
    public override int GetHashCode() => HashCode.Combine(_head, _middle, _tail);

    /// <summary>
    /// The first characters only, for logs: the full address is enough to hijack the stream. <see cref="Hex"/> is the full address.
    /// </summary>
    public override string ToString() => string.Concat(Hex.AsSpan(0, 8), "…");

    /// <summary>Writes the 40 characters of <see cref="Hex"/> as ASCII.</summary>
    internal void WriteHex(Span<byte> ascii)
    {
        Span<byte> hash = stackalloc byte[HashLength];
        CopyTo(hash);
        Convert.TryToHexStringLower(hash, ascii, out _);
    }

    /// <summary>The address over three texts, unchanged, in UTF-8.</summary>
    internal static DestinationAddress OfText(string sessionId, string requester, string target)
    {
        var length = Encoding.UTF8.GetMaxByteCount(sessionId.Length + requester.Length + target.Length);
        var rented = length <= StackLimit ? null : ArrayPool<byte>.Shared.Rent(length);
        var bytes = rented ?? stackalloc byte[StackLimit];

        var written = Encoding.UTF8.GetBytes(sessionId, bytes);
        written += Encoding.UTF8.GetBytes(requester, bytes[written..]);
        written += Encoding.UTF8.GetBytes(target, bytes[written..]);
        var address = OfBytes(bytes[..written]);

        if (rented is not null)
            ArrayPool<byte>.Shared.Return(rented);
        return address;
    }

    [SuppressMessage("Security", "CA5350", Justification = "The protocol names a stream by SHA-1; the secret is the random session id.")]
    internal static DestinationAddress OfBytes(ReadOnlySpan<byte> bytes)
    {
        Span<byte> hash = stackalloc byte[HashLength];
        SHA1.HashData(bytes, hash);
        return new DestinationAddress(hash);
    }

    private void CopyTo(Span<byte> hash)
    {
        BinaryPrimitives.WriteUInt64BigEndian(hash, _head);
        BinaryPrimitives.WriteUInt64BigEndian(hash[8..], _middle);
        BinaryPrimitives.WriteUInt32BigEndian(hash[16..], _tail);
    }
}
