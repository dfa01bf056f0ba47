using System.Security.Cryptography;
using ActorTransfer.Testing.Streams;
using ActorTransfer.Transports.Hashing;

namespace ActorTransfer.Transports.Tests.Hashing;

public class RunningSha256Tests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Hash_must_be_that_of_all_bytes_however_they_are_cut(bool sharesLanes)
    {
        Random random = new(Seed: 1);
        for (int length = 0; length < 400; length++)
        {
            byte[] bytes = Pattern.Bytes(length, length);
            using RunningSha256 hash = new(sharesLanes && RunningSha256.CanShareLanes);
            for (int at = 0; at < length;)
            {
                int count = random.Next(1, Math.Min(200, length - at) + 1);
                hash.Append(bytes.AsSpan(at, count));
                at += count;
            }

            Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(bytes)), hash.ToHex());
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Hash_must_go_on_after_it_was_asked_for(bool sharesLanes)
    {
        using RunningSha256 hash = new(sharesLanes && RunningSha256.CanShareLanes);
        hash.Append("ab"u8);
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData("ab"u8)), hash.ToHex());
        hash.Append("c"u8);
        Assert.Equal("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", hash.ToHex()); // FIPS 180-4's "abc"
    }
}
