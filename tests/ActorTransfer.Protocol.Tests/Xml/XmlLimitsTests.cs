using System.Diagnostics;
using System.Text;
using ActorTransfer.Protocol.ProxyService;
using ActorTransfer.Protocol.Xml;

namespace ActorTransfer.Protocol.Tests.Xml;

public sealed class XmlLimitsTests
{
    private const string Violation = "policy-violation";

    [Fact]
    public void Stanzas_must_be_accepted_up_to_the_limit_of_bytes_and_not_beyond()
    {
        var limits = new XmlLimits(MaxStanzaBytes: 500);
        var fitting = "<a>" + new string('x', 500 - 7) + "</a>";

        Assert.Equal(500, fitting.Length);
        Assert.Equal(500 - 7, Streams.ReadStanza(fitting, limits).Text.Length);
        Assert.Equal(Violation, Streams.ReadFault(fitting.Replace("</", "x</", StringComparison.Ordinal), limits));
    }

    [Fact]
    public void Stanzas_must_be_measured_in_bytes_of_utf8()
    {
        var limits = new XmlLimits(MaxStanzaBytes: 500);

        Assert.Equal(164, Streams.ReadStanza($"<a>{new string('办', 164)}x</a>", limits).Text.Length - 1);
        Assert.Equal(Violation, Streams.ReadFault($"<a>{new string('办', 164)}xy</a>", limits));
        Assert.Equal(Violation, Streams.ReadFault($"<a>{new string('é', 247)}</a>", limits));

        // After a bracket, text is read one character at a time.
        Assert.Equal(98 * 3, Streams.ReadStanza($"<a>{string.Concat(Enumerable.Repeat("]\U0001F600", 98))}</a>", limits).Text.Length);
        Assert.Equal(Violation, Streams.ReadFault($"<a>{string.Concat(Enumerable.Repeat("\U0001F600", 124))}</a>", limits));
    }

    [Theory]
    [InlineData("<a>", "x")]
    [InlineData("<a x='", "x")]
    [InlineData("<a", "x")]
    [InlineData("<a ", "x")]
    [InlineData("<a", " ")]
    [InlineData("<a></a", " ")]
    [InlineData("<a><![CDATA[", "]")]
    [InlineData("<a>", "&amp;")]
    [InlineData("<a>", "<b/>")]
    [InlineData("</stream:stream", "x")]
    public void Stanzas_must_be_limited_wherever_they_grow(string start, string growth)
    {
        var grown = start + string.Concat(Enumerable.Repeat(growth, 1000));

        Assert.Equal(Violation, Streams.ReadFault(grown, new XmlLimits(MaxStanzaBytes: 600)));
    }

    [Theory]
    [InlineData("<?xml version='1.0'?><stream:stream id='", "x")]
    [InlineData("", " ")]
    [InlineData("<stream:stream", " ")]
    public void Header_must_be_limited(string start, string growth)
    {
        var items = Streams.Read(start + string.Concat(Enumerable.Repeat(growth, 600)), new XmlLimits(MaxStanzaBytes: 500));

        Assert.Equal(Violation, Assert.IsType<XmlStreamItem.Invalid>(Assert.Single(items)).StreamErrorCondition);
    }

    [Fact]
    public void White_space_between_stanzas_must_cost_nothing()
    {
        var limits = new XmlLimits(MaxStanzaBytes: 200);
        var parser = new XmlStreamParser(limits);
        parser.Offer(Encoding.UTF8.GetBytes(Streams.Header));
        Assert.NotNull(parser.Poll());
        var blanks = Encoding.UTF8.GetBytes(new string(' ', 150));

        for (var i = 0; i < 1000; i++)
        {
            parser.Offer(blanks);
            Assert.Null(parser.Poll());
        }

        parser.Offer(Encoding.UTF8.GetBytes($"<a>{new string('x', 193)}</a>"));
        Assert.Equal(193, Assert.IsType<XmlStreamItem.Stanza>(parser.Poll()).Element.Text.Length);
    }

    [Fact]
    public void Each_stanza_must_have_the_whole_limit()
    {
        var stanza = $"<a>{new string('x', 150)}</a>";

        var items = Streams.Read(Streams.Header + string.Concat(Enumerable.Repeat(stanza, 100)), new XmlLimits(MaxStanzaBytes: 160));

        Assert.Equal(101, items.Count(item => item is not XmlStreamItem.Invalid));
    }

    [Fact]
    public void Depth_must_count_the_stanza_as_the_first_level()
    {
        var limits = new XmlLimits(MaxDepth: 3);

        Assert.Equal("c", Streams.ReadStanza("<a><b><c/></b></a>", limits).Children[0].Children[0].Name);
        Assert.Equal(Violation, Streams.ReadFault("<a><b><c><d/></c></b></a>", limits));
        Assert.Equal(Violation, Streams.ReadFault("<a><b><c><d ", limits));
    }

    [Fact]
    public void Attributes_must_be_counted_with_namespace_declarations()
    {
        var limits = new XmlLimits(MaxAttributes: 5);

        Assert.Equal(4, Streams.ReadStanza("<a xmlns='u' b='' c='' d='' e=''/>", limits).Attributes.Count);
        Assert.Equal(Violation, Streams.ReadFault("<a xmlns='u' b='' c='' d='' e='' f", limits));
    }

    [Fact]
    public void Elements_must_be_counted_at_all_levels_of_a_stanza()
    {
        var limits = new XmlLimits(MaxChildren: 4);

        Assert.Equal(2, Streams.ReadStanza("<a><b><c/></b><d><e/></d></a>", limits).Children.Count);
        Assert.Equal(Violation, Streams.ReadFault("<a><b><c/></b><d><e/><f/></d></a>", limits));
        Assert.Equal(4, Streams.Read(Streams.Header + "<a><b/><b/><b/></a><a><b/><b/><b/></a><a><b/><b/></a>", limits).Count);
    }

    [Fact]
    public void Namespace_declarations_in_scope_must_be_bounded()
    {
        var declarations = string.Concat(Enumerable.Range(0, 60).Select(i => $" xmlns:p{i}='u'"));

        Assert.Equal("a", Streams.ReadStanza($"<a>{string.Concat(Enumerable.Repeat($"<b{declarations}/>", 20))}</a>").Name);
        Assert.Equal(Violation, Streams.ReadFault($"<a>{string.Concat(Enumerable.Repeat($"<b{declarations}>", 5))}"));
    }

    [Fact]
    public void Time_must_be_linear_in_bytes_and_not_in_offers()
    {
        // A megabyte in single bytes; rescanning would take minutes.
        var bytes = Encoding.UTF8.GetBytes($"{Streams.Header}<a><![CDATA[{new string('x', 1 << 20)}]]></a>");
        var watch = Stopwatch.StartNew();

        var items = Streams.Read(bytes.Select(b => new[] { b }), new XmlLimits(MaxStanzaBytes: 2 << 20));

        Assert.Equal(1 << 20, Assert.IsType<XmlStreamItem.Stanza>(items[^1]).Element.Text.Length);
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(20), $"It took {watch.Elapsed}.");
    }
}
