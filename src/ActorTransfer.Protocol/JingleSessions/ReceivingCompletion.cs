using System.Collections.Immutable;
using ActorTransfer.Protocol.Hashes;

namespace ActorTransfer.Protocol.JingleSessions;

/// <summary>When a received file may be put in place. Source: XEP-0234 §8.</summary>
internal sealed record ReceivingCompletion
{
    /// <summary>The hashes that the sender gave so far.</summary>
    public FileHashes Given { get; init; } = FileHashes.None;

    /// <summary>The functions whose values the sender announced.</summary>
    public ImmutableArray<HashFunction> Announced { get; init; } = [];

    /// <summary>The hashes of the received bytes; null = they have not all arrived.</summary>
    public FileHashes? Computed { get; init; }

    /// <summary>No hash can come any more: the session has ended, the link to the server is lost, or the time is over.</summary>
    public bool IsLast { get; init; }

    /// <summary>A hash was announced that has not arrived.</summary>
    public bool IsHashMissing => Announced.Any(function => !Given.Functions.Contains(function));

    /// <summary>Null = wait. All results but a mismatch put the file in place.</summary>
    public HashMatch? Decide()
    {
        if (Computed is null)
        {
            return null;
        }

        var match = Given.Compare(Computed);
        return !IsLast && IsHashMissing && match is HashMatch.Unverified or HashMatch.Weak ? null : match;
    }
}
