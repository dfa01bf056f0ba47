using System.Diagnostics;
using ActorTransfer.Actors.Transfers;
using ActorTransfer.Cluster.Messages;

namespace ActorTransfer.Cluster.Accounts;

/// <summary>Sends as messages between nodes, and back.</summary>
internal static class SendRequests
{
    /// <param name="account">Name of the account.</param>
    /// <param name="to">The receiver.</param>
    /// <param name="file">Description of the content.</param>
    /// <param name="options">Options of the send.</param>
    /// <param name="path">Path of the file; empty = it is named content.</param>
    /// <param name="name">Name of the content; empty = it is a file.</param>
    public static AccountMessage.Send ToMessage(string account, Jid to, FileDescription file, SendOptions options, string path, string name) => new(
        account,
        options.From?.ToString() ?? "",
        to.ToString(),
        path,
        name,
        TransferEvents.ToMessage(file),
        (int)options.Methods,
        [.. options.Proxies.Select(proxy => proxy.ToString())],
        Activity.Current?.Id ?? "",
        options.EncryptUpload,
        options.Signalling is { } signalling ? (int)signalling + 1 : 0);

    public static Transfer.SendTerms ToTerms(AccountMessage.Send send) => new((StreamMethods)send.Methods)
    {
        Proxies = [.. send.Proxies.Select(Jid.Parse)],
        EncryptsUpload = send.EncryptsUpload,
        Signalling = send.Signalling > 0 ? (Signalling)(send.Signalling - 1) : null,
    };
}
