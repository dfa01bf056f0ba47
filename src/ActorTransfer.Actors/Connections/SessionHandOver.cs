using System.Collections.Immutable;
using ActorTransfer.Protocol.StreamManagement;
using ActorTransfer.Protocol.Streams;
using ActorTransfer.Protocol.Xml;

namespace ActorTransfer.Actors.Connections;

/// <summary>What a connection leaves to that of another process, which continues its session.</summary>
/// <param name="Self">Address of the session; null = there is no session to resume.</param>
/// <param name="Position">Where its stream is.</param>
/// <param name="Stanzas">
/// Presence of contacts who are online, for a resumed session; requests and messages that were not handled, for any session of the account.
/// </param>
internal sealed record SessionHandOver(Jid? Self, StreamPosition? Position, ImmutableArray<XmlElement> Stanzas)
{
    /// <summary>Nothing.</summary>
    public static SessionHandOver None { get; } = new(null, null, []);

    /// <summary>The session as a connection resumes it; null = there is none.</summary>
    /// <param name="capacity">See <see cref="ManagementTerms.Capacity"/>.</param>
    public ResumableSession? ToSession(int capacity) => Self is not null && Position is not null
        ? new ResumableSession(Self, StreamManager.At(Position, capacity)) { IsTakenOver = true }
        : null;
}
