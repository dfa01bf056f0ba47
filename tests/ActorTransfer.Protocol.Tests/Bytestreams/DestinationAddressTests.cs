using ActorTransfer.Extensibility;
using FsCheck;
using FsCheck.Fluent;

namespace ActorTransfer.Protocol.Tests.Bytestreams;

public class DestinationAddressTests
{
    private const string SeedSid = "82B0C697-C1DE-93F9-103E-481C8E7A3BD8";
    private const string SeedRequester = "iphone@192.168.1.113/xiff";
    private const string SeedTarget = "android@192.168.1.113/Spark 2.6.3";
    private const string SeedHash = "c34ab601c693c7358f0888a101be2626b9b4d658";

    [Theory]
    [InlineData(SeedSid, SeedRequester, SeedTarget, SeedHash)]
    [InlineData(SeedSid, SeedTarget, SeedRequester, "6db03823f3d0e2d9ded96b7bc51c64bbbce90806")]
    [InlineData("82b0c697-c1de-93f9-103e-481c8e7a3bd8", SeedRequester, SeedTarget, "8dbc4cf7fe8b7027b7374e49ae55f1407ba898ec")]
    [InlineData(SeedSid, SeedRequester, "android@192.168.1.113", "3c02670685ba672318fae22b317c441272da83d2")]
    [InlineData("x1-9c2e", "ada@north.example/desk", "bo@south.example/Phone", "20f5cd1703a313af1a772966a2b2bd6c085be4e7")]
    [InlineData("x1-9c2e", "bo@south.example/Phone", "ada@north.example/desk", "e9db9842dcc51cc0d35d7417b2145b9a0dd04255")]
    [InlineData("x1-9c2e", "ada@north.example/desk", "bo@south.example/phone", "244ffc7f8d17c05d9a37da7c8004703c63f940db")]
    [InlineData("x1-9c2e", "Ada@North.Example/desk", "bo@south.example/Phone", "20f5cd1703a313af1a772966a2b2bd6c085be4e7")]
    [InlineData("x1-9c2e", "ada@north.example", "bo@south.example", "291ad9d4786be20fc7a1c07ef415fdb078ddaf82")]
    [InlineData("x1-9c2e", "engine.north.example", "bo@south.example/Phone", "c3e95c6746112223cc8587ca3ef0f36891504bc9")]
    [InlineData("tr-01", "李雷@north.example/办公室", "bo@south.example/Büro 2", "4467e066d728f8d70c2362609d6a946c64fdf319")]
    public void Address_must_be_the_hash_of_sid_and_prepared_JIDs(string sid, string requester, string target, string hash)
    {
        Assert.Equal(hash, DestinationAddress.Compute(sid, Jid.Parse(requester), Jid.Parse(target)).Hex);
    }

    [Fact]
    public void Variants_must_begin_with_the_prepared_form_and_contain_the_raw_one()
    {
        var variants = DestinationAddress.Variants("x1-9c2e", "Ada@North.Example/desk", "bo@south.example/Phone");

        Assert.Equal("20f5cd1703a313af1a772966a2b2bd6c085be4e7", variants[0].Hex);
        Assert.Contains("6e274cd115b0f984af210f5a79c47ab7bf781b26", variants.Select(variant => variant.Hex));
    }

    [Fact]
    public void Variants_must_contain_the_rendering_in_Latin1()
    {
        var variants = DestinationAddress.Variants("tr-01", "李雷@north.example/办公室", "bo@south.example/Büro 2");

        Assert.Equal("4467e066d728f8d70c2362609d6a946c64fdf319", variants[0].Hex);
        Assert.Contains("6c0583fd7a06d216cab4c1aad8bb5954e61372b6", variants.Select(variant => variant.Hex));
    }

    [Fact]
    public void Variants_must_contain_the_rendering_with_null_for_missing_parts()
    {
        var variants = DestinationAddress.Variants("x1-9c2e", "engine.north.example", "bo@south.example/Phone");

        Assert.Equal(
            ["c3e95c6746112223cc8587ca3ef0f36891504bc9", "52858a8a1d2d43342e39439acc26f7e7ad581388"],
            variants.Select(variant => variant.Hex));
    }

    [Fact]
    public void Variants_must_be_one_for_most_JIDs()
    {
        Assert.Equal(SeedHash, Assert.Single(DestinationAddress.Variants(SeedSid, SeedRequester, SeedTarget)).Hex);
    }

    [Fact]
    public void Variants_must_contain_the_form_prepared_by_stringprep()
    {
        // PRECIS keeps ß and the width of letters in a resource, stringprep does not.
        var folded = DestinationAddress.Compute("s", Jid.Parse("strasse@north.example/A1"), Jid.Parse("bo@south.example/x"));

        var variants = DestinationAddress.Variants("s", "Straße@north.example/Ａ1", "bo@south.example/x");

        Assert.DoesNotContain(folded, variants.Take(1));
        Assert.Contains(folded, variants);
    }

    [Fact]
    public void Variants_must_fall_back_to_the_raw_text_when_it_is_not_a_JID()
    {
        Assert.Single(DestinationAddress.Variants("s", "@", "bo@south.example/x"));
    }

    [Fact]
    public void Variants_must_be_distinct_whatever_the_texts()
    {
        Prop.ForAll<NonNull<string>, NonNull<string>>((requester, target) =>
        {
            var variants = DestinationAddress.Variants("s", requester.Get, target.Get);
            return variants.Count is >= 1 and <= 5 && variants.Distinct().Count() == variants.Count;
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Address_must_read_upper_case_and_write_lower_case()
    {
        Assert.True(DestinationAddress.TryParse(SeedHash.ToUpperInvariant(), out var fromUpper));
        Assert.True(DestinationAddress.TryParse(SeedHash, out var fromLower));

        Assert.Equal(fromLower, fromUpper);
        Assert.Equal(fromLower.GetHashCode(), fromUpper.GetHashCode());
        Assert.Equal(SeedHash, fromUpper.Hex);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("c34ab601c693c7358f0888a101be2626b9b4d65")]
    [InlineData("c34ab601c693c7358f0888a101be2626b9b4d6588")]
    [InlineData("c34ab601c693c7358f0888a101be2626b9b4d65g")]
    [InlineData("c34ab601c693c7358f0888a101be2626b9b4d65é")]
    public void Address_must_not_be_read_from_anything_else(string? text)
    {
        Assert.False(DestinationAddress.TryParse(text, out var address));
        Assert.Equal(default, address);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(23)]
    [InlineData(39)]
    public void Addresses_must_differ_by_any_digit(int position)
    {
        var other = SeedHash.ToCharArray();
        other[position] = other[position] == '0' ? '1' : '0';
        Assert.True(DestinationAddress.TryParse(SeedHash, out var first));
        Assert.True(DestinationAddress.TryParse(new string(other), out var second));

        Assert.NotEqual(first, second);
    }

    [Fact]
    public void Address_must_be_read_back_from_its_written_form()
    {
        Prop.ForAll<NonNull<string>>(sid =>
        {
            var address = DestinationAddress.Compute(sid.Get, Jid.Parse("a@b/c"), Jid.Parse("d@e/f"));
            return DestinationAddress.TryParse(address.Hex, out var read) && read == address;
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Address_must_be_computed_from_the_longest_JIDs_too()
    {
        var jid = Jid.Parse($"{new string('a', 1023)}@south.example/{new string('b', 1023)}");
        var expected = Convert.ToHexStringLower(System.Security.Cryptography.SHA1.HashData(
            System.Text.Encoding.UTF8.GetBytes($"s{jid}{jid}")));

        Assert.Equal(expected, DestinationAddress.Compute("s", jid, jid).Hex);
    }

    [Fact]
    public void Address_must_show_only_its_beginning_in_logs()
    {
        Assert.True(DestinationAddress.TryParse(SeedHash, out var address));
        Assert.Equal("c34ab601…", address.ToString());
    }

    [Theory]
    [InlineData("x1-9c2e", "ada@north.example/desk", "bo@south.example/Phone", "20f5cd1703a313af1a772966a2b2bd6c085be4e7")]
    [InlineData(
        "tr-01", "李雷@north.example/办公室", "bo@south.example/Büro 2", "4467e066d728f8d70c2362609d6a946c64fdf319", "6c0583fd7a06d216cab4c1aad8bb5954e61372b6")]
    public void Address_to_dial_must_be_the_computed_one_and_then_that_of_peers_with_Latin_1(
        string sid, string requester, string target, params string[] expected) =>
        Assert.Equal(expected, DestinationAddress.ToDial(sid, Jid.Parse(requester), Jid.Parse(target)).Select(address => address.Hex));
}
