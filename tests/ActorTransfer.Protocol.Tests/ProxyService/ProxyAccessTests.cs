namespace ActorTransfer.Protocol.Tests.ProxyService;

public sealed class ProxyAccessTests
{
    [Theory]
    [InlineData("ada@north.example/desk", true)]
    [InlineData("ada@north.example", true)]
    [InlineData("bo@north.example/desk", false)]
    [InlineData("x@west.example/y", true)]
    [InlineData("west.example", true)]
    [InlineData("west.example/y", true)]
    [InlineData("x@sub.west.example/y", false)]
    [InlineData("west.example@east.example", false)]
    public void Access_must_allow_listed_users_and_users_of_listed_domains(string jid, bool allowed) =>
        Assert.Equal(allowed, ProxyAccess.Parse([" ADA@north.example", "West.Example "]).Allows(Jid.Parse(jid)));

    [Fact]
    public void Access_must_allow_all_by_an_asterisk_and_none_by_an_empty_list()
    {
        var other = Jid.Parse("x@y.example");
        Assert.True(ProxyAccess.Parse(["north.example", "*"]).Allows(other));
        Assert.True(ProxyAccess.Everybody.Allows(other));
        Assert.False(ProxyAccess.Parse([]).Allows(other));
    }

    [Fact]
    public void Access_must_describe_who_is_allowed()
    {
        Assert.Equal("ada@north.example west.example", string.Join(' ', ProxyAccess.Parse(["west.example", "ada@north.example", "west.example"]).Entries));
        Assert.Equal("*", string.Join(' ', ProxyAccess.Parse(["*", "west.example"]).Entries));
    }

    [Theory]
    [InlineData("ada@north.example/desk")]
    [InlineData("@")]
    [InlineData("")]
    [InlineData("*.example/x")]
    public void Access_must_refuse_entries_that_are_neither_user_nor_domain(string entry) =>
        Assert.Throws<FormatException>(() => ProxyAccess.Parse(["*", entry]));
}
