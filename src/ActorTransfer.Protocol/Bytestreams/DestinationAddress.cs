using System.Buffers;
using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using ActorTransfer.Protocol.Bytestreams;

namespace ActorTransfer.Extensibility;

/// <summary>
/// The name of a bytestream towards a streamhost: SHA-1 over session id, requester and target, written as 40 lower-case hexadecimal
/// characters in DST.ADDR. 20 bytes by value, made to be a dictionary key. Source: XEP-0065 §5.3.2.
/// </summary>
[StructLayout(LayoutKind.Auto)]
public readonly record struct DestinationAddress
{
    /// <summary>Length of the written form in characters, which are ASCII.</summary>
    public const int HexLength = 40;

    private const int HashLength = SHA1.HashSizeInBytes;

    /// <summary>Long enough for all but the most unusual JIDs.</summary>
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

    /// <summary>The form on the wire: 40 lower-case hexadecimal characters.</summary>
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
    /// <param name="sessionId">The sid, used as it is: its case matters.</param>
    /// <param name="requester">Who sends the streamhosts, as the receiver of that stanza sees it.</param>
    /// <param name="target">To whom that stanza was sent.</param>
    public static DestinationAddress Compute(string sessionId, Jid requester, Jid target) =>
        OfText(sessionId, requester.ToString(), target.ToString());

    /// <summary>Reads 40 hexadecimal characters of either case.</summary>
    public static bool TryParse(string? text, out DestinationAddress address)
    {
        Span<byte> hash = stackalloc byte[HashLength];
        if (text?.Length == HexLength && Convert.FromHexString(text, hash, out _, out _) == OperationStatus.Done)
        {
            address = new DestinationAddress(hash);
            return true;
        }

        address = default;
        return false;
    }

    /// <summary>Reads 40 ASCII characters, hexadecimal, of either case.</summary>
    public static bool TryParse(ReadOnlySpan<byte> ascii, out DestinationAddress address)
    {
        Span<byte> hash = stackalloc byte[HashLength];
        if (ascii.Length == HexLength && Convert.FromHexString(ascii, hash, out _, out _) == OperationStatus.Done)
        {
            address = new DestinationAddress(hash);
            return true;
        }

        address = default;
        return false;
    }

    /// <summary>
    /// All addresses under which peers may know one stream, as implementations prepare and encode JIDs differently. A listener or proxy
    /// accepts any of them: each is derived from the same three values. The first is the one to dial with.
    /// </summary>
    /// <param name="sessionId">The sid as received.</param>
    /// <param name="rawRequester">The requester's JID as it was on the wire.</param>
    /// <param name="rawTarget">The target's JID as it was on the wire.</param>
    public static IReadOnlyList<DestinationAddress> Variants(string sessionId, string rawRequester, string rawTarget) =>
        DestinationVariants.Of(sessionId, rawRequester, rawTarget);

    /// <summary>
    /// What to ask a streamhost for, in order, the next when it refuses the one before: the address by the formula, the one of peers that know
    /// Latin-1 only (QXmpp), the one over the JIDs as stringprep writes them (RFC 6122), and the one of a proxy that writes "null" for a part which
    /// a JID has not (Openfire; components have such JIDs). One for most JIDs.
    /// </summary>
    public static IReadOnlyList<DestinationAddress> ToDial(string sessionId, Jid requester, Jid target) =>
        DestinationVariants.ToDial(sessionId, requester, target);

    /// <inheritdoc/>
    public bool Equals(DestinationAddress other) => _head == other._head && _middle == other._middle && _tail == other._tail;

    /// <summary>Salted per process: a stranger chooses the values that end up as keys.</summary>
    public override int GetHashCode() => HashCode.Combine(_head, _middle, _tail);

    /// <summary>The first characters only, for logs: whoever knows the whole can take the stream. <see cref="Hex"/> is the whole.</summary>
    public override string ToString() => string.Concat(Hex.AsSpan(0, 8), "…");

    /// <summary>Writes the 40 characters of <see cref="Hex"/> as ASCII.</summary>
    internal void WriteHex(Span<byte> ascii)
    {
        Span<byte> hash = stackalloc byte[HashLength];
        CopyTo(hash);
        Convert.TryToHexStringLower(hash, ascii, out _);
    }

    /// <summary>The address over three texts as they are, in UTF-8.</summary>
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
