using ActorTransfer;

namespace WorkerService;

/// <summary>Section <c>Inbox</c> of appsettings.json. The password belongs into a secret store or the variable <c>Inbox__Password</c>.</summary>
public sealed class InboxOptions
{
    public required string Account { get; init; }

    public required string Password { get; init; }

    /// <summary>Null: the server is looked up in DNS.</summary>
    public string? Host { get; init; }

    public int? Port { get; init; }

    public required string Folder { get; init; }

    public required IReadOnlyList<string> Senders { get; init; }

    public required string MaxSize { get; init; }

    public ClientAddress Address => new(Jid.Parse(Account), Host, Port, TlsMode.Required, Password);
}
