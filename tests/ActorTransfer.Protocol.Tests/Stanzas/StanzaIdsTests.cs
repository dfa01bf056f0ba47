using ActorTransfer.Protocol.Stanzas;

namespace ActorTransfer.Protocol.Tests.Stanzas;

public sealed class StanzaIdsTests
{
    [Fact]
    public void Random_must_give_22_characters_of_base64url()
    {
        Assert.Matches("^[A-Za-z0-9_-]{22}$", StanzaIds.Random());
    }

    [Fact]
    public void Random_must_not_repeat()
    {
        Assert.Equal(1000, Enumerable.Range(0, 1000).Select(_ => StanzaIds.Random()).Distinct(StringComparer.Ordinal).Count());
    }
}
