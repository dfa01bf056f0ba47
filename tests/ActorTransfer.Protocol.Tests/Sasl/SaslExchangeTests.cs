using System.Collections.Immutable;
using ActorTransfer.Protocol.Sasl;
using ActorTransfer.Protocol.Xml;

namespace ActorTransfer.Protocol.Tests.Sasl;

public sealed class SaslExchangeTests
{
    private const string All = "PLAIN SCRAM-SHA-1 SCRAM-SHA-256 SCRAM-SHA-1-PLUS SCRAM-SHA-256-PLUS EXTERNAL DIGEST-MD5 X-OAUTH2 ANONYMOUS";

    /// <summary>Offered mechanisms, the server's binding types, own binding types, a client certificate; then the choice.</summary>
    [Theory]
    [InlineData(All, "tls-exporter", "tls-exporter", true, "EXTERNAL")]
    [InlineData(All, "tls-exporter", "tls-exporter", false, "SCRAM-SHA-256-PLUS")]
    [InlineData("PLAIN SCRAM-SHA-1 SCRAM-SHA-1-PLUS SCRAM-SHA-256", "tls-exporter", "tls-exporter", false, "SCRAM-SHA-1-PLUS")]
    [InlineData("PLAIN SCRAM-SHA-1 SCRAM-SHA-256", null, "tls-exporter", false, "SCRAM-SHA-256")]
    [InlineData("PLAIN SCRAM-SHA-1", null, "tls-exporter", false, "SCRAM-SHA-1")]
    [InlineData("DIGEST-MD5 PLAIN", null, "", false, "PLAIN")]
    [InlineData("plain scram-sha-1", null, "", false, "SCRAM-SHA-1")]
    [InlineData(All, null, "", false, "SCRAM-SHA-256")]
    [InlineData(All, "", "tls-exporter", false, "SCRAM-SHA-256")]
    [InlineData(All, "tls-unique", "tls-server-end-point", false, "SCRAM-SHA-256")]
    [InlineData(All, null, "tls-server-end-point", false, "SCRAM-SHA-256")]
    [InlineData(All, null, "tls-server-end-point tls-unique", false, "SCRAM-SHA-256-PLUS")]
    [InlineData("DIGEST-MD5 EXTERNAL", null, "", false, null)]
    [InlineData("", null, "", true, null)]
    public void Choice_must_be_the_strongest_that_both_ends_have(string offered, string? theirs, string own, bool hasCertificate, string? expected)
    {
        var login = Login.Begin(
            offered, Login.Pencil with { HasClientCertificate = hasCertificate }, bindings: theirs, own: [.. Bindings(own)]);

        Assert.Equal(expected, login.Mechanism);
        Assert.Equal(expected is null, login.Output is SaslOutput.Failed);
    }

    [Theory]
    [InlineData("tls-server-end-point tls-unique tls-exporter", "tls-exporter tls-server-end-point", "p=tls-exporter,,")]
    [InlineData("tls-server-end-point tls-unique", "tls-unique tls-server-end-point", "p=tls-unique,,")]
    [InlineData("tls-exporter tls-server-end-point", "tls-server-end-point", "p=tls-server-end-point,,")]
    [InlineData("tls-exporter", "tls-server-end-point", "n,,")]
    [InlineData(null, "tls-server-end-point", "n,,")]
    [InlineData(null, "tls-server-end-point tls-unique", "p=tls-unique,,")]
    public void Binding_must_be_the_strongest_that_both_ends_have(string? theirs, string own, string header)
    {
        Assert.StartsWith(header, Login.Begin(All, bindings: theirs, own: [.. Bindings(own)]).SentText, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true, false, true)]
    [InlineData(false, true, true)]
    [InlineData(true, true, true)]
    [InlineData(false, false, false)]
    public void Plain_must_be_used_only_over_encryption_or_when_allowed(bool isEncrypted, bool allowPlaintext, bool isUsed)
    {
        var login = Login.Begin("PLAIN", isEncrypted: isEncrypted, allowPlaintext: allowPlaintext);

        Assert.Equal(isUsed ? "PLAIN" : null, login.Mechanism);
        Assert.True(isUsed || login.Failure.Reason.Contains("encryption", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(null, "\0user\0pencil")]
    [InlineData("boss", "boss\0user\0pencil")]
    public void Plain_must_send_user_and_password_at_once(string? authorizationId, string sent)
    {
        var login = Login.Begin("PLAIN", Login.Pencil with { AuthorizationId = authorizationId });

        Assert.Equal(sent, login.SentText);
        Assert.Equal(new SaslOutput.Authenticated("PLAIN"), login.Success().Output);
        Assert.IsType<SaslOutput.Failed>(Login.Begin("PLAIN").Challenge("").Output);
    }

    [Fact]
    public void External_must_write_nothing_as_an_equals_sign()
    {
        var login = Login.Begin("EXTERNAL", new SaslCredentials("user", null, null, HasClientCertificate: true));

        Assert.Equal(Xml("<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='EXTERNAL'>=</auth>"), login.Sent);
        Assert.Equal(Xml("<response xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>"), login.Challenge("").Sent);
        Assert.Equal(new SaslOutput.Authenticated("EXTERNAL"), login.Success().Output);
    }

    [Fact]
    public void External_must_send_the_authorization_identity()
    {
        var login = Login.Begin("EXTERNAL", new SaslCredentials("user", null, "user@north.example", HasClientCertificate: true));

        Assert.Equal("user@north.example", login.SentText);
        Assert.Equal("user@north.example", login.Challenge("").SentText);
        Assert.Contains("does not have", login.Challenge("who?").Failure.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Refused_certificate_must_fall_back_to_the_password()
    {
        var login = Login.Begin("EXTERNAL SCRAM-SHA-1", Login.Pencil with { HasClientCertificate = true }).Failed("not-authorized");

        Assert.Equal("SCRAM-SHA-1", login.Sent["mechanism"]);
        Assert.Equal("n,,n=user,r=abcdefgh", login.SentText);
        Assert.Equal("not-authorized", login.Failed("not-authorized").Failure.Condition);
    }

    [Fact]
    public void Refused_certificate_must_end_the_login_when_there_is_no_password()
    {
        var failure = Login.Begin("EXTERNAL PLAIN", new SaslCredentials("user", null, null, HasClientCertificate: true))
            .Failed("not-authorized").Failure;

        Assert.Contains("certificate", failure.Reason, StringComparison.Ordinal);
        Assert.True(failure.ForGood);
    }

    [Fact]
    public void Refused_password_must_not_be_tried_with_another_mechanism()
    {
        var failure = Login.Begin("SCRAM-SHA-1 SCRAM-SHA-256 PLAIN").Failed("not-authorized").Failure;

        Assert.Equal("not-authorized", failure.Condition);
        Assert.True(failure.ForGood);
    }

    [Fact]
    public void Invalid_mechanism_must_fall_back_to_the_next()
    {
        var login = Login.Begin("SCRAM-SHA-1 SCRAM-SHA-256 PLAIN").Failed("invalid-mechanism");
        Assert.Equal("SCRAM-SHA-1", login.Sent["mechanism"]);
        Assert.Equal("PLAIN", login.Failed("invalid-mechanism").Sent["mechanism"]);
        Assert.Equal("invalid-mechanism", login.Failed("invalid-mechanism").Failure.Condition);
    }

    /// <summary>A man in the middle of the TLS connection would respond like this.</summary>
    [Fact]
    public void Refused_binding_must_not_fall_back_to_a_login_without_binding()
    {
        var login = Login.Begin(All, bindings: "tls-exporter", own: [Login.Binding("tls-exporter")]).Failed("invalid-mechanism");
        Assert.Equal("SCRAM-SHA-1-PLUS", login.Sent["mechanism"]);
        Assert.IsType<SaslOutput.Failed>(login.Failed("invalid-mechanism").Output);
    }

    [Theory]
    [InlineData("temporary-auth-failure", false)]
    [InlineData("not-authorized", true)]
    [InlineData("account-disabled", true)]
    [InlineData("credentials-expired", true)]
    [InlineData("mechanism-too-weak", true)]
    [InlineData("encryption-required", true)]
    [InlineData("made-up", true)]
    public void Failure_must_have_the_condition_and_whether_to_retry(string condition, bool isForGood)
    {
        var failure = Login.Begin("PLAIN").Failed(condition, " Come back\nlater. ").Failure;

        Assert.Equal(isForGood, failure.ForGood);
        Assert.Equal(condition, failure.Condition);
        Assert.Contains(condition, failure.Reason, StringComparison.Ordinal);
        Assert.EndsWith(": Come back\nlater.", failure.Reason, StringComparison.Ordinal);
        Assert.Equal("undefined-condition", Login.Begin("PLAIN").Hear(new XmlElement(Namespaces.Sasl, "failure")).Failure.Condition);
    }

    [Theory]
    [InlineData("challenge", "%%%")]
    [InlineData("challenge", "/w==")]
    [InlineData("challenge", "YQ")]
    [InlineData("success", "Y Q==")]
    public void Invalid_base64_or_UTF_8_must_end_the_login(string name, string content)
    {
        var failure = Login.Begin("SCRAM-SHA-1").Hear(new XmlElement(Namespaces.Sasl, name).AddText(content)).Failure;
        Assert.Contains("base64", failure.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Unknown_elements_must_be_ignored()
    {
        var begun = SaslExchange.Begin(new SaslOffer(["PLAIN"]), Login.Pencil, new SaslChannel(true, false, default), "n");

        Assert.Empty(begun.State.Next(new XmlElement(Namespaces.Sasl, "surprise")).Outputs);
        Assert.Empty(begun.State.Next(new XmlElement(Namespaces.Tls, "success")).Outputs);
    }

    [Theory]
    [InlineData("", "pencil", "user name is empty")]
    [InlineData("us\u0007er", "pencil", "user name contains a control")]
    [InlineData("user", "pen\0cil", "password contains a control")]
    [InlineData("user", "\ue000", "password contains a control")]
    public void Prohibited_names_and_passwords_must_fail_before_anything_is_sent(string user, string password, string why)
    {
        Assert.Contains(why, Login.Begin(All, new SaslCredentials(user, password)).Failure.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Password_with_an_unpaired_surrogate_must_fail_before_anything_is_sent()
    {
        Assert.Contains("password contains an unpaired", Login.Begin(All, new SaslCredentials("user", "x\ud800")).Failure.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Password_must_not_be_printed()
    {
        var credentials = new SaslCredentials("user", "pencil");
        var begun = SaslExchange.Begin(new SaslOffer(["PLAIN"]), credentials, new SaslChannel(true, false, []), "n");
        var shown = $"{credentials} {begun.State} {begun.Outputs[0]}";

        Assert.DoesNotContain("pencil", shown, StringComparison.Ordinal);
        Assert.DoesNotContain(Assert.IsType<SaslOutput.Send>(begun.Outputs[0]).Element.Text, shown, StringComparison.Ordinal);
    }

    [Fact]
    public void Offer_must_be_read_from_the_features()
    {
        var offer = SaslOffer.Read(Xml("""
            <features xmlns='http://etherx.jabber.org/streams'>
              <mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>
                <mechanism>PLAIN</mechanism>
                <mechanism> SCRAM-SHA-1 </mechanism>
              </mechanisms>
              <sasl-channel-binding xmlns='urn:xmpp:sasl-cb:0'>
                <channel-binding type='tls-server-end-point'/><channel-binding/>
              </sasl-channel-binding>
            </features>
            """))!;

        Assert.Equal(["PLAIN", "SCRAM-SHA-1"], offer.Mechanisms.AsEnumerable());
        Assert.Equal("tls-server-end-point", Assert.Single(offer.BindingTypes!.Value));
    }

    [Fact]
    public void Offer_must_be_null_without_mechanisms()
    {
        Assert.Null(SaslOffer.Read(Xml("<features xmlns='http://etherx.jabber.org/streams'/>")));
        Assert.Null(SaslOffer.Read(Xml("""
            <features xmlns='http://etherx.jabber.org/streams'><mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/></features>
            """))!.BindingTypes);
    }

    private static IEnumerable<ChannelBinding> Bindings(string types) =>
        types.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(type => Login.Binding(type));

    private static XmlElement Xml(string text) => XmlElement.Parse(text);
}
