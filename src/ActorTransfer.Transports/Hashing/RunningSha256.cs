using System.Security.Cryptography;

namespace ActorTransfer.Transports.Hashing;

/// <summary>The SHA-256 of the bytes so far. Not thread-safe.</summary>
internal sealed class RunningSha256 : IDisposable
{
    private readonly IncrementalHash? _hash;

    /// <summary>The hash of no bytes.</summary>
    public RunningSha256()
        : this(CanShareLanes)
    {
    }

    /// <summary>For the tests of both ways.</summary>
    internal RunningSha256(bool sharesLanes)
    {
        if (sharesLanes)
        {
            State = new Sha256State();
        }
        else
        {
            _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        }
    }

    /// <summary>Whether this machine can hash several messages at a time faster than one after the other.</summary>
    public static bool CanShareLanes { get; } = Sha256Lanes.IsSupported && LibCrypto.IsAvailable;

    /// <summary>What a <see cref="HashSeat"/> goes on with; null where lanes cannot be shared.</summary>
    public Sha256State? State { get; }

    /// <summary>The next bytes, at once.</summary>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        if (State is not null)
        {
            LibCrypto.CompressSha256(State.Words, bytes[State.Take(bytes)]);
        }
        else
        {
            _hash!.AppendData(bytes);
        }
    }

    /// <summary>In lower-case hexadecimal. More bytes may follow.</summary>
    public string ToHex() => Convert.ToHexStringLower(State?.Finish() ?? _hash!.GetCurrentHash());

    /// <inheritdoc/>
    public void Dispose() => _hash?.Dispose();
}
