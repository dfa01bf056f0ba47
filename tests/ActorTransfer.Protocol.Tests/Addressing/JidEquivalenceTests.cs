using ActorTransfer.Extensibility;
using ActorTransfer.Protocol.Addressing;
using ActorTransfer.Protocol.Stanzas;

namespace ActorTransfer.Protocol.Tests.Addressing;

/// <summary>The right-hand values are the results of libidn's and Python's stringprep.</summary>
public sealed class JidEquivalenceTests
{
    private static readonly Jid Self = Jid.Parse("ada@north.example/desk");

    public static TheoryData<string, string> Pairs => new()
    {
        { "straße@localhost/Büro™", "strasse@localhost/BüroTM" },
        { "ſam@north.example/x", "sam@north.example/x" },
        { "ΣΊΣΥΦΟΣ@north.example/x", "σίσυφοσ@north.example/x" },
        { "σίσυφος@north.example/x", "σίσυφοσ@north.example/x" },
        { "İx@north.example/x", "i\u0307x@north.example/x" },
        { "ﬁn@north.example/ﬁ", "fin@north.example/fi" },
        { "ᾳ@north.example/x", "αι@north.example/x" },
        { "ａｄａ@north.example/Ａ１", "ada@north.example/A1" },
        { "a\u00ADb@north.example/x".Replace("\u00AD", "", StringComparison.Ordinal), "ab@north.example/x" },
        { "bo@straße.example/x", "bo@strasse.example/x" },
        { "bo@south.example/①½", "bo@south.example/11⁄2" },
        { "bo@south.example/a\u00A0b", "bo@south.example/a b" },
        { "бо@south.example/Å", "бо@south.example/Å" },
    };

    [Theory]
    [MemberData(nameof(Pairs))]
    public void Address_must_be_equivalent_to_its_form_prepared_by_stringprep(string written, string prepared)
    {
        var (asked, from) = (Jid.Parse(written), Jid.Parse(prepared));
        Assert.True(JidEquivalence.Comparer.Equals(asked, from));
        Assert.Equal(JidEquivalence.Comparer.GetHashCode(asked), JidEquivalence.Comparer.GetHashCode(from));
        Assert.True(AnswerOrigin.IsAcceptable(asked, from, Self));
        Assert.True(AnswerOrigin.IsAcceptable(from, asked, Self));
        Assert.Contains(DestinationAddress.Compute("s", Self, from), DestinationAddress.Variants("s", Self.ToString(), asked.ToString()));
        Assert.Contains(DestinationAddress.Compute("s", Self, from), DestinationAddress.ToDial("s", Self, asked));
    }

    [Theory]
    [InlineData("bo@south.example/x", "bo@south.example/X")]
    [InlineData("bo@south.example/x", "bo@south.example")]
    [InlineData("straße@localhost/x", "strase@localhost/x")]
    [InlineData("bo@south.example/ß", "bo@south.example/ss")]
    [InlineData("李@south.example/x", "雷@south.example/x")]
    public void Address_must_not_be_equivalent_to_another(string one, string other)
    {
        Assert.False(JidEquivalence.Comparer.Equals(Jid.Parse(one), Jid.Parse(other)));
        Assert.False(AnswerOrigin.IsAcceptable(Jid.Parse(one), Jid.Parse(other), Self));
    }

    [Theory]
    [InlineData(null, true)]
    [InlineData("north.example", true)]
    [InlineData("ada@north.example", true)]
    [InlineData("ada@north.example/desk", true)]
    [InlineData("ada@north.example/other", false)]
    [InlineData("eve@north.example", false)]
    [InlineData("north.example/x", false)]
    [InlineData("south.example", false)]
    [InlineData("bo@south.example", false)]
    public void Error_of_the_own_server_must_be_accepted_for_any_request(string? from, bool acceptable)
    {
        var sender = from is null ? null : Jid.Parse(from);
        Assert.Equal(acceptable, AnswerOrigin.IsAcceptable(Jid.Parse("bo@south.example/x"), sender, Self, isError: true));
        Assert.False(AnswerOrigin.IsAcceptable(Jid.Parse("bo@south.example/x"), sender, Self));
    }
}
