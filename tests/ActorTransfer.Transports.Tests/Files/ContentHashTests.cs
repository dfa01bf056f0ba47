using System.Text;
using ActorTransfer.Protocol.Hashes;
using ActorTransfer.Transports.Files;

namespace ActorTransfer.Transports.Tests.Files;

/// <summary>Received bytes are hashed by the function of a sender by Jingle, whole and when a transfer is resumed.</summary>
public sealed class ContentHashTests : PartialFolderTest
{
    /// <summary>The values of "abc" in FIPS 180-4, FIPS 202, RFC 7693 and RFC 1321; that of BLAKE2b-256 by another implementation.</summary>
    [Theory]
    [InlineData("sha-512", "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f")]
    [InlineData("blake2b-512", "ba80a53f981c4d0d6a2797b69f12f6e94c212f14685ac4b74b12bb6fdbffa2d17d87c5392aab792dc252d5de4533cc9518d38aa8dbf1925ab92386edd4009923")]
    [InlineData("sha3-512", "b751850b1a57168a5693cd924b6b096e08f621827444f70d884f5d0240d2712e10e116e9192af3c91a7ec57647e3934057340b4cf408d5a56592f8274eec53f0")]
    [InlineData("blake2b-256", "bddd813c634239723171ef3fee98579b94964e3bb1cb3e427262c8c068d52319")]
    [InlineData("sha3-256", "3a985da74fe225b2045c172d6bd390bd855f086e3e9d525b46bfe24511431532")]
    [InlineData("sha-256", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")]
    [InlineData("sha-1", "a9993e364706816aba3e25717850c26c9cd0d89d")]
    [InlineData("md5", "900150983cd24fb0d6963f7d28e17f72")]
    public void Bytes_must_be_hashed_by_the_function_of_the_sender(string name, string expected)
    {
        if (HashFunction.Find(name) is not { } function)
        {
            Assert.StartsWith("sha3", name, StringComparison.Ordinal); // this machine has no SHA-3
            return;
        }

        using var hash = new ContentHash(withSha256: false, withMd5: false, function);
        hash.Append(Encoding.ASCII.GetBytes("a"));
        _ = hash.Hashes; // a checkpoint in between changes nothing
        hash.Append(Encoding.ASCII.GetBytes("bc"));
        Assert.Equal(FileHashes.Of(new FileHash(function, expected)), hash.Hashes);
    }

    [Fact]
    public void Sha256_must_be_computed_besides_another_function()
    {
        using var hash = new ContentHash(withSha256: true, withMd5: false, HashFunction.Find("sha-512"));
        Assert.Equal(["sha-512", "sha-256"], hash.Hashes.Functions.Select(function => function.Name));
        using var none = new ContentHash(withSha256: false, withMd5: true);
        Assert.True(none.Hashes.IsEmpty);
    }

    [Theory]
    [InlineData("sha-512", false)]
    [InlineData("sha-512", true)]
    [InlineData("blake2b-512", false)]
    [InlineData("sha-1", true)]
    public async Task Resumed_file_must_be_hashed_as_a_whole(string name, bool ignoresRange)
    {
        var function = HashFunction.Find(name)!;
        var terms = Terms() with { Function = function };
        await BreakAsync(await OpenAsync(terms), s_whole, 500_000);
        Reception again = await OpenAsync(terms);
        Assert.True(again.Offset > 0);
        await CompletesAsync(again, ignoresRange ? s_whole : s_whole[(int)again.Offset..], s_whole);
        using var whole = new ContentHash(withSha256: true, withMd5: false, function);
        whole.Append(s_whole);
        Assert.Equal(whole.Hashes, again.Hashes);
    }

    private async Task<Reception> OpenAsync(PartialTerms terms)
    {
        (IncomingFile file, VerifiedPartialFile? verified) = await PartialFolder.OpenAsync(_folder.Path, "copy", terms, default).Soon();
        return new Reception(Own(file), Size, null, verified, function: terms.Function);
    }
}
