using ActorTransfer.Extensibility;
using ActorTransfer.Protocol.Bytestreams;
using ActorTransfer.Protocol.Discovery;
using ActorTransfer.Protocol.Ibb;
using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Protocol.StreamInitiation;
using ActorTransfer.Protocol.Xml;

namespace ActorTransfer.Protocol.Tests.Quirks;

/// <summary>Stanzas that Spark 2.6.3, Smack 4.4.8 and XIFF write and can parse.</summary>
public sealed class SparkAndXiffQuirks
{
    private static readonly Jid Ada = Jid.Parse("ada@north.example/desk");
    private static readonly Jid Bo = Jid.Parse("bo@south.example/Spark 2.6.3");
    private static readonly string[] Methods = [Namespaces.Bytestreams, Namespaces.Ibb];

    public static TheoryData<string> Written => new(
        new[]
        {
            Iq.Set("1", Bo, new SiOffer("s1", new FileDescription("a.bin", 3, Description: "d", Ranged: true), Methods).ToXml(), Ada),
            Iq.Set("1", Bo, new StreamHostOffer("s1", [new StreamHost(Ada, "198.51.100.4", 7777)]).ToXml(), Ada),
            Iq.Set("1", Bo, new Activation("s1", Bo).ToXml(), Ada),
            Iq.Set("1", Bo, IbbClose.ToXml("s1"), Ada),
            Iq.Get("1", Bo, DiscoInfo.Query(), Ada),
            Request.Result(new SiAccept([Namespaces.Bytestreams]).ToXml()),
            Request.Result(new StreamHostUsed(Ada).ToXml("s1")),
            Request.Result(new DiscoInfo([new DiscoIdentity("client", "bot")], [Namespaces.StreamInitiation]).ToXml()),
            Request.Fail(SiErrors.NoValidStreams),
            Request.Fail(StanzaError.Declined.WithText("no")),
            Request.Fail(StanzaError.PolicyViolation),
        }.Select(iq => XmlStreamWriter.StanzaText(iq.ToXml(), Namespaces.Client)));

    private static Iq Request => Iq.Set("1", Ada, new XmlElement(Namespaces.StreamInitiation, "si"), Bo);

    /// <summary>It finds children by the attribute xmlns and the qualified name.</summary>
    [Theory]
    [MemberData(nameof(Written))]
    public void Xiff_must_get_default_namespaces_and_no_prefixes(string stanza)
    {
        Assert.DoesNotContain("xmlns:", stanza, StringComparison.Ordinal);
        Assert.DoesNotMatch("</?[A-Za-z-]+:", stanza);
    }

    /// <summary>Its parser fails on an error without a condition.</summary>
    [Fact]
    public void Xiff_must_never_get_an_empty_error()
    {
        foreach (var error in new[] { StanzaError.Declined, StanzaError.UndefinedCondition, StanzaError.Conflict with { Condition = "" }, SiErrors.BadProfile })
        {
            var written = Request.Fail(error).ToXml().Child("error")!;
            Assert.Equal(Namespaces.StanzaErrors, written.Children[0].Namespace);
            Assert.NotNull(written["type"]);
        }
    }

    [Fact]
    public void Smack_must_get_an_accept_with_one_value()
    {
        var field = new SiAccept([Namespaces.Bytestreams]).ToXml().Child(Namespaces.FeatureNegotiation, "feature")!
            .Child(Namespaces.DataForms, "x")!.Child(Namespaces.DataForms, "field")!;
        Assert.Equal([Namespaces.Bytestreams], field.ChildrenNamed(Namespaces.DataForms, "value").Select(value => value.Text));
    }

    [Fact]
    public void Spark_must_be_read_when_it_accepts_with_two_values_and_no_form_type()
    {
        var accept = SiAccept.Read(XmlElement.Parse($"""
            <si xmlns='{Namespaces.StreamInitiation}'><feature xmlns='{Namespaces.FeatureNegotiation}'><x xmlns='jabber:x:data'>
              <field var='stream-method'><value>{Namespaces.Bytestreams}</value><value>{Namespaces.Ibb}</value></field></x></feature></si>
            """));
        Assert.Equal(Methods, accept.Methods);
    }

    [Fact]
    public void Refusal_of_Smack_must_be_read_though_it_repeats_the_offer_and_has_no_code()
    {
        Assert.True(Iq.TryRead(
            XmlElement.Parse($"""
                <iq xmlns='jabber:client' type='error' id='1' from='bo@south.example/Spark 2.6.3'>
                  <si xmlns='{Namespaces.StreamInitiation}' id='s1' profile='{Namespaces.FileTransferProfile}'/>
                  <error type='auth'><forbidden xmlns='{Namespaces.StanzaErrors}'/></error></iq>
                """),
            out var iq,
            out _));
        Assert.Equal(new StanzaError(ErrorType.Auth, ErrorConditions.Forbidden), iq.Error);
    }
}
