using System.Security.Cryptography;
using ActorTransfer.Extensibility;
using ActorTransfer.Protocol.Files;
using ActorTransfer.Testing;
using ActorTransfer.Testing.Streams;
using ActorTransfer.Transports.Files;
using ActorTransfer.Transports.Stages;
using Akka.Streams.Dsl;

namespace ActorTransfer.Transports.Tests.Files;

/// <summary>Set-up and helpers of <see cref="PartialFolderTests"/> and <see cref="PartialTrustTests"/>.</summary>
public abstract class PartialFolderTest : StreamTest
{
    private protected const int Every = 128 * 1024;
    private protected const int Block = PartialState.Block;
    private protected const int Size = 1_000_000;
    private protected static readonly string s_identity = new('c', 64);
    private protected static readonly byte[] s_whole = Pattern.Bytes(0, Size);
    private protected readonly TemporaryFolder _folder;

    protected PartialFolderTest() => _folder = Own(new TemporaryFolder());

    private protected string CheckpointPath => _folder[PartialState.FileName(s_identity)];

    private protected string PartialPath => _folder[Assert.Single(_folder.Names, name => name.EndsWith(".part", StringComparison.Ordinal))];

    private protected static PartialTerms Terms(bool withMd5 = false) => new(s_identity, Size, Every, withMd5, IncomingFileOptions.Default);

    private protected async Task<Reception> OpenAsync(string? md5 = null)
    {
        (IncomingFile file, VerifiedPartialFile? verified) = await PartialFolder.OpenAsync(_folder.Path, "copy", Terms(md5 is not null), default).Soon();
        return new Reception(Own(file), Size, md5, verified);
    }

    /// <summary>The connection fails after this many bytes.</summary>
    private protected async Task BreakAsync(byte[] bytes, int after) => await BreakAsync(await OpenAsync(), bytes, after);

    private protected async Task BreakAsync(Reception content, byte[] bytes, int after)
    {
        await Assert.ThrowsAsync<LengthException>(() => RunAsync(content, bytes[..Math.Min(after, bytes.Length - 1)]).Soon());
        content.Dispose();
    }

    private protected async Task CompletesAsync(Reception content, byte[] bytes, byte[] expected, int chunkSize = 100_000, int names = 1)
    {
        ReceivedFile file = await RunAsync(content, bytes, chunkSize).Soon();
        Assert.Equal(new ReceivedFile(bytes.Length, Convert.ToHexStringLower(SHA256.HashData(expected)), _folder["copy"]), file);
        Assert.Equal(expected, await File.ReadAllBytesAsync(file.Path!));
        Assert.Equal(names, _folder.Names.Length);
    }

    private protected Task<ReceivedFile> RunAsync(Reception content, byte[] bytes, int chunkSize = 100_000) =>
        Source.From(bytes.Chunk(chunkSize)).Select(piece => Chunk.CopyOf(piece)).RunWith(content.Sink(TimeSpan.FromMinutes(1)), Materializer);
}
