namespace ActorTransfer.Protocol.Hashes;

/// <summary>The comparison of computed hashes with those that the sender gave.</summary>
internal enum HashMatch
{
    /// <summary>The sender gave no hash that this side has computed.</summary>
    Unverified,

    /// <summary>Only a hash by SHA-1 or MD5 was compared, and it is equal: no transmission fault, but not a proof.</summary>
    Weak,

    /// <summary>A strong hash is equal.</summary>
    Verified,

    /// <summary>The content is not that of the sender.</summary>
    Mismatch,
}
