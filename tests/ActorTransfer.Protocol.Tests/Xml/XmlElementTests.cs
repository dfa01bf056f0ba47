using ActorTransfer.Protocol.ProxyService;
using ActorTransfer.Protocol.Xml;

namespace ActorTransfer.Protocol.Tests.Xml;

public sealed class XmlElementTests
{
    [Fact]
    public void Element_must_return_its_content()
    {
        var child = new XmlElement("u:2", "c").AddText("inner");
        var element = new XmlElement("u:1", "a").With("x", "1").With("xml:lang", "de").AddText("one ").Add(child).AddText("two");

        Assert.Equal(("u:1", "a", "one two"), (element.Namespace, element.Name, element.Text));
        Assert.Equal("1", element["x"]);
        Assert.Equal("de", element["xml:lang"]);
        Assert.Null(element["y"]);
        Assert.Same(child, Assert.Single(element.Children));
    }

    [Fact]
    public void Modifications_must_not_change_the_original()
    {
        var element = new XmlElement("u", "a").With("x", "1");

        _ = element.With("x", "2").With("y", "3").Add(element).AddText("t");

        Assert.Equal("<a xmlns='u' x='1'/>", element.ToString());
    }

    [Fact]
    public void With_must_replace_in_place_and_remove()
    {
        var element = new XmlElement("u", "a").With("x", "1").With("y", "2").With("z", "3");

        Assert.Equal("<a xmlns='u' x='1' y='9' z='3'/>", element.With("y", "9").ToString());
        Assert.Equal("<a xmlns='u' x='1' z='3'/>", element.With("y", null).ToString());
        Assert.Same(element, element.With("absent", null));
    }

    [Fact]
    public void Add_must_ignore_null_and_accept_many()
    {
        var element = new XmlElement("u", "a");
        XmlElement? none = null;

        Assert.Same(element, element.Add(none));
        Assert.Equal(["b", "c"], element.Add([new XmlElement("u", "b"), new XmlElement("u", "c")]).Children.Select(c => c.Name));
    }

    [Fact]
    public void Child_must_match_namespace_and_name()
    {
        var element = XmlElement.Parse("<a xmlns='u:1'>x<b xmlns='u:2' n='1'/><b n='2'/><b n='3'/></a>");

        Assert.Equal("1", element.Child("u:2", "b")?["n"]);
        Assert.Equal("2", element.Child("b")?["n"]);
        Assert.Null(element.Child("u:2", "a"));
        Assert.Equal(["2", "3"], element.ChildrenNamed("u:1", "b").Select(c => c["n"]));
    }

    [Theory]
    [InlineData("")]
    [InlineData("1a")]
    [InlineData("a b")]
    [InlineData("a:b")]
    [InlineData("a>")]
    public void Names_must_be_valid(string name)
    {
        Assert.Throws<ArgumentException>(() => new XmlElement("u", name));
        Assert.Throws<ArgumentException>(() => new XmlElement("u", "a").With(name, "1"));
    }

    [Fact]
    public void Namespace_declarations_must_not_be_accepted_as_attributes()
    {
        Assert.Throws<ArgumentException>(() => new XmlElement("u", "a").With("xmlns", "v"));
        Assert.Throws<ArgumentException>(() => new XmlElement("u", "a").With("xmlns:p", "v"));
        Assert.Throws<ArgumentException>(() => new XmlElement("http://www.w3.org/XML/1998/namespace", "a"));
    }

    [Theory]
    [InlineData("\u0000")]
    [InlineData("a\u0008")]
    [InlineData("\u001B[0m")]
    [InlineData("\uFFFE")]
    public void Characters_that_xml_forbids_must_be_refused(string text)
    {
        var element = new XmlElement("u", "a");

        Assert.Throws<ArgumentException>(() => element.AddText(text));
        Assert.Throws<ArgumentException>(() => element.With("x", text));
        Assert.Throws<ArgumentException>(() => new XmlElement(text, "a"));
    }

    [Fact]
    public void Unpaired_surrogate_must_be_refused()
    {
        var element = new XmlElement("u", "a");

        Assert.Throws<ArgumentException>(() => element.AddText("\uD83D"));
        Assert.Throws<ArgumentException>(() => element.AddText("\uDE00\uD83D"));
        Assert.Equal("\U0001F600", element.AddText("\U0001F600").Text);
    }

    [Fact]
    public void ToString_must_escape_special_characters()
    {
        var element = new XmlElement("u'&", "a").With("x", "<&>\"'\t\r\n").AddText("<&>\"'\t\r\n");

        Assert.Equal(
            "<a xmlns='u&apos;&amp;' x='&lt;&amp;&gt;&quot;&apos;&#9;&#13;&#10;'>&lt;&amp;&gt;&quot;&apos;\t&#13;\n</a>",
            element.ToString());
        Assert.Equal(element, XmlElement.Parse(element.ToString()));
    }

    [Fact]
    public void ToString_must_declare_namespaces_only_where_they_change()
    {
        var element = new XmlElement("u:1", "a")
            .Add(new XmlElement("u:1", "b").Add(new XmlElement("u:2", "c").Add(new XmlElement("u:2", "d"))))
            .Add(new XmlElement("", "e").Add(new XmlElement("u:1", "f")));

        Assert.Equal("<a xmlns='u:1'><b><c xmlns='u:2'><d/></c></b><e xmlns=''><f xmlns='u:1'/></e></a>", element.ToString());
        Assert.Equal("<a/>", new XmlElement("", "a").ToString());
    }

    [Theory]
    [InlineData("<a x='1' y='2'/>", "<a y=\"2\" x=\"1\"></a>")]
    [InlineData("<a xmlns='u'><b/></a>", "<p:a xmlns:p='u'><p:b/></p:a>")]
    [InlineData("<a><b/><c/></a>", "<a>\n  <b/>\n  <c/>\n</a>")]
    [InlineData("<a>x<b/></a>", "<a>x<b/>  </a>")]
    [InlineData("<a>&lt;</a>", "<a><![CDATA[<]]></a>")]
    public void Elements_must_be_equal_when_only_spelling_differs(string one, string other)
    {
        var (left, right) = (XmlElement.Parse(one), XmlElement.Parse(other));

        Assert.True(left == right);
        Assert.True(right.Equals((object)left));
        Assert.Equal(left.GetHashCode(), right.GetHashCode());
    }

    [Theory]
    [InlineData("<a/>", "<b/>")]
    [InlineData("<a/>", "<a xmlns='u'/>")]
    [InlineData("<a/>", "<a x='1'/>")]
    [InlineData("<a x='1'/>", "<a x='2'/>")]
    [InlineData("<a x='1'/>", "<a y='1'/>")]
    [InlineData("<a/>", "<a> </a>")]
    [InlineData("<a>x</a>", "<a>y</a>")]
    [InlineData("<a>x</a>", "<a>x<b/></a>")]
    [InlineData("<a><b/><c/></a>", "<a><c/><b/></a>")]
    [InlineData("<a>x<b/></a>", "<a><b/>x</a>")]
    [InlineData("<a><b/></a>", "<a><b/><b/></a>")]
    public void Elements_must_differ_when_content_differs(string one, string other)
    {
        Assert.True(XmlElement.Parse(one) != XmlElement.Parse(other));
        Assert.False(XmlElement.Parse(other).Equals(XmlElement.Parse(one)));
    }

    [Fact]
    public void Equality_must_handle_null()
    {
        XmlElement? none = null;

        Assert.False(XmlElement.Parse("<a/>") == none);
        Assert.True(none == null);
        Assert.False(XmlElement.Parse("<a/>").Equals(none));
    }

    [Theory]
    [InlineData("")]
    [InlineData("text")]
    [InlineData("<a>")]
    [InlineData("<a/><b/>")]
    [InlineData("<a/>x")]
    [InlineData("<a/></stream:stream>")]
    [InlineData("</stream:stream>")]
    [InlineData("<a/></stream:stream><b/>")]
    [InlineData("<!-- c --><a/>")]
    [InlineData("<a b='")]
    public void Parse_must_refuse_anything_but_one_element(string xml)
    {
        Assert.Throws<FormatException>(() => XmlElement.Parse(xml));
    }

    [Fact]
    public void Parse_must_allow_space_around_the_element()
    {
        Assert.Equal(new XmlElement("", "a"), XmlElement.Parse("\n <a/> \n"));
    }
}
