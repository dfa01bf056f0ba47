namespace ActorTransfer;

/// <summary>
/// The client accounts of a cluster, supplied by the application, for example from its database: <see cref="ActorTransferClusterOptions.AddAccounts"/>. Each
/// account lives on one node. Credentials do not travel between nodes: each asks the directory for the accounts that live there. Must be thread-safe.
/// </summary>
public interface IAccountDirectory
{
    /// <summary>
    /// The names of all accounts; each is logged in on one node. Called on one node when the cluster starts, and again after
    /// <see cref="ActorTransferClusterOptions.AccountsReadAgain"/>, for names that were added meanwhile.
    /// </summary>
    /// <param name="ct">This node does not need them any more.</param>
    IAsyncEnumerable<string> NamesAsync(CancellationToken ct);

    /// <summary>An account that is about to log in on this node. If the call fails, it is repeated.</summary>
    /// <param name="name">Its name, as in <see cref="SendOptions.Account"/>.</param>
    /// <param name="ct">It takes too long, or the account moves.</param>
    /// <returns>
    /// Server, JID and credentials; null: there is no account of this name. Without a resource in its JID it logs in as <c>actor-transfer</c>: a resource that
    /// the server chooses would be another one on each node, and the server could not end a session that is left over.
    /// </returns>
    ValueTask<ClientAccount?> FindAsync(string name, CancellationToken ct);
}
