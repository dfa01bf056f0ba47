using System.Security.Cryptography;
using ActorTransfer.Actors;
using ActorTransfer.Scenarios.Prosody;
using Akka.Actor;

namespace ActorTransfer.Scenarios.Ejabberd;

/// <summary>An account that moves to another process by the resumption of its session (XEP-0198). Nodes of a cluster do that at a Prosody.</summary>
public sealed class EjabberdHandOverSpec : IDisposable
{
    private static readonly TimeSpan s_maxWait = TimeSpan.FromSeconds(30);
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>The offer arrives while no process has the session.</summary>
    [EjabberdFact]
    public async Task Session_must_move_to_another_engine_without_a_loss_of_stanzas()
    {
        await using var server = await EjabberdServer.StartAsync();
        await using var first = await ClientHost.StartAsync(Account(server, "alice"));
        await using var next = await ClientHost.StartAsync(Account(server, "bob"));
        var name = first.Parts.Definitions.Keys.Single();
        var definition = first.Parts.Definitions[name];
        var closed = await first.Parts.Engine.Ask<Engine.AccountClosed>(new Engine.CloseAccount(name, s_maxWait) { HandsOver = true }, s_maxWait);
        Assert.NotNull(closed.HandOver.Position);

        var bytes = RandomNumberGenerator.GetBytes(100_000);
        var receiving = ReceiveAsync(next.Transfers);
        var sent = await next.Transfers.SendAsync(
            Jid.Parse("alice@localhost/engine"), new FileInfo(_folder.File("a.bin", bytes)), new SendOptions { Signalling = Signalling.StreamInitiation });
        await next.Parts.Engine.Ask<Engine.AccountOpened>(new Engine.OpenAccount(definition) { HandOver = closed.HandOver }, s_maxWait);
        await next.LoggedAsync($"Connection {name} resumed as alice@localhost/engine");
        Assert.IsType<TransferOutcome.Completed>(await sent.Completion.WaitAsync(s_maxWait));
        Assert.Equal(bytes, await File.ReadAllBytesAsync((await receiving).Path!));
    }

    private static ClientAccount Account(EjabberdServer server, string user) => new()
    {
        Jid = Jid.Parse($"{user}@localhost/engine"),
        Host = "127.0.0.1",
        Port = server.ClientPort,
        Tls = TlsMode.Off,
        Password = ProsodyServer.PasswordOf(user),
    };

    private async Task<TransferOutcome.Completed> ReceiveAsync(IFileTransfers transfers)
    {
        await foreach (var offer in transfers.IncomingAsync())
        {
            return Assert.IsType<TransferOutcome.Completed>(await (await offer.AcceptAsync(_folder.Folder("in"))).Completion);
        }

        throw new InvalidOperationException("No offer arrived.");
    }
}
