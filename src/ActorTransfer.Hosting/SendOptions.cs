using System.Collections.Immutable;
using System.IO.Pipelines;
using ActorTransfer.Actors.Transfers;

namespace ActorTransfer;

/// <summary>Options of a send.</summary>
/// <param name="Account">Name of the account; null = the first.</param>
/// <param name="From">Own full JID; null = the account's own. Components may send from any JID of their domain.</param>
public sealed record SendOptions(string? Account = null, Jid? From = null)
{
    /// <summary>Allowed stream methods. Default: all, the fastest first.</summary>
    public StreamMethods Methods { get; init; } = StreamMethods.All;

    /// <summary>
    /// How the file is offered; null = <c>initiator.signalling</c>, by default <see cref="ActorTransfer.Signalling.Auto"/>. Any other value excludes what it
    /// does not name.
    /// </summary>
    public Signalling? Signalling { get; init; }

    /// <summary>Proxies offered besides those of the server.</summary>
    public ImmutableArray<Jid> Proxies { get; init; } = [];

    /// <summary>
    /// An HTTP upload is encrypted with AES-256-GCM, and the message has the key (XEP-0454): who stores the file cannot read it, but the servers that carry the
    /// message can. Has no effect on other methods.
    /// </summary>
    public bool EncryptUpload { get; init; }

    internal Transfer.SendTerms ToTerms() => new(Methods) { Proxies = Proxies, EncryptsUpload = EncryptUpload, Signalling = Signalling };
}
