using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Protocol.Xml;

namespace ActorTransfer.Protocol.Tests.Stanzas;

public sealed class StanzaErrorTests
{
    [Theory]
    [InlineData("bad-request", 400)]
    [InlineData("not-authorized", 401)]
    [InlineData("forbidden", 403)]
    [InlineData("item-not-found", 404)]
    [InlineData("not-allowed", 405)]
    [InlineData("not-acceptable", 406)]
    [InlineData("conflict", 409)]
    [InlineData("internal-server-error", 500)]
    [InlineData("feature-not-implemented", 501)]
    [InlineData("service-unavailable", 503)]
    [InlineData("remote-server-timeout", 504)]
    public void Conditions_and_codes_must_convert_both_ways(string condition, int code)
    {
        Assert.Equal(code, ErrorConditions.CodeOf(condition));
        Assert.Equal(condition, ErrorConditions.FromCode(code));
    }

    [Theory]
    [InlineData("resource-constraint", 500)]
    [InlineData("remote-server-not-found", 404)]
    public void Conditions_that_share_a_code_must_have_one(string condition, int code)
    {
        Assert.Equal(code, ErrorConditions.CodeOf(condition));
    }

    [Fact]
    public void ToXml_must_write_code_type_condition_text_and_application_condition()
    {
        var error = new StanzaError(
            ErrorType.Cancel,
            ErrorConditions.BadRequest,
            "No common stream method",
            new XmlElement(Namespaces.StreamInitiation, "no-valid-streams"));

        Assert.Equal(
            "<error xmlns='jabber:client' code='400' type='cancel'>"
            + "<bad-request xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/>"
            + "<text xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'>No common stream method</text>"
            + "<no-valid-streams xmlns='http://jabber.org/protocol/si'/></error>",
            error.ToXml().ToString());
    }

    [Fact]
    public void ToXml_must_omit_an_unknown_code()
    {
        Assert.Null(new StanzaError(ErrorType.Modify, ErrorConditions.PolicyViolation).ToXml()["code"]);
    }

    public static TheoryData<object> Usual => new()
    {
        StanzaError.BadRequest, StanzaError.Conflict, StanzaError.Declined, StanzaError.FeatureNotImplemented, StanzaError.Forbidden,
        StanzaError.InternalServerError, StanzaError.ItemNotFound, StanzaError.JidMalformed, StanzaError.NotAcceptable,
        StanzaError.NotAllowed, StanzaError.NotAuthorized, StanzaError.RecipientUnavailable, StanzaError.RemoteServerNotFound,
        StanzaError.RemoteServerTimeout, StanzaError.ResourceConstraint, StanzaError.ServiceUnavailable, StanzaError.UndefinedCondition,
        StanzaError.UnexpectedRequest, StanzaError.Declined.WithText("Not now & not <here>"),
        new StanzaError(ErrorType.Continue, ErrorConditions.PolicyViolation),
    };

    [Theory]
    [MemberData(nameof(Usual))]
    public void Read_must_give_back_what_was_written(object written)
    {
        var error = (StanzaError)written;
        Assert.Equal(error, StanzaError.Read(error.ToXml()));
    }

    [Theory]
    [InlineData("<error type='CANCEL'><e:item-not-found/></error>", ErrorType.Cancel, "item-not-found")]
    [InlineData("<error code='404'/>", ErrorType.Cancel, "item-not-found")]
    [InlineData("<error code='403' type='cancel'><declined/></error>", ErrorType.Cancel, "forbidden")]
    [InlineData("<error code='502' type='wait'/>", ErrorType.Wait, "service-unavailable")]
    [InlineData("<error code='406'><e:future-condition/></error>", ErrorType.Modify, "not-acceptable")]
    [InlineData("<error type='odd'><e:forbidden/></error>", ErrorType.Auth, "forbidden")]
    [InlineData("<error/>", ErrorType.Cancel, "undefined-condition")]
    [InlineData("<error code='x'/>", ErrorType.Cancel, "undefined-condition")]
    internal void Read_must_parse_the_errors_that_peers_send_in_practice(string xml, ErrorType type, string condition)
    {
        var stanza = XmlElement.Parse($"<iq xmlns='jabber:client' xmlns:e='urn:ietf:params:xml:ns:xmpp-stanzas'>{xml}</iq>");

        var error = StanzaError.Read(stanza.Children[0]);

        Assert.Equal((type, condition), (error.Type, error.Condition));
    }

    [Fact]
    public void Read_must_find_the_condition_behind_text_and_application_condition()
    {
        var error = StanzaError.Read(XmlElement.Parse(
            "<error xmlns='jabber:client' type='modify'><bad-profile xmlns='http://jabber.org/protocol/si'/>"
            + "<text xmlns='urn:ietf:params:xml:ns:xmpp-stanzas' xml:lang='en'>No</text>"
            + "<bad-request xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>"));

        Assert.Equal(ErrorConditions.BadRequest, error.Condition);
        Assert.Equal("No", error.Text);
        Assert.Equal(new XmlElement(Namespaces.StreamInitiation, "bad-profile"), error.Application);
    }

    [Fact]
    public void Read_must_accept_the_bare_text_of_old_peers()
    {
        Assert.Equal("Declined", StanzaError.Read(XmlElement.Parse("<error xmlns='jabber:client' code='403'>Declined</error>")).Text);
    }

    [Fact]
    public void Declined_must_be_forbidden_of_type_cancel()
    {
        Assert.Equal((ErrorType.Cancel, ErrorConditions.Forbidden), (StanzaError.Declined.Type, StanzaError.Declined.Condition));
        Assert.Equal(ErrorType.Auth, StanzaError.Forbidden.Type);
    }
}
