using System.Collections.Immutable;
using Akka.Hosting;

namespace ActorTransfer;

/// <summary>
/// The public actor of the default engine, and the messages that it understands: inject <c>IRequiredActor&lt;ActorTransferEngine&gt;</c>. The actor of another
/// engine has the key that was given to <c>WithActorTransfer</c>. Its path is <c>/user/{name}-gateway</c>. All messages are for actors of the same process.
/// Requests that cannot be executed are answered with <see cref="Akka.Actor.Status.Failure"/>, which makes an <c>Ask</c> throw.
/// </summary>
public sealed class ActorTransferEngine
{
    private ActorTransferEngine()
    {
    }

    /// <summary>Command: sends a file of this machine. Reply: <see cref="Sending"/>, when the transfer has begun or is queued.</summary>
    /// <param name="To">Full JID of the receiver, or the domain of a component.</param>
    /// <param name="Path">The file.</param>
    public sealed record Send(Jid To, string Path)
    {
        /// <summary>Account and stream methods; null = the first account, all methods.</summary>
        public SendOptions? Options { get; init; }
    }

    /// <summary>Reply to <see cref="Send"/>. The outcome comes as <see cref="TransferEnded"/> to subscribers.</summary>
    /// <param name="Id">Id of the transfer.</param>
    public sealed record Sending(TransferId Id);

    /// <summary>Command: cancels a transfer on both sides. No reply; the outcome comes as <see cref="TransferEnded"/> to subscribers.</summary>
    /// <param name="Id">Id of the transfer; one that has ended is ignored.</param>
    public sealed record Cancel(TransferId Id);

    /// <summary>
    /// Command: from the reply, <see cref="Subscribed"/>, on, the sender gets <see cref="TransferChanged"/> and <see cref="TransferEnded"/> of all transfers in
    /// both directions, until it stops or sends <see cref="Unsubscribe"/>.
    /// </summary>
    public sealed record Subscribe;

    /// <summary>Reply to <see cref="Subscribe"/>.</summary>
    public sealed record Subscribed;

    /// <summary>Command: ends the subscription of the sender. No reply.</summary>
    public sealed record Unsubscribe;

    /// <summary>Query: accounts and transfers. Reply: <see cref="EngineStatus"/>.</summary>
    public sealed record GetStatus;

    /// <summary>Reply to <see cref="GetStatus"/>.</summary>
    /// <param name="Connections">Status of the connections of accounts and proxies that have been tried, by name.</param>
    /// <param name="Transfers">Transfers that have not ended, pending offers and queued transfers included.</param>
    public sealed record EngineStatus(ImmutableDictionary<string, AccountStatus> Connections, ImmutableArray<TransferId> Transfers);

    /// <summary>Event: a transfer entered a state.</summary>
    /// <param name="Id">Id of the transfer.</param>
    /// <param name="Peer">The other side.</param>
    /// <param name="IsIncoming">True: the peer sends.</param>
    /// <param name="File">The file. Its name is the sender's: do not use that of a peer as a path.</param>
    /// <param name="State">The new state.</param>
    public sealed record TransferChanged(TransferId Id, Jid Peer, bool IsIncoming, FileDescription File, TransferState State);

    /// <summary>Event: a transfer has ended and has released everything. The last event of the transfer.</summary>
    /// <param name="Id">Id of the transfer.</param>
    /// <param name="Outcome">Its outcome.</param>
    public sealed record TransferEnded(TransferId Id, TransferOutcome Outcome);
}
