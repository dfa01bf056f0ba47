using ActorTransfer.Protocol.StreamInitiation;

namespace ActorTransfer.Protocol.Tests.StreamInitiation;

public sealed class SessionIdsTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("a", "…")]
    [InlineData("x1-9c2e", "x1-…")]
    [InlineData("0123456789abcdefghijkl", "01234567…")]
    public void Logged_id_must_be_at_most_half_of_it(string id, string expected) => Assert.Equal(expected, SessionIds.Shorten(id));
}
