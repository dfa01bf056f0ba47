using ActorTransfer.Extensibility;

namespace ActorTransfer.Hosting.Internal;

/// <summary>Accounts that live on other nodes of a cluster.</summary>
internal interface IRemoteAccounts
{
    /// <summary>Sends through an account that this engine does not have.</summary>
    /// <returns>The transfer; null: no other node has the account.</returns>
    Task<ITransfer?> SendAsync(string account, Jid to, IOutgoingContent content, SendOptions options, CancellationToken ct);

    /// <summary>Whether the account is about to move from this node to another one: no new transfers may begin here.</summary>
    bool IsMoving(string account);

    /// <summary>Completes when no transfer of this application runs on another node.</summary>
    Task DrainedAsync();

    /// <summary>Why this engine does not have the account; null: no other node has it either.</summary>
    Task<string?> DescribeAsync(string account, CancellationToken ct);
}
