using System.Security.Cryptography;
using ActorTransfer.Testing.Streams;
using ActorTransfer.Transports.Stages;
using Akka.Streams;
using Akka.Streams.Dsl;

namespace ActorTransfer.Transports.Tests.Stages;

public class Sha256StageTests : StreamTest
{
    private const int Streams = 40;

    [Fact]
    public async Task Streams_that_hash_at_the_same_time_must_each_get_the_hash_of_their_bytes()
    {
        Task<string>[] hashes = [.. Enumerable.Range(0, Streams).Select(number => HashAsync(Length(number)))];
        string[] all = await Task.WhenAll(hashes).Soon();
        Assert.All(all.Index(), each => Assert.Equal(
            Convert.ToHexStringLower(SHA256.HashData(Pattern.Bytes(0, Length(each.Index)))), each.Item));
    }

    [Fact]
    public async Task Streams_that_fail_while_they_hash_must_release_everything_without_side_effects()
    {
        Task<string>[] failed = [.. Enumerable.Range(0, Streams).Select(_ => FailAsync())];
        Task<string>[] hashes = [.. Enumerable.Range(0, Streams).Select(number => HashAsync(Length(number)))];
        Assert.All(await Task.WhenAll(failed.Select(each => Record.ExceptionAsync(() => each.Soon()))), fault => Assert.IsType<InvalidDataException>(fault));
        string[] all = await Task.WhenAll(hashes).Soon();
        Assert.All(all.Index(), each => Assert.Equal(
            Convert.ToHexStringLower(SHA256.HashData(Pattern.Bytes(0, Length(each.Index)))), each.Item));
    }

    /// <summary>The failure follows directly after the second chunk, which may be hashed or passed on by then.</summary>
    private Task<string> FailAsync()
    {
        ((SourceScript source, Task<string> hash), _) = ScriptedSource.Create()
            .ViaMaterialized(Flows.Sha256(), Keep.Both)
            .ToMaterialized(Pattern.Sink(), Keep.Both)
            .Run(Materializer);
        source.Send(Pattern.Bytes(0, 128 * 1024));
        source.Send(Pattern.Bytes(128 * 1024, 128 * 1024));
        source.Fail(new InvalidDataException("stopped"));
        return hash;
    }

    private static int Length(int number) => 2_000_000 + (number * 7919);

    private async Task<string> HashAsync(int length)
    {
        (Task<string> hash, Task<long> seen) = Pattern.Source(length, 100_000)
            .ViaMaterialized(Flows.Sha256(), Keep.Right)
            .ToMaterialized(Pattern.Sink(), Keep.Both)
            .Run(Materializer);
        Assert.Equal(length, await seen);
        return await hash;
    }
}
