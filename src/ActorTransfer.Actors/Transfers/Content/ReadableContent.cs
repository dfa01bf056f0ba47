using ActorTransfer.Actors.Settings;
using ActorTransfer.Protocol.StreamInitiation;
using ActorTransfer.Transports;
using ActorTransfer.Transports.Content;
using ActorTransfer.Transports.Stages;
using Akka;
using Akka.Streams.Dsl;

namespace ActorTransfer.Actors.Transfers;

/// <summary>Content that can be read any number of times.</summary>
public abstract class ReadableContent : IOutgoingContent
{
    private protected ReadableContent(FileDescription description) => Description = description with { Ranged = true };

    /// <inheritdoc/>
    public FileDescription Description { get; private set; }

    /// <inheritdoc/>
    public async Task<FileDescription> DescribeAsync(FileSettings settings, CancellationToken ct)
    {
        if (Description.Md5 is null && settings.OfferMd5UpTo > 0 && Description.Size <= settings.OfferMd5UpTo)
        {
            Description = Description with { Md5 = await ReadAsync(ContentHash.Md5OfAsync, ct).ConfigureAwait(false) };
        }

        return Description;
    }

    /// <inheritdoc/>
    public Source<Chunk, NotUsed> Open(long offset, long length, int chunkSize) =>
        ByteSource.Create(Description.Name, OpenReader, offset, length, chunkSize).MapMaterializedValue(_ => NotUsed.Instance);

    /// <inheritdoc/>
    public async Task<string> HashAsync(CancellationToken ct)
    {
        using var hash = await ReadAsync(
            (reader, name, size, until) => ContentHash.OfAsync(reader, name, size, withMd5: false, until), ct).ConfigureAwait(false);
        return hash.Sha256;
    }

    /// <summary>Makes a reader; whoever asks disposes it.</summary>
    private protected abstract IByteReader OpenReader();

    private Task<T> ReadAsync<T>(Func<IByteReader, string, long, CancellationToken, Task<T>> read, CancellationToken ct) => Task.Run(
        async () =>
        {
            using var reader = OpenReader();
            return await read(reader, Description.Name, Description.Size, ct).ConfigureAwait(false);
        },
        ct);
}
