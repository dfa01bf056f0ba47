using System.Security.Cryptography;
using ActorTransfer.Testing.Streams;
using ActorTransfer.Transports.Stages;
using Akka.Streams;
using Akka.Streams.Dsl;

namespace ActorTransfer.Transports.Tests.Hashing;

public class HashingStreamsTests : StreamTest
{
    private const int Streams = 40;

    [Fact]
    public async Task Streams_that_hash_together_must_each_get_the_hash_of_their_bytes()
    {
        Task<string>[] hashes = [.. Enumerable.Range(0, Streams).Select(number => HashAsync(Length(number)))];
        string[] all = await Task.WhenAll(hashes).Soon();
        Assert.All(all.Index(), each => Assert.Equal(
            Convert.ToHexStringLower(SHA256.HashData(Pattern.Bytes(0, Length(each.Index)))), each.Item));
    }

    [Fact]
    public async Task Streams_that_are_stopped_while_they_hash_must_leave_nothing_and_disturb_nobody()
    {
        UniqueKillSwitch[] stopped = [.. Enumerable.Range(0, Streams).Select(_ => Pattern.Source(1L << 40, 128 * 1024)
            .ViaMaterialized(KillSwitches.Single<Chunk>(), Keep.Right)
            .Via(Flows.Sha256())
            .ToMaterialized(Pattern.Sink(), Keep.Left)
            .Run(Materializer))];
        Task<string>[] hashes = [.. Enumerable.Range(0, Streams).Select(number => HashAsync(Length(number)))];
        foreach ((int number, UniqueKillSwitch each) in stopped.Index())
        {
            await hashes[number / 4].Soon();
            if (number % 2 == 0)
            {
                each.Shutdown();
            }
            else
            {
                each.Abort(new InvalidDataException("stopped"));
            }
        }

        string[] all = await Task.WhenAll(hashes).Soon();
        Assert.All(all.Index(), each => Assert.Equal(
            Convert.ToHexStringLower(SHA256.HashData(Pattern.Bytes(0, Length(each.Index)))), each.Item));
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
