using System.Security.Cryptography;
using System.Text;
using ActorTransfer.Protocol.Hashes;
using ActorTransfer.Protocol.Xml;
using FsCheck;
using FsCheck.Fluent;

namespace ActorTransfer.Protocol.Tests.Hashes;

public sealed class FileHashesTests
{
    private const string Sha256OfSample = "DuDAAcSgQTKxPQgUXARNyRlEKwbc+aeA1IRLq4NoZGE=";
    private const string Sample = "0ee0c001c4a04132b13d08145c044dc919442b06dcf9a780d4844bab83686461";

    [Fact]
    public void Functions_that_dotnet_computes_and_that_prove_something_must_be_advertised()
    {
        string[] sha3 = System.Security.Cryptography.SHA3_256.IsSupported ? ["sha3-512", "sha3-256"] : [];
        Assert.Equal(["sha-512", .. sha3, "sha-256"], HashFunction.Advertised.Select(function => function.Name));
        Assert.Equal("urn:xmpp:hash-function-text-names:sha-512", HashFunction.Advertised[0].Feature);
    }

    [Fact]
    public void Hash_must_be_read_and_written()
    {
        var hash = Read($"<hash xmlns='urn:xmpp:hashes:2' algo='sha-256'>{Sha256OfSample}</hash>");
        Assert.Equal(new FileHash(HashFunction.Sha256, Sample), hash);
        Assert.Equal(XmlElement.Parse($"<hash xmlns='urn:xmpp:hashes:2' algo='sha-256'>{Sha256OfSample}</hash>"), hash!.ToXml());
    }

    /// <summary>Case 3 of the peers: Libervia 0.9.</summary>
    [Theory]
    [InlineData(Sample)]
    [InlineData("0EE0C001C4A04132B13D08145C044DC919442B06DCF9A780D4844BAB83686461")]
    public void Hash_must_be_read_from_base64_of_hexadecimal_text(string hex)
    {
        var text = Convert.ToBase64String(Encoding.ASCII.GetBytes(hex));
        Assert.Equal(88, text.Length);
        Assert.Equal(Sample, Read($"<hash xmlns='urn:xmpp:hashes:2' algo='sha-256'>{text}</hash>")!.Hex);
    }

    /// <summary>Case 6 of the peers.</summary>
    [Theory]
    [InlineData("algo='blake2b-512'", Sha256OfSample)]
    [InlineData("algo='whirlpool'", Sha256OfSample)]
    [InlineData("", Sha256OfSample)]
    [InlineData("algo=''", Sha256OfSample)]
    [InlineData("algo='sha-256'", "")]
    [InlineData("algo='sha-512'", Sha256OfSample)]
    [InlineData("algo='sha-256'", "not base64!")]
    [InlineData("algo='sha-256'", "MGVlMGMwMDFjNGEwNDEzMmIxM2QwODE0NWMwNDRkYzkxOTQ0MmIwNmRjZjlhNzgwZDQ4NDRiYWI4MzY4NjQ2eg==")]
    public void Hash_of_an_unknown_function_or_a_wrong_length_must_be_ignored(string attributes, string text) =>
        Assert.Null(Read($"<hash xmlns='urn:xmpp:hashes:2' {attributes}>{text}</hash>"));

    [Fact]
    public void Hash_must_be_read_with_line_breaks_and_an_upper_case_name() =>
        Assert.Equal(Sample, Read($"<hash xmlns='urn:xmpp:hashes:2' algo=' SHA-256 '>\n  {Sha256OfSample[..20]}\n  {Sha256OfSample[20..]}\n</hash>")!.Hex);

    [Fact]
    public void Set_must_keep_the_first_hash_by_each_function_and_begin_with_the_strongest()
    {
        var hashes = FileHashes.Read(XmlElement.Parse($"""
            <file xmlns='urn:xmpp:jingle:apps:file-transfer:5'>
              <hash xmlns='urn:xmpp:hashes:2' algo='sha-1'>w2i0Vfhm9b7XqDt44mQRKbdJe/M=</hash>
              <hash xmlns='urn:xmpp:hashes:2' algo='whirlpool'>{Sha256OfSample}</hash>
              <hash xmlns='urn:xmpp:hashes:2' algo='sha-256'>{Sha256OfSample}</hash>
              <hash xmlns='urn:xmpp:hashes:2' algo='sha-256'>{Convert.ToBase64String(new byte[32])}</hash>
              <hash algo='sha-256'>{Sha256OfSample}</hash>
            </file>
            """));

        Assert.Equal(["sha-256", "sha-1"], hashes.Functions.Select(function => function.Name));
        Assert.Equal(Sample, hashes.Strongest!.Hex);
    }

    [Fact]
    public void Functions_must_be_ordered_by_strength_and_have_their_lengths()
    {
        Assert.Equal(
            ["sha-512", "blake2b-512", "sha3-512", "blake2b-256", "sha3-256", "sha-256", "sha-1", "md5"], HashFunction.All.Select(function => function.Name));
        Assert.Equal(["sha-1", "md5"], HashFunction.All.Where(function => !function.IsStrong).Select(function => function.Name));
        foreach (var function in HashFunction.All.Where(function => function is { IsSupported: true, Algorithm: not null }))
        {
            using var hash = IncrementalHash.CreateHash(function.Algorithm!.Value);
            Assert.Equal(function.Length, hash.GetHashAndReset().Length);
        }
    }

    [Fact]
    public void Function_that_this_machine_cannot_compute_must_not_be_found() =>
        Assert.Equal(SHA3_256.IsSupported, HashFunction.Find("sha3-256") is not null);

    [Fact]
    public void Announced_functions_must_be_read_and_written()
    {
        var file = XmlElement.Parse("""
            <file xmlns='urn:xmpp:jingle:apps:file-transfer:5'><hash-used xmlns='urn:xmpp:hashes:2' algo='sha-1'/>
              <hash-used xmlns='urn:xmpp:hashes:2' algo='whirlpool'/><hash-used xmlns='urn:xmpp:hashes:2' algo='sha-256'/></file>
            """);
        Assert.Equal(["sha-256", "sha-1"], FileHashes.ReadUsed(file).Select(function => function.Name));
        Assert.Equal(XmlElement.Parse("<hash-used xmlns='urn:xmpp:hashes:2' algo='sha-256'/>"), FileHashes.UsedToXml(HashFunction.Sha256));
    }

    [Theory]
    [InlineData("", "sha-256:a", HashMatch.Unverified)]
    [InlineData("sha-512:a", "sha-256:a", HashMatch.Unverified)]
    [InlineData("sha-256:a", "sha-256:a", HashMatch.Verified)]
    [InlineData("sha-256:a", "sha-256:b", HashMatch.Mismatch)]
    [InlineData("sha-1:a", "sha-256:b sha-1:a", HashMatch.Weak)]
    [InlineData("md5:a", "md5:a", HashMatch.Weak)]
    [InlineData("sha-1:a", "sha-1:b", HashMatch.Mismatch)]
    [InlineData("sha-256:a sha-1:a", "sha-256:a sha-1:b", HashMatch.Verified)]
    [InlineData("sha-256:a sha-1:b", "sha-256:b sha-1:b", HashMatch.Mismatch)]
    [InlineData("sha-512:a sha-256:b", "sha-256:b", HashMatch.Verified)]
    public void Strongest_common_hash_must_decide(string given, string computed, object match) => Assert.Equal(match, Set(given).Compare(Set(computed)));

    [Fact]
    public void Sets_must_be_joined_and_compared_by_value()
    {
        Assert.Equal(Set("sha-256:a md5:b"), Set("md5:b").And(Set("sha-256:a md5:c")));
        Assert.NotEqual(Set("sha-256:a"), Set("sha-256:b"));
        Assert.Equal(FileHashes.None, FileHashes.Read(null));
    }

    [Fact]
    public void Any_set_must_survive_writing_and_reading()
    {
        var functions = HashFunction.All.Where(function => function.IsSupported).ToArray();
        Prop.ForAll<byte[], int>((seed, choice) =>
        {
            var hashes = FileHashes.Of(functions.Where((_, at) => ((choice >> at) & 1) == 1).Select(function =>
                new FileHash(function, Convert.ToHexStringLower(Enumerable.Range(0, function.Length).Select(at => seed.Length == 0 ? (byte)at : seed[at % seed.Length]).ToArray()))));
            return FileHashes.Read(new XmlElement("", "file").Add(hashes.ToXml())).Equals(hashes);
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Any_text_must_be_read_without_an_exception() => Prop.ForAll<NonNull<string>, NonNull<string>>((algo, text) =>
        _ = FileHashes.Read(new XmlElement("", "file").Add(new XmlElement("urn:xmpp:hashes:2", "hash").With("algo", XmlText.Clean(algo.Get)).AddText(XmlText.Clean(text.Get)))))
        .QuickCheckThrowOnFailure();

    private static FileHash? Read(string xml) => FileHash.Read(XmlElement.Parse(xml));

    private static FileHashes Set(string text) => FileHashes.Of(text.Split(' ', StringSplitOptions.RemoveEmptyEntries)
        .Select(entry => entry.Split(':') is [var name, var value] ? new FileHash(HashFunction.Find(name)!, value) : throw new FormatException()));
}
