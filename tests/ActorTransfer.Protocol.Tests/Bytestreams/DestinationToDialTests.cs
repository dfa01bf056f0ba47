using ActorTransfer.Extensibility;

namespace ActorTransfer.Protocol.Tests.Bytestreams;

public sealed class DestinationToDialTests
{
    private static readonly Jid Bo = Jid.Parse("bo@south.example/Phone");

    /// <summary>Openfire writes "null" for a missing part of a JID, on either side.</summary>
    [Theory]
    [InlineData("engine.north.example", "52858a8a1d2d43342e39439acc26f7e7ad581388")]
    public void Component_must_be_tried_with_the_hash_of_Openfire_when_the_formula_is_refused(string requester, string nulls)
    {
        var component = Jid.Parse(requester);
        var dialled = DestinationAddress.ToDial("x1-9c2e", component, Bo);
        Assert.Equal([DestinationAddress.Compute("x1-9c2e", component, Bo).Hex, nulls], dialled.Select(address => address.Hex));
    }

    [Theory]
    [InlineData("engine.north.example", "bo@south.example/Phone", 2)]
    [InlineData("bo@south.example/Phone", "engine.north.example/files", 2)]
    [InlineData("ada@north.example", "bo@south.example/Phone", 2)]
    [InlineData("files@engine.north.example/1", "bo@south.example/Phone", 1)]
    public void Only_a_JID_without_node_or_resource_must_need_another_form(string requester, string target, int forms) =>
        Assert.Equal(forms, DestinationAddress.ToDial("x1-9c2e", Jid.Parse(requester), Jid.Parse(target)).Count);
}
