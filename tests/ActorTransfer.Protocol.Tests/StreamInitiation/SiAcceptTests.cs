using ActorTransfer.Protocol.Files;
using ActorTransfer.Protocol.StreamInitiation;
using ActorTransfer.Protocol.Xml;
using FsCheck;
using FsCheck.Fluent;

namespace ActorTransfer.Protocol.Tests.StreamInitiation;

public class SiAcceptTests
{
    private const string Feature = "<feature xmlns='http://jabber.org/protocol/feature-neg'><x xmlns='jabber:x:data' type='submit'>"
        + "<field var='stream-method'><value>http://jabber.org/protocol/bytestreams</value></field></x></feature>";

    [Fact]
    public void Acceptance_must_contain_the_first_method_only()
    {
        Assert.Equal(
            XmlElement.Parse($"<si xmlns='{Namespaces.StreamInitiation}'>{Feature}</si>"),
            new SiAccept([Namespaces.Bytestreams, Namespaces.Ibb]).ToXml());
    }

    [Fact]
    public void Acceptance_must_contain_a_file_only_with_a_range()
    {
        Assert.Equal(
            Fixture.Parse($"""
                <si xmlns='{Namespaces.StreamInitiation}'>
                  <file xmlns='{Namespaces.FileTransferProfile}'><range offset='131072'/></file>
                  {Feature}
                </si>
                """),
            new SiAccept([Namespaces.Bytestreams], new FileRange(131072, null)).ToXml());

        Assert.Null(new SiAccept([Namespaces.Bytestreams], new FileRange(0, null)).ToXml().Child(Namespaces.FileTransferProfile, "file"));
    }

    [Fact]
    public void Acceptance_without_a_method_must_not_be_written()
    {
        Assert.Throws<InvalidOperationException>(() => new SiAccept([]).ToXml());
    }

    [Fact]
    public void Acceptance_must_be_read_with_needless_attributes()
    {
        var accept = SiAccept.Read(XmlElement.Parse(
            $"<si xmlns='{Namespaces.StreamInitiation}' id='s' profile='{Namespaces.FileTransferProfile}'>{Feature}</si>"));

        Assert.Equal([Namespaces.Bytestreams], accept.Methods);
        Assert.Null(accept.Range);
    }

    /// <summary>The response of the published transcript: both methods at once.</summary>
    [Fact]
    public void Acceptance_of_several_methods_must_be_read_in_order()
    {
        var accept = SiAccept.Read(XmlElement.Parse($"<si xmlns='{Namespaces.StreamInitiation}'>"
            + Feature.Replace("</value>", $"</value><value>{Namespaces.Ibb}</value>", StringComparison.Ordinal) + "</si>"));

        Assert.Equal([Namespaces.Bytestreams, Namespaces.Ibb], accept.Methods);
    }

    [Fact]
    public void Empty_acceptance_must_have_no_method()
    {
        Assert.Empty(SiAccept.Read(null).Methods);
        Assert.Empty(SiAccept.Read(XmlElement.Parse($"<si xmlns='{Namespaces.StreamInitiation}'/>")).Methods);
    }

    [Theory]
    [InlineData("<range/>", null, null)]
    [InlineData("<range offset='10'/>", 10L, null)]
    [InlineData("<range offset='10' length='5'/>", 10L, 5L)]
    [InlineData("<range length='5'/>", 0L, 5L)]
    [InlineData("<range offset='0'/>", 0L, null)]
    [InlineData("<range offset='3000000000'/>", 3000000000L, null)]
    [InlineData("<range offset='-5'/>", -1L, null)]
    [InlineData("<range offset='x'/>", -1L, null)]
    [InlineData("<range offset=''/>", -1L, null)]
    [InlineData("<range offset='1' length='-1'/>", -1L, null)]
    [InlineData("<range offset='1' length='x'/>", -1L, null)]
    [InlineData("", null, null)]
    public void Range_must_be_read_or_marked_invalid(string range, long? offset, long? length)
    {
        var accept = SiAccept.Read(XmlElement.Parse(
            $"<si xmlns='{Namespaces.StreamInitiation}'>{Feature}<file xmlns='{Namespaces.FileTransferProfile}'>{range}</file></si>"));

        Assert.Equal(offset is { } from ? new FileRange(from, length) : null, accept.Range);
    }

    [Theory]
    [InlineData(0, null, 0, true)]
    [InlineData(10, null, 10, true)]
    [InlineData(11, null, 10, false)]
    [InlineData(0, 10L, 10, true)]
    [InlineData(1, 10L, 10, false)]
    [InlineData(5, long.MaxValue, 10, false)]
    [InlineData(-1, null, 10, false)]
    [InlineData(0, -1L, 10, false)]
    public void Range_must_lie_within_the_file(long offset, long? length, long size, bool expected)
    {
        Assert.Equal(expected, new FileRange(offset, length).FitsIn(size));
    }

    [Fact]
    public void Range_must_be_read_back_and_reach_no_further_than_the_file()
    {
        Prop.ForAll<NonNegativeInt, NonNegativeInt, NonNegativeInt>((offset, length, size) =>
        {
            var range = new FileRange(offset.Get, length.Get);
            var read = SiAccept.Read(new SiAccept([Namespaces.Ibb], range).ToXml()).Range;
            return read == range && range.FitsIn(size.Get) == (range.Offset + range.LengthIn(size.Get) <= size.Get);
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Session_ids_must_be_random_tokens()
    {
        var ids = Enumerable.Range(0, 100).Select(_ => SessionIds.Random()).ToList();

        Assert.Equal(100, ids.Distinct().Count());
        Assert.All(ids, id => Assert.Matches("^[A-Za-z0-9._-]{22}$", id));
        Assert.All(ids, id => Assert.True(SessionIds.IsAcceptable(id)));
    }
}
