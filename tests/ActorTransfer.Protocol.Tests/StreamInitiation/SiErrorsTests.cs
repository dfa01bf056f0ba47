using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Protocol.StreamInitiation;
using ActorTransfer.Protocol.Xml;

namespace ActorTransfer.Protocol.Tests.StreamInitiation;

public class SiErrorsTests
{
    [Fact]
    public void Refusals_must_have_the_types_and_conditions_of_the_specification()
    {
        Assert.Equal((ErrorType.Cancel, "bad-request"), (SiErrors.NoValidStreams.Type, SiErrors.NoValidStreams.Condition));
        Assert.Equal(XmlElement.Parse("<no-valid-streams xmlns='http://jabber.org/protocol/si'/>"), SiErrors.NoValidStreams.Application);
        Assert.Equal((ErrorType.Modify, "bad-request"), (SiErrors.BadProfile.Type, SiErrors.BadProfile.Condition));
        Assert.Equal(XmlElement.Parse("<bad-profile xmlns='http://jabber.org/protocol/si'/>"), SiErrors.BadProfile.Application);
        Assert.Equal((ErrorType.Cancel, "conflict"), (SiErrors.Conflict.Type, SiErrors.Conflict.Condition));
        Assert.Equal((ErrorType.Wait, "resource-constraint"), (SiErrors.ResourceConstraint.Type, SiErrors.ResourceConstraint.Condition));

        var declined = SiErrors.Declined("no, thanks");
        Assert.Equal((ErrorType.Cancel, "forbidden", "no, thanks"), (declined.Type, declined.Condition, declined.Text));
    }
}
