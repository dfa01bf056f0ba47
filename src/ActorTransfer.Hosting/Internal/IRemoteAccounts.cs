using ActorTransfer.Extensibility;

namespace ActorTransfer.Hosting.Internal;

/// <summary>Accounts that live on other nodes of a cluster.</summary>
internal interface IRemoteAccounts
{
    /// <summary>Sends through an account that this engine does not have.</summary>
    /// <returns>The transfer; null: no other node has the account.</returns>
    Task<ITransfer?> SendAsync(string account, Jid to, IOutgoingContent content, SendOptions options, CancellationToken ct);

    /// <summary>Why this engine does not have the account; null: no other node has it either.</summary>
    Task<string?> DescribeAsync(string account, CancellationToken ct);
}
