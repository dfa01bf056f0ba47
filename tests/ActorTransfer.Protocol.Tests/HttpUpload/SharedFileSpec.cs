using ActorTransfer.Protocol.Hashes;
using ActorTransfer.Protocol.HttpUpload;
using ActorTransfer.Protocol.Xml;

namespace ActorTransfer.Protocol.Tests.HttpUpload;

/// <summary>Messages about a file at a URL (XEP-0066, 0446, 0447, 0454).</summary>
public sealed class SharedFileSpec
{
    private const string Get = "https://files.example/4a/img%20one.png";
    private static readonly string Iv = new('1', 24);
    private static readonly string Key = new('a', 64);
    private static readonly Jid Ada = Jid.Parse("ada@north.example/desk");
    private static readonly Jid Bo = Jid.Parse("bo@south.example");

    [Fact]
    public void Message_must_have_the_URL_as_text_as_out_of_band_data_and_with_the_file()
    {
        var sha256 = FileHashes.Of(new FileHash(HashFunction.Sha256, new string('0', 64)));
        var file = new SharedFile(new Uri(Get), "img one.png") { Size = 152443, MediaType = "image/png", Hashes = sha256 };

        var expected = XmlElement.Parse(
            $"""
            <message xmlns='jabber:client' type='chat' id='m1' from='ada@north.example/desk' to='bo@south.example'><body>{Get}</body>
            <x xmlns='jabber:x:oob'><url>{Get}</url></x>
            <file-sharing xmlns='urn:xmpp:sfs:0' disposition='attachment'><file xmlns='urn:xmpp:file:metadata:0'><media-type>image/png</media-type>
            <name>img one.png</name><size>152443</size>
            <hash xmlns='urn:xmpp:hashes:2' algo='sha-256'>{Convert.ToBase64String(new byte[32])}</hash></file>
            <sources><url-data xmlns='http://jabber.org/protocol/url-data' target='{Get}'/></sources></file-sharing></message>
            """);
        Assert.Equal(expected, file.ToMessage(Ada, Bo, "m1"));
        Assert.Equal(file, SharedFile.Read(expected, allowsPlainHttp: false));
    }

    [Fact]
    public void Message_about_an_encrypted_file_must_have_only_the_URL()
    {
        var (url, key) = AesGcmUrl.Read($"aesgcm://files.example/a.bin#{Iv}{Key}", allowsPlainHttp: false)!.Value;
        Assert.Equal("https://files.example/a.bin", url.AbsoluteUri);

        var message = new SharedFile(url, "secret plan.txt") { Key = key, Size = 5 }.ToMessage(Ada, Bo, "m1");

        Assert.Equal($"aesgcm://files.example/a.bin#{Iv}{Key}", Assert.Single(message.Children).Text);
        var read = SharedFile.Read(message, allowsPlainHttp: false)!;
        Assert.Equal(("a.bin", url), (read.Name, read.Url));
        Assert.Equal(Iv + Key, Convert.ToHexStringLower(read.Key!.Iv.Span) + Convert.ToHexStringLower(read.Key.Key.Span));
    }

    [Fact]
    public void Vector_of_older_clients_must_be_read() =>
        Assert.Equal(16, AesGcmUrl.Read($"AESGCM://files.example/a#{new string('1', 32)}{Key}", allowsPlainHttp: false)!.Value.Key.Iv.Length);

    [Theory]
    [InlineData("")]
    [InlineData("#")]
    [InlineData("#1111")]
    [InlineData("#11111111111111111111111111aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    [InlineData("#11111111111111111111111zaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    public void Encrypted_URL_without_a_valid_key_must_be_refused(string fragment) =>
        Assert.Null(AesGcmUrl.Read("aesgcm://files.example/a" + fragment, allowsPlainHttp: false));

    [Theory]
    [InlineData("<body>https://files.example/a.bin</body>", null)]
    [InlineData("<body>see aesgcm://files.example/a.bin</body>", null)]
    [InlineData("<x xmlns='jabber:x:oob'><url>https://files.example/dir/a.bin</url></x>", "a.bin")]
    [InlineData("<x xmlns='jabber:x:oob'><url>https://files.example/%2e%2e%2fpasswd</url></x>", "../passwd")]
    [InlineData("<x xmlns='jabber:x:oob'><url>https://files.example/</url></x>", "unnamed")]
    [InlineData("<x xmlns='jabber:x:oob'><url>http://files.example/a.bin</url></x>", null)]
    [InlineData("<x xmlns='jabber:x:oob'><url>file:///etc/passwd</url></x>", null)]
    [InlineData("<x xmlns='jabber:x:oob'/>", null)]
    [InlineData("<file-sharing xmlns='urn:xmpp:sfs:0'/>", null)]
    [InlineData("<file-sharing xmlns='urn:xmpp:sfs:0'><sources><jinglepub xmlns='urn:xmpp:jinglepub:1'/></sources></file-sharing>", null)]
    public void File_must_be_found_only_where_it_is_meant_as_one(string content, string? name) => Assert.Equal(
        name,
        SharedFile.Read(XmlElement.Parse($"<message xmlns='jabber:client'>{content}</message>"), allowsPlainHttp: false)?.Name);

    [Fact]
    public void First_source_that_can_be_used_must_count_and_hostile_metadata_must_be_ignored()
    {
        var file = SharedFile.Read(
            XmlElement.Parse(
                $"""
                <message xmlns='jabber:client'><file-sharing xmlns='urn:xmpp:sfs:0'><file xmlns='urn:xmpp:file:metadata:0'>
                <size>-5</size><date>yesterday</date><name>{new string('a', 3000)}</name><hash xmlns='urn:xmpp:hashes:2' algo='sha-256'>AA==</hash></file>
                <sources><url-data xmlns='http://jabber.org/protocol/url-data'/>
                <url-data xmlns='http://jabber.org/protocol/url-data' target='ftp://a.example/x'/>
                <url-data xmlns='http://jabber.org/protocol/url-data' target='https://a.example/x.bin'/></sources></file-sharing></message>
                """),
            allowsPlainHttp: false)!;
        Assert.Equal(new SharedFile(new Uri("https://a.example/x.bin"), "x.bin"), file);
    }
}
