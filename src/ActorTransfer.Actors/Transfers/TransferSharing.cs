using System.Collections.Immutable;
using ActorTransfer.Actors.Connections;

namespace ActorTransfer.Actors.Transfers;

/// <summary>
/// Messages between the transfers and the link of an account that several engines share: which sessions are here, and how much this engine can take. Without
/// such a link they cost nothing.
/// </summary>
internal static class TransferSharing
{
    /// <summary>
    /// The sender gets <see cref="Started"/>, and until it stops <see cref="SessionBegan"/>, <see cref="SessionEnded"/> and <see cref="Load"/>.
    /// </summary>
    /// <param name="Account">Name of the account.</param>
    public sealed record Start(string Account);

    /// <summary>The reply.</summary>
    /// <param name="Sessions">Sessions of the account that have not ended, and their in-band bytestreams with a sid of their own.</param>
    /// <param name="Load">The load.</param>
    public sealed record Started(ImmutableArray<SessionKey> Sessions, Load Load);

    /// <summary>A transfer began as this session or in-band bytestream, or continues as it.</summary>
    public sealed record SessionBegan(SessionKey Session);

    /// <summary>The transfer of a session has ended, or continues as another one.</summary>
    public sealed record SessionEnded(SessionKey Session);

    /// <summary>How much the engine has and can take. Sent at most once in <see cref="Interval"/>, but at once when the flags change.</summary>
    /// <param name="Active">Transfers that have not ended.</param>
    /// <param name="Room">Offers that it can take.</param>
    /// <param name="HasReader">The application reads offers.</param>
    /// <param name="IsDraining">No new transfers are allowed.</param>
    public sealed record Load(int Active, int Room, bool HasReader, bool IsDraining);

    /// <summary>Minimum time between two reports of the load.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);
}
