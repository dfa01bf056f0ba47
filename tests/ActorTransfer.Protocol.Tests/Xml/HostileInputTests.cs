using System.Text;
using ActorTransfer.Extensibility;
using ActorTransfer.Fuzzing;
using ActorTransfer.Protocol.Files;
using ActorTransfer.Protocol.JingleFiles;
using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Protocol.StreamInitiation;
using ActorTransfer.Protocol.Xml;

namespace ActorTransfer.Protocol.Tests.Xml;

/// <summary>Input that attacks: changed inputs by seed, and the known attacks by name. More by command: <c>build/fuzz.sh all 100000000</c>.</summary>
public sealed class HostileInputTests
{
    private const long Mebibyte = 1024 * 1024;

    public static TheoryData<string> Targets => [.. FuzzTargets.All.Keys];

    [Theory]
    [MemberData(nameof(Targets))]
    public void Changed_input_must_neither_throw_nor_change_when_written_nor_cost_much(string target)
    {
        Assert.NotEmpty(Fuzzer.Corpus(target));
        Assert.True(Fuzzer.Run(target, inputs: 4000, seed: 20261130).Inputs > 4000);
    }

    [Fact]
    public void Billion_laughs_must_end_at_the_document_type()
    {
        var laughs = string.Concat(Enumerable.Range(1, 9).Select(n => $"<!ENTITY lol{n} '{string.Concat(Enumerable.Repeat($"&lol{n - 1};", 10))}'>"));
        var (items, allocated) = Read($"<!DOCTYPE lolz [<!ENTITY lol0 'lol'>{laughs}]><a>&lol9;</a>");
        Assert.IsType<XmlStreamItem.Invalid>(Assert.Single(items));
        Assert.True(allocated < Mebibyte, $"{allocated} bytes");
    }

    [Fact]
    public void Attribute_of_ten_megabytes_must_be_skipped_without_its_memory()
    {
        var (items, allocated) = Read($"{Streams.Header}<iq type='set' id='1' x='{new string('a', 10_000_000)}'/><iq type='get' id='2'/>");
        Assert.IsType<XmlStreamItem.Skipped>(items[1]);
        Assert.Equal("2", Assert.IsType<XmlStreamItem.Stanza>(items[2]).Element["id"]);
        Assert.True(allocated < 2 * Mebibyte, $"{allocated} bytes");
    }

    [Fact]
    public void Depth_of_ten_thousand_must_be_skipped_without_its_memory()
    {
        var deep = string.Concat(Enumerable.Repeat("<a>", 10_000)) + string.Concat(Enumerable.Repeat("</a>", 10_000));
        var (items, allocated) = Read($"{Streams.Header}<iq type='set' id='1'>{deep}</iq><iq type='get' id='2'/>");
        Assert.IsType<XmlStreamItem.Skipped>(items[1]);
        Assert.Equal("2", Assert.IsType<XmlStreamItem.Stanza>(items[2]).Element["id"]);
        Assert.True(allocated < Mebibyte, $"{allocated} bytes");
    }

    [Theory]
    [InlineData(0xFF)]
    [InlineData(0xC0)]
    [InlineData(0xED, 0xA0)]
    [InlineData(0xF5)]
    public void Broken_utf8_must_end_the_stream_wherever_it_is(params int[] broken)
    {
        var text = Encoding.UTF8.GetBytes($"{Streams.Header}<iq type='set' id='1'><q xmlns='u' a='v'>t</q></iq> ");
        for (var at = 0; at <= text.Length; at++)
        {
            byte[] input = [.. text.AsSpan(0, at), .. broken.Select(b => (byte)b), .. "  "u8, .. text.AsSpan(at)];
            Assert.IsType<XmlStreamItem.Invalid>(Read(input).Items[^1]);
        }
    }

    [Theory]
    [InlineData("{0}@x")]
    [InlineData("a@{0}")]
    [InlineData("a@x/{0}")]
    public void Part_of_a_jid_must_not_exceed_its_limit(string form)
    {
        foreach (var part in new[] { new string('a', 1024), new string('é', 1500), new string('a', 3_000_000) })
        {
            Assert.False(Jid.TryParse(string.Format(null, form, part), out _));
        }
    }

    [Theory]
    [InlineData("9223372036854775808")]
    [InlineData("-1")]
    [InlineData("1e18")]
    public void Size_beyond_63_bits_must_be_refused(string size)
    {
        var offer = $"<si xmlns='{Namespaces.StreamInitiation}' id='s' profile='{Namespaces.FileTransferProfile}'>"
            + $"<file xmlns='{Namespaces.FileTransferProfile}' name='f' size='{size}'/></si>";
        Assert.False(SiOffer.TryRead(XmlElement.Parse(offer), out _, out var refusal));
        Assert.Equal(ErrorConditions.BadRequest, refusal.Condition);
        Assert.Null(JingleFile.Read(XmlElement.Parse(
            $"<description xmlns='{Namespaces.JingleFileTransfer}'><file><name>f</name><size>{size}</size></file></description>")));
        foreach (var range in new[] { $"<range offset='{size}'/>", $"<range length='{size}'/>", $"<range offset='9223372036854775807' length='{size}'/>" })
        {
            Assert.False(FileRange.Read(XmlElement.Parse(range.Replace("/>", " xmlns='u'/>", StringComparison.Ordinal)))?.FitsIn(long.MaxValue));
        }
    }

    private static (List<XmlStreamItem> Items, long Allocated) Read(string text) => Read(Encoding.UTF8.GetBytes(text));

    private static (List<XmlStreamItem> Items, long Allocated) Read(byte[] bytes)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        var parser = new XmlStreamParser(XmlLimits.Default);
        List<XmlStreamItem> items = [];
        for (var rest = bytes.AsSpan(); !rest.IsEmpty; rest = rest[Math.Min(rest.Length, 8192)..])
        {
            parser.Offer(rest[..Math.Min(rest.Length, 8192)]);
            while (parser.Poll() is { } item)
            {
                items.Add(item);
            }
        }

        return (items, GC.GetAllocatedBytesForCurrentThread() - before);
    }
}
