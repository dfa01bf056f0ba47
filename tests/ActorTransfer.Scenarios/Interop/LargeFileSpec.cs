using System.Security.Cryptography;
using ActorTransfer.Protocol.ProxyService;
using ActorTransfer.Scenarios.Prosody;

namespace ActorTransfer.Scenarios.Interop;

/// <summary>Large files between two command lines through Prosody's proxy.</summary>
public sealed class LargeFileSpec : IDisposable
{
    private const long Mebibyte = 1 << 20;
    private static readonly ProsodySetup Clients = new() { Clients = true };
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [ProsodyFact]
    public async Task File_of_1_GiB_must_arrive_through_the_servers_proxy()
    {
        await using var server = await ProsodyServer.StartAsync(Clients);
        var (file, hash) = Generate(1024 * Mebibyte);
        await using var receiver = await CommandLineProcess.ReceiveAsync(server, "bob/in", _folder.Folder("in"), "--count", "1");

        await using var sender = CommandLineProcess.Send(server, "alice/out", file, "bob@localhost/in", "--method", "proxy");

        var sent = await sender.EventAsync("completed");
        var received = await receiver.EventAsync("completed");
        Assert.Equal(("proxy", hash, hash), (sent.Text("method"), sent.Text("sha256"), received.Text("sha256")));
        Assert.Equal((0, 0), (await sender.EndAsync(), await receiver.EndAsync()));
        Assert.Equal(1024 * Mebibyte, new FileInfo(_folder["in/large.bin"]).Length);
    }

    [ProsodyFact]
    public async Task Receiver_that_was_killed_must_get_only_the_rest_at_the_next_attempt()
    {
        await using var server = await ProsodyServer.StartAsync(Clients);
        await using var sender = await EmbeddedHost.ClientAsync(server, "alice/out");
        var (from, to) = (Jid.Parse("alice@localhost/out"), Jid.Parse("bob@localhost/in"));
        var (file, hash) = Generate(256 * Mebibyte);
        _folder.Folder("in");
        await using (var killed = await CommandLineProcess.ReceiveAsync(server, "bob/in", _folder["in"]))
        {
            var broken = await sender.StartAsync(from, to, file, StreamMethods.Proxy);
            await killed.EventAsync("progress", said => said.GetProperty("bytes").GetInt64() >= 32 * Mebibyte);
            await killed.KillAsync();
            Assert.InRange(Assert.IsType<TransferOutcome.Failed>(await broken.Completion).Phase, TransferState.Streaming, TransferState.Verifying);
        }

        Assert.False(File.Exists(_folder["in/large.bin"]));
        await using var receiver = await CommandLineProcess.ReceiveAsync(server, "bob/in", _folder["in"], "--count", "1");

        var (_, sent) = await sender.SendAsync(from, to, file, StreamMethods.Proxy);

        Assert.Equal((hash, hash), (sent.Sha256, (await receiver.EventAsync("completed")).Text("sha256")));
        Assert.InRange(sent.Bytes, 1, (256 - 16) * Mebibyte);
        Assert.Equal(0, await receiver.EndAsync());
        Assert.Equal(["large.bin"], Directory.GetFileSystemEntries(_folder["in"]).Select(path => Path.GetFileName(path)));
    }

    /// <summary>Random bytes that no two MiB share.</summary>
    private (string Path, string Hash) Generate(long size)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var file = File.Create(_folder["large.bin"]);
        var block = RandomNumberGenerator.GetBytes((int)Mebibyte);
        for (var written = 0L; written < size; written += block.Length)
        {
            BitConverter.TryWriteBytes(block, written);
            file.Write(block);
            hash.AppendData(block);
        }

        return (file.Name, Convert.ToHexStringLower(hash.GetHashAndReset()));
    }
}
