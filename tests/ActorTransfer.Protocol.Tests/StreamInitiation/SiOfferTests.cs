using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Protocol.StreamInitiation;
using ActorTransfer.Protocol.Xml;

namespace ActorTransfer.Protocol.Tests.StreamInitiation;

public class SiOfferTests
{
    private const string File = "<file xmlns='http://jabber.org/protocol/si/profile/file-transfer' name='a.png' size='5'/>";
    private const string Feature = "<feature xmlns='http://jabber.org/protocol/feature-neg'><x xmlns='jabber:x:data' type='form'>"
        + "<field var='stream-method' type='list-single'><option><value>http://jabber.org/protocol/bytestreams</value></option></field>"
        + "</x></feature>";

    [Fact]
    public void Offer_must_be_written_as_the_specification_shows_it()
    {
        var file = new FileDescription(
            "img0545.png",
            152443,
            new DateTimeOffset(2026, 1, 31, 9, 15, 0, TimeSpan.FromHours(1)),
            "17B3423E008EAA1B6AEFA1C12B317569",
            "scan of page 3",
            Ranged: true,
            "image/png");

        Assert.Equal(
            Fixture.Parse("""
                <si xmlns='http://jabber.org/protocol/si' id='x1-9c2e' mime-type='image/png'
                    profile='http://jabber.org/protocol/si/profile/file-transfer'>
                  <file xmlns='http://jabber.org/protocol/si/profile/file-transfer' name='img0545.png' size='152443'
                      date='2026-01-31T08:15:00Z' hash='17b3423e008eaa1b6aefa1c12b317569'>
                    <desc>scan of page 3</desc>
                    <range/>
                  </file>
                  <feature xmlns='http://jabber.org/protocol/feature-neg'>
                    <x xmlns='jabber:x:data' type='form'>
                      <field var='stream-method' type='list-single'>
                        <option><value>http://jabber.org/protocol/bytestreams</value></option>
                        <option><value>http://jabber.org/protocol/ibb</value></option>
                      </field>
                    </x>
                  </feature>
                </si>
                """),
            new SiOffer("x1-9c2e", file, [Namespaces.Bytestreams, Namespaces.Ibb]).ToXml());
    }

    [Fact]
    public void Offer_must_be_read_back_with_all_it_has()
    {
        var file = new FileDescription(
            "办公室.txt",
            long.MaxValue,
            new DateTimeOffset(2026, 1, 31, 8, 15, 0, TimeSpan.Zero),
            new string('a', 32),
            "x < y & z",
            true,
            "text/plain");

        var offer = Read(new SiOffer("s", file, [Namespaces.Ibb]).ToXml().ToString());

        Assert.Equal(file, offer.File);
        Assert.Equal("s", offer.SessionId);
        Assert.Equal([Namespaces.Ibb], offer.Methods);
    }

    /// <summary>The offer of the published transcript: the feature first, a wrong type, no hash, no date.</summary>
    [Fact]
    public void Offer_of_the_transcript_must_be_read()
    {
        var offer = Read("""
            <si xmlns='http://jabber.org/protocol/si' profile='http://jabber.org/protocol/si/profile/file-transfer' mime-type='text/plain'
                id='82B0C697-C1DE-93F9-103E-481C8E7A3BD8'>
              <feature xmlns='http://jabber.org/protocol/feature-neg'><x xmlns='jabber:x:data' type='form'>
                <field var='stream-method' type='list-single'>
                  <option><value>http://jabber.org/protocol/bytestreams</value></option>
                  <option><value>http://jabber.org/protocol/ibb</value></option>
                </field></x></feature>
              <file xmlns='http://jabber.org/protocol/si/profile/file-transfer' name='img0545.png' size='152443'><desc>send</desc></file>
            </si>
            """);

        Assert.Equal("82B0C697-C1DE-93F9-103E-481C8E7A3BD8", offer.SessionId);
        Assert.Equal(new FileDescription("img0545.png", 152443, Description: "send", MimeType: "text/plain"), offer.File);
        Assert.Equal([Namespaces.Bytestreams, Namespaces.Ibb], offer.Methods);
    }

    [Fact]
    public void Offer_must_be_parsed_with_unknown_methods_only()
    {
        var offer = Read(Si(File, Feature.Replace(Namespaces.Bytestreams, Namespaces.Oob, StringComparison.Ordinal)));
        Assert.Equal([Namespaces.Oob], offer.Methods);
    }

    [Theory]
    [InlineData("2026-01-31T08:15:00Z", "2026-01-31T08:15:00Z")]
    [InlineData("2026-01-31T08:15:00.123456Z", "2026-01-31T08:15:00.123456Z")]
    [InlineData("2026-01-31T09:15:00+01:00", "2026-01-31T08:15:00Z")]
    [InlineData("2026-01-31T08:15Z", "2026-01-31T08:15:00Z")]
    [InlineData("20260131T08:15:00", "2026-01-31T08:15:00Z")]
    [InlineData("yesterday", null)]
    [InlineData("2026-13-31T08:15:00Z", null)]
    [InlineData("0001-01-01T00:00:00+14:00", null)]
    [InlineData("", null)]
    public void Date_must_be_read_or_ignored(string text, string? expected)
    {
        var offer = Read(Si($"<file xmlns='{Namespaces.FileTransferProfile}' name='a' size='0' date='{text}'/>", Feature));
        Assert.Equal(
            expected is null ? (DateTimeOffset?)null : DateTimeOffset.Parse(expected, System.Globalization.CultureInfo.InvariantCulture),
            offer.File.Date);
    }

    [Theory]
    [InlineData("17B3423E008EAA1B6AEFA1C12B317569", "17b3423e008eaa1b6aefa1c12b317569")]
    [InlineData("17b3423e008eaa1b6aefa1c12b317569", "17b3423e008eaa1b6aefa1c12b317569")]
    [InlineData("17b3", null)]
    [InlineData("g7b3423e008eaa1b6aefa1c12b317569", null)]
    public void Hash_must_be_folded_to_lower_case_or_ignored(string text, string? expected)
    {
        var offer = Read(Si($"<file xmlns='{Namespaces.FileTransferProfile}' name='a' size='0' hash='{text}'/>", Feature));
        Assert.Equal(expected, offer.File.Md5);
    }

    [Theory]
    [InlineData("0", 0)]
    [InlineData("2147483648", 2147483648)]
    [InlineData("9223372036854775807", long.MaxValue)]
    [InlineData(" 7 ", 7)]
    public void Size_must_be_read_in_64_bits(string text, long expected)
    {
        Assert.Equal(expected, Read(Si($"<file xmlns='{Namespaces.FileTransferProfile}' name='a' size='{text}'/>", Feature)).File.Size);
    }

    /// <summary>Spark and Smack omit it when it is 0. The MD5 of no bytes shows it.</summary>
    [Theory]
    [InlineData("", true)]
    [InlineData("hash='D41D8CD98F00B204E9800998ECF8427E'", false)]
    [InlineData("hash='17b3423e008eaa1b6aefa1c12b317569'", true)]
    public void Missing_size_must_be_unknown_unless_the_file_must_be_empty(string attributes, bool isUnknown)
    {
        var file = Read(Si($"<file xmlns='{Namespaces.FileTransferProfile}' name='a' {attributes}/>", Feature)).File;
        Assert.Equal((0, isUnknown), (file.Size, file.IsSizeUnknown));
        Assert.Equal(isUnknown ? null : "0", new SiOffer("s", file, [Namespaces.Ibb]).ToXml().Child(Namespaces.FileTransferProfile, "file")!["size"]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("mime-type=''")]
    public void Type_must_be_unknown_when_none_is_given(string attribute)
    {
        var offer = Read(SiWith($"id='s' {attribute} profile='{Namespaces.FileTransferProfile}'"));
        Assert.Equal("application/octet-stream", offer.File.MimeType);
        Assert.False(offer.File.Ranged);
        Assert.Null(offer.File.Description);
    }

    [Theory]
    [InlineData("profile='http://example.org/other'")]
    [InlineData("")]
    public void Offer_of_an_unknown_profile_must_be_refused_as_bad_profile(string profile)
    {
        AssertRefused(SiErrors.BadProfile, SiWith($"id='s' {profile}"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("<file xmlns='http://jabber.org/protocol/si/profile/file-transfer' size='5'/>")]
    [InlineData("<file xmlns='http://jabber.org/protocol/si/profile/file-transfer' name=' ' size='5'/>")]
    [InlineData("<file xmlns='http://jabber.org/protocol/si/profile/file-transfer' name='a' size=''/>")]
    [InlineData("<file xmlns='http://jabber.org/protocol/si/profile/file-transfer' name='a' size='-1'/>")]
    [InlineData("<file xmlns='http://jabber.org/protocol/si/profile/file-transfer' name='a' size='+1'/>")]
    [InlineData("<file xmlns='http://jabber.org/protocol/si/profile/file-transfer' name='a' size='1.5'/>")]
    [InlineData("<file xmlns='http://jabber.org/protocol/si/profile/file-transfer' name='a' size='0x10'/>")]
    [InlineData("<file xmlns='http://jabber.org/protocol/si/profile/file-transfer' name='a' size='9223372036854775808'/>")]
    [InlineData("<file xmlns='urn:other' name='a' size='5'/>")]
    public void Offer_with_a_fault_in_its_file_must_be_refused_as_a_bad_request_of_the_profile(string file)
    {
        AssertRefused(SiErrors.BadProfile, Si(file, Feature));
    }

    [Fact]
    public void Offer_without_a_form_must_be_refused_as_bad_request()
    {
        AssertRefused(StanzaError.BadRequest, Si(File, ""));
        AssertRefused(StanzaError.BadRequest, Si(File, $"<feature xmlns='{Namespaces.FeatureNegotiation}'/>"));
    }

    [Fact]
    public void Offer_without_any_method_must_be_refused_as_no_valid_streams()
    {
        const string form = "<x xmlns='jabber:x:data'><field var='stream-method'/></x>";
        AssertRefused(SiErrors.NoValidStreams, Si(File, $"<feature xmlns='{Namespaces.FeatureNegotiation}'>{form}</feature>"));
    }

    [Fact]
    public void Offer_must_have_an_id_of_limited_length()
    {
        string WithId(string id) => SiWith($"{id} profile='{Namespaces.FileTransferProfile}'");

        AssertRefused(StanzaError.BadRequest, WithId(""));
        AssertRefused(StanzaError.BadRequest, WithId("id=''"));
        AssertRefused(StanzaError.BadRequest, WithId($"id='{new string('x', 129)}'"));
        Assert.Equal(128, Read(WithId($"id='{new string('x', 128)}'")).SessionId.Length);
    }

    [Fact]
    public void Element_of_another_kind_must_be_refused_as_bad_request()
    {
        var other = Si(File, Feature).Replace("<si ", "<is ", StringComparison.Ordinal).Replace("</si>", "</is>", StringComparison.Ordinal);
        AssertRefused(StanzaError.BadRequest, other);
    }

    private static string Si(string file, string feature) =>
        $"<si xmlns='{Namespaces.StreamInitiation}' id='s' profile='{Namespaces.FileTransferProfile}'>{file}{feature}</si>";

    private static string SiWith(string attributes) => $"<si xmlns='{Namespaces.StreamInitiation}' {attributes}>{File}{Feature}</si>";

    private static SiOffer Read(string xml)
    {
        Assert.True(SiOffer.TryRead(XmlElement.Parse(xml), out var offer, out var refusal), refusal?.Text);
        Assert.Null(refusal);
        return offer;
    }

    private static void AssertRefused(StanzaError expected, string xml)
    {
        Assert.False(SiOffer.TryRead(XmlElement.Parse(xml), out var offer, out var refusal));
        Assert.Null(offer);
        Assert.Equal((expected.Type, expected.Condition, expected.Application), (refusal.Type, refusal.Condition, refusal.Application));
    }
}
