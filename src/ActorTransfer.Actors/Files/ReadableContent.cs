using ActorTransfer.Extensibility;
using ActorTransfer.Protocol.ProxyService;
using ActorTransfer.Transports.Files;
using ActorTransfer.Transports.Stages;
using Akka;
using Akka.Streams.Dsl;

namespace ActorTransfer.Actors.Files;

/// <summary>Content that can be read any number of times.</summary>
internal abstract class ReadableContent : IReadableRange
{
    private protected ReadableContent(FileDescription description) => Description = description with { Ranged = true };

    /// <inheritdoc/>
    public FileDescription Description { get; private set; }

    /// <summary>Limits reads before an offer; replaced by tests.</summary>
    internal HashingLimit Limit { get; init; } = HashingLimit.Shared;

    /// <inheritdoc/>
    public async Task<FileDescription> DescribeAsync(FileSettings settings, CancellationToken ct)
    {
        if (Description.Md5 is null && settings.OfferMd5UpTo > 0 && Description.Size <= settings.OfferMd5UpTo)
        {
            Description = Description with { Md5 = await Limit.RunAsync(() => ReadAsync(ContentHash.Md5OfAsync, ct), ct).ConfigureAwait(false) };
        }

        return Description;
    }

    /// <inheritdoc/>
    public Source<Chunk, NotUsed> Open(long offset, long length, int chunkSize) =>
        ByteSource.Create(Range(offset, length, chunkSize)).MapMaterializedValue(_ => NotUsed.Instance);

    /// <inheritdoc/>
    public ByteRange Range(long offset, long length, int chunkSize) => new(Description.Name, OpenReader, offset, length, chunkSize);

    /// <inheritdoc/>
    public Task<string> HashAsync(CancellationToken ct) => Task.Run(() => ReadAsync(ContentHash.Sha256OfAsync, ct), ct);

    /// <summary>Creates a reader; the caller disposes it.</summary>
    private protected abstract IByteReader OpenReader();

    private async Task<string> ReadAsync(Func<IByteReader, string, long, CancellationToken, Task<string>> read, CancellationToken ct)
    {
        using var reader = OpenReader();
        return await read(reader, Description.Name, Description.Size, ct).ConfigureAwait(false);
    }
}
