using ActorTransfer.Protocol.Files;
using ActorTransfer.Protocol.Hashes;
using ActorTransfer.Protocol.Jingle;
using ActorTransfer.Protocol.JingleFiles;
using ActorTransfer.Protocol.Tests.Jingle;
using ActorTransfer.Protocol.Xml;
using FsCheck;
using FsCheck.Fluent;

namespace ActorTransfer.Protocol.Tests.JingleFiles;

public sealed class JingleFileTests
{
    private static readonly JingleContent Content = new(JingleRole.Initiator, "file");

    private static XmlElement OfferedDescription => Payload(Examples.Offer).Children[0].Child(Namespaces.JingleFileTransfer, "description")!;

    [Fact]
    public void Description_of_an_offer_must_be_read_and_written_again()
    {
        var file = JingleFile.Read(OfferedDescription)!;
        Assert.Equal(("img0545.png", 152443L, "image/png", true, null), (file.Name, file.Size, file.MediaType, file.Ranged, file.Range));
        Assert.Equal(new DateTimeOffset(2026, 1, 31, 8, 15, 0, TimeSpan.Zero), file.Date);
        Assert.Equal(["sha-256"], file.HashesUsed.Select(function => function.Name));
        Assert.Null(file.Description);
        Assert.Equal(FileHashes.None, file.Hashes);
        Assert.Equal(OfferedDescription, file.ToXml());
    }

    [Fact]
    public void Own_offer_must_be_the_example()
    {
        var file = new FileDescription("img0545.png", 152443, new DateTimeOffset(2026, 1, 31, 8, 15, 0, TimeSpan.Zero), Ranged: true, MimeType: "image/png");
        Assert.Equal(OfferedDescription, JingleFile.Of(file).ToXml());
        Assert.Equal(file with { HashFunction = HashFunction.Sha256 }, JingleFile.Read(OfferedDescription)!.ToFileDescription());
    }

    /// <summary>Dino offers name and size only, Conversations writes mediaType (cases 1 and 8 of the peers).</summary>
    [Fact]
    public void Sparse_description_must_be_read()
    {
        var file = Read("<name>a</name><mediaType>text/plain</mediaType><size>0</size>")!;
        Assert.Equal(("a", 0L, "text/plain", false), (file.Name, file.Size, file.MediaType, file.Ranged));

        file = Read("<name>../../evil</name><hash xmlns='urn:xmpp:hashes:2'/><hash xmlns='urn:xmpp:hashes:2' algo='sha-256'/>")!;
        Assert.Equal(("../../evil", null, "application/octet-stream"), (file.Name, file.Size, file.MediaType));
        Assert.True(file.Hashes.IsEmpty);
        Assert.True(file.ToFileDescription().IsSizeUnknown);

        var hash = new FileHash(HashFunction.Sha256, new string('a', 64));
        Assert.Equal(hash, Read("<size>1</size>" + hash.ToXml())!.ToFileDescription().Hashes.Strongest);
        Assert.Equal("unnamed", Read("<size>1</size>")!.ToFileDescription().Name);
    }

    /// <summary>Received bytes are hashed by the strongest function of the sender, besides SHA-256.</summary>
    [Theory]
    [InlineData("", "", null)]
    [InlineData("sha-1", "", "sha-1")]
    [InlineData("sha-1", "sha-256", "sha-256")]
    [InlineData("sha-256 sha-512", "md5", "sha-512")]
    [InlineData("", "blake2b-512 whirlpool", "blake2b-512")]
    public void Strongest_function_that_was_given_or_announced_must_be_known(string given, string announced, string? expected)
    {
        var hashes = given.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(name => HashFunction.Find(name)!)
            .Select(function => new FileHash(function, new string('a', 2 * function.Length)).ToXml().ToString());
        var used = announced.Split(' ').Select(name => $"<hash-used xmlns='urn:xmpp:hashes:2' algo='{name}'/>");
        Assert.Equal(expected, Read("<size>1</size>" + string.Concat(hashes.Concat(used)))!.ToFileDescription().HashFunction?.Name);
    }

    [Theory]
    [InlineData("<size>many</size>")]
    [InlineData("<size>-1</size>")]
    [InlineData("<size>99999999999999999999</size>")]
    public void Size_that_is_not_a_number_must_be_malformed(string children) => Assert.Null(Read(children));

    [Fact]
    public void Description_without_a_file_or_of_another_version_must_not_be_read()
    {
        Assert.Null(JingleFile.Read(null));
        Assert.Null(JingleFile.Read(XmlElement.Parse("<description xmlns='urn:xmpp:jingle:apps:file-transfer:5'/>")));
        Assert.Null(JingleFile.Read(XmlElement.Parse("<description xmlns='urn:xmpp:jingle:apps:file-transfer:4'><file><size>1</size></file></description>")));
    }

    [Theory]
    [InlineData("<range/>", true, null, null)]
    [InlineData("<range offset='100000'/>", true, 100000L, null)]
    [InlineData("<range offset='5' length='7'/>", true, 5L, 7L)]
    [InlineData("", false, null, null)]
    public void Range_must_be_read_and_written(string xml, bool ranged, long? offset, long? length)
    {
        var file = Read($"<size>9</size>{xml}")!;
        Assert.Equal((ranged, offset, length), (file.Ranged, file.Range?.Offset, file.Range?.Length));
        Assert.Equal(file.Range, JingleFile.Read(file.ToXml())!.Range);
    }

    [Fact]
    public void Range_that_is_not_a_number_must_fit_no_file() => Assert.False(Read("<size>9</size><range offset='x'/>")!.Range!.Value.FitsIn(9));

    [Fact]
    public void First_text_of_several_languages_must_be_taken() =>
        Assert.Equal("Bild", Read("<desc xml:lang='en'/><desc xml:lang='de'>Bild</desc><desc xml:lang='fr'>image</desc>")!.Description);

    [Theory]
    [InlineData(Examples.Checksum)]
    [InlineData(Examples.Received)]
    public void Info_must_be_read_and_written_again(string xml)
    {
        var info = Payload(xml).Children[0];
        Assert.Equal(info, FileInfoPayload.Read(info)!.ToXml(Content));
    }

    /// <summary>Case 5 of the peers: Conversations omits the creator, or names the content as it likes.</summary>
    [Theory]
    [InlineData("name='a-file-offer'")]
    [InlineData("creator='responder'")]
    [InlineData("")]
    public void Checksum_must_be_read_whatever_its_content(string attributes)
    {
        var checksum = Assert.IsType<FileInfoPayload.Checksum>(FileInfoPayload.Read(XmlElement.Parse($"""
            <checksum xmlns='urn:xmpp:jingle:apps:file-transfer:5' {attributes}><file>
              <hash xmlns='urn:xmpp:hashes:2' algo='sha-1'>w2i0Vfhm9b7XqDt44mQRKbdJe/M=</hash>
              <hash xmlns='urn:xmpp:hashes:2' algo='sha-256'>DuDAAcSgQTKxPQgUXARNyRlEKwbc+aeA1IRLq4NoZGE=</hash></file></checksum>
            """)));
        Assert.Equal("sha-256", checksum.Hashes.Strongest!.Function.Name);
        Assert.True(checksum.PartHashes.IsEmpty);
    }

    [Fact]
    public void Checksum_of_a_part_must_be_read_and_written_again()
    {
        var xml = XmlElement.Parse("""
            <checksum xmlns='urn:xmpp:jingle:apps:file-transfer:5' creator='initiator' name='file'><file><range offset='270336'>
              <hash xmlns='urn:xmpp:hashes:2' algo='sha-1'>w2i0Vfhm9b7XqDt44mQRKbdJe/M=</hash></range></file></checksum>
            """);
        var checksum = Assert.IsType<FileInfoPayload.Checksum>(FileInfoPayload.Read(xml));
        Assert.Equal((new FileRange(270336, null), true, false), (checksum.Part, checksum.Hashes.IsEmpty, checksum.PartHashes.IsEmpty));
        Assert.Equal(xml, checksum.ToXml(Content));
    }

    [Theory]
    [InlineData("<checksum xmlns='urn:xmpp:jingle:apps:file-transfer:5'/>")]
    [InlineData("<checksum xmlns='urn:xmpp:jingle:apps:file-transfer:5'><file><hash xmlns='urn:xmpp:hashes:2'/></file></checksum>")]
    public void Checksum_without_a_hash_must_have_none(string xml) =>
        Assert.True(Assert.IsType<FileInfoPayload.Checksum>(FileInfoPayload.Read(XmlElement.Parse(xml))).Hashes.IsEmpty);

    [Fact]
    public void Other_info_must_not_be_read()
    {
        Assert.Null(FileInfoPayload.Read(null));
        Assert.Null(FileInfoPayload.Read(XmlElement.Parse("<ringing xmlns='urn:xmpp:jingle:apps:rtp:info:1'/>")));
        Assert.Null(FileInfoPayload.Read(XmlElement.Parse("<received xmlns='urn:xmpp:jingle:apps:file-transfer:4'/>")));
    }

    [Fact]
    public void Errors_must_be_those_of_the_specification()
    {
        var tooLarge = FileErrors.TooLarge("more than 9");
        Assert.Equal(
            XmlElement.Parse("<reason xmlns='urn:xmpp:jingle:1'><media-error/><text>more than 9</text><file-too-large xmlns='urn:xmpp:jingle:apps:file-transfer:errors:0'/></reason>"),
            tooLarge.ToXml());
        Assert.True(FileErrors.IsTooLarge(tooLarge));
        Assert.False(FileErrors.IsTooLarge(new JingleReason(JingleCondition.MediaError)));
        Assert.Equal(
            XmlElement.Parse("<reason xmlns='urn:xmpp:jingle:1'><failed-application/><file-not-available xmlns='urn:xmpp:jingle:apps:file-transfer:errors:0'/></reason>"),
            (FileErrors.NotAvailable with { Text = null }).ToXml());
    }

    [Fact]
    public void Any_description_must_survive_writing_and_reading()
    {
        var files =
            from name in Gen.Elements("a", "Büro 2.txt", "<&'\">", "办公室")
            from size in Gen.Elements<long?>(null, 0, 1, long.MaxValue)
            from date in Gen.Elements<DateTimeOffset?>(null, DateTimeOffset.UnixEpoch, new DateTimeOffset(2026, 2, 28, 23, 59, 59, TimeSpan.Zero))
            from text in Gen.Elements(null, "text", "  two\nlines ")
            from range in Gen.Elements<FileRange?>(null, new FileRange(7, null), new FileRange(1, 2))
            from used in Gen.Elements<HashFunction[]>([], [HashFunction.Sha256])
            from hash in Gen.Elements(FileHashes.None, FileHashes.Of(new FileHash(HashFunction.Sha256, new string('a', 64))))
            select new JingleFile { Name = name, Size = size, Date = date, Description = text, Ranged = range is not null, Range = range, Hashes = hash, HashesUsed = [.. used] };
        Prop.ForAll(files.ToArbitrary(), file =>
        {
            var read = JingleFile.Read(XmlElement.Parse(file.ToXml().ToString()))!;
            return read with { HashesUsed = file.HashesUsed } == file && read.HashesUsed.SequenceEqual(file.HashesUsed);
        }).QuickCheckThrowOnFailure();
    }

    private static JingleFile? Read(string children) =>
        JingleFile.Read(XmlElement.Parse($"<description xmlns='urn:xmpp:jingle:apps:file-transfer:5'><file>{children}</file></description>"));

    private static XmlElement Payload(string xml) => XmlElement.Parse(xml);
}
