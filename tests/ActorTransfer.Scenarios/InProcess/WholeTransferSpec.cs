using System.Security.Cryptography;
using ActorTransfer.Extensibility;

namespace ActorTransfer.Scenarios.InProcess;

/// <summary>Whole transfers over real sockets, through the in-process domain and its proxy.</summary>
public sealed class WholeTransferSpec
{
    [Theory]
    [InlineData(0, "")]
    [InlineData(1, "")]
    [InlineData(152_443, "")]
    [InlineData(20_000_000, "")]
    [InlineData(0, LocalDomainHost.Direct)]
    [InlineData(20_000_000, LocalDomainHost.Direct)]
    public async Task File_must_arrive_complete_and_unchanged(int size, string hocon)
    {
        var chunks = Chunk.Outstanding;
        await using (var host = await LocalDomainHost.StartAsync(hocon))
        {
            var bytes = RandomNumberGenerator.GetBytes(size);
            var original = Path.Combine(host.Folder, "original.bin");
            await File.WriteAllBytesAsync(original, bytes);

            var accepting = host.AcceptNextAsync();
            var sent = await host.Transfers.SendAsync(LocalDomainHost.Receiver, new FileInfo(original), new SendOptions("iphone"));
            var received = await accepting;

            var hash = Convert.ToHexStringLower(SHA256.HashData(bytes));
            var arrived = Assert.IsType<TransferOutcome.Completed>(await received.Completion);
            var left = Assert.IsType<TransferOutcome.Completed>(await sent.Completion);
            Assert.Equal((size, hash), (arrived.Bytes, arrived.Sha256));
            Assert.Equal((size, hash), (left.Bytes, left.Sha256));
            Assert.Equal(bytes, await File.ReadAllBytesAsync(arrived.Path!));
        }

        Assert.Equal(chunks, Chunk.Outstanding);
    }
}
