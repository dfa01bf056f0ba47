using ActorTransfer.Protocol.ProxyService;
using ActorTransfer.Protocol.Sasl;

namespace ActorTransfer.Protocol.Tests.Sasl;

public sealed class ScramTests
{
    private const string Request = "r=abcdefgh12345678,s=c2FsdHNhbHQ=,i=4096";

    /// <summary>RFC 5802 §5, RFC 7677 §3; the others were computed by another implementation.</summary>
    public static TheoryData<string, string?, string, string, string, string, string> Vectors => new()
    {
        {
            "SCRAM-SHA-1", null, "fyko+d2lbbFgONRv9qkxdawL", "n,,n=user,r=fyko+d2lbbFgONRv9qkxdawL",
            "r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,s=QSXCR+Q6sek8bf92,i=4096",
            "c=biws,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts=",
            "v=rmF9pqV8S7suAoZWja4dJRkFsKQ="
        },
        {
            "SCRAM-SHA-256", null, "rOprNGfwEbeRWgbNEkqO", "n,,n=user,r=rOprNGfwEbeRWgbNEkqO",
            "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096",
            "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=",
            "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4="
        },
        {
            "SCRAM-SHA-1-PLUS", "tls-unique", "abcdefgh", "p=tls-unique,,n=user,r=abcdefgh", Request,
            "c=cD10bHMtdW5pcXVlLCwAAQIDBAUGBwgJCgs=,r=abcdefgh12345678,p=cR1JfBJtM/jiyqgCKHyXC5jsgcg=",
            "v=0Ifz86IF7WgElGUAERyu0fxfWfI="
        },
        {
            "SCRAM-SHA-256-PLUS", "tls-server-end-point", "abcdefgh", "p=tls-server-end-point,,n=user,r=abcdefgh",
            "r=abcdefgh12345678,s=c2FsdHNhbHQ=,i=5000",
            "c=cD10bHMtc2VydmVyLWVuZC1wb2ludCwsAAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=,r=abcdefgh12345678,"
                + "p=jbpS2ebNKV4us5LQLG5MBjkz2JOQQIwf4cF/7zimjP8=",
            "v=Lyw+qdj0JYwQPLNVIl+suPdpjT1KP1U4L6qVCs0qQcU="
        },
        {
            "SCRAM-SHA-256-PLUS", "tls-exporter", "abcdefgh", "p=tls-exporter,,n=user,r=abcdefgh", Request,
            "c=cD10bHMtZXhwb3J0ZXIsLAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f,r=abcdefgh12345678,"
                + "p=2hKx0rmST9DlgckXoAFG7kwhN9mGcGQd2DpgiHIApZE=",
            "v=E0z7qPFKqoePi2G/KJly619v/eSgsqtozrMqtKT/+uY="
        },
    };

    [Theory]
    [MemberData(nameof(Vectors))]
    public void Scram_must_match_the_test_vectors(
        string mechanism, string? binding, string nonce, string first, string request, string proof, string signature)
    {
        var own = binding is null ? null : Login.Binding(binding, binding == "tls-unique" ? 12 : 32);
        var login = own is null
            ? Login.Begin(mechanism, nonce: nonce)
            : Login.Begin(mechanism, nonce: nonce, bindings: binding, own: [own]);

        Assert.Equal(mechanism, login.Sent["mechanism"]);
        Assert.Equal("auth", login.Sent.Name);
        Assert.Equal(first, login.SentText);
        Assert.Equal(proof, login.Challenge(request).SentText);
        Assert.Equal("response", login.Sent.Name);
        Assert.Equal(new SaslOutput.Authenticated(mechanism), login.Success(signature).Output);
    }

    [Fact]
    public void Scram_must_report_support_for_channel_binding_when_the_server_offers_none()
    {
        var login = Login.Begin("SCRAM-SHA-1 PLAIN", own: [Login.Binding("tls-exporter")]);

        Assert.Equal("y,,n=user,r=abcdefgh", login.SentText);
        Assert.Equal("c=eSws,r=abcdefgh12345678,p=WlabmYVspyt6Zu90ijXpKYCp7m8=", login.Challenge(Request).SentText);
        Assert.IsType<SaslOutput.Authenticated>(login.Success("v=wwPWnN2U+gTtzfdti71RcgsWssQ=").Output);
    }

    [Fact]
    public void Scram_must_escape_names_and_prepare_the_password()
    {
        // The password is typed as a letter and a combining mark.
        var login = Login.Begin("SCRAM-SHA-1", new SaslCredentials("a=b,c", "pa\u0308=,ss", "d,=e"));

        Assert.Equal("n,a=d=2C=3De,n=a=3Db=2Cc,r=abcdefgh", login.SentText);
        Assert.Equal("c=bixhPWQ9MkM9M0RlLA==,r=abcdefgh12345678,p=keHMYI9NY/w6BHYpA801aJ9l8tI=", login.Challenge(Request).SentText);
        Assert.IsType<SaslOutput.Authenticated>(login.Success("v=1bdFYkzprRGiUxuQut3pUWj54Kc=").Output);
    }

    [Theory]
    [InlineData("r=abcdefgh,s=c2FsdA==,i=4096", "nonce")]
    [InlineData("r=abcdefgX12345678,s=c2FsdA==,i=4096", "nonce")]
    [InlineData("r=ABCDEFGH12345678,s=c2FsdA==,i=4096", "nonce")]
    [InlineData("r=12345678,s=c2FsdA==,i=4096", "nonce")]
    [InlineData("r=,s=c2FsdA==,i=4096", "nonce")]
    [InlineData("r=abcdefgh1,s=c2FsdA==,i=4095", "iterations")]
    [InlineData("r=abcdefgh1,s=c2FsdA==,i=1000001", "iterations")]
    [InlineData("r=abcdefgh1,s=c2FsdA==,i=99999999999999999999", "iterations")]
    [InlineData("r=abcdefgh1,s=c2FsdA==,i=0", "iterations")]
    [InlineData("r=abcdefgh1,s=c2FsdA==,i=-4096", "iterations")]
    [InlineData("r=abcdefgh1,s=c2FsdA==,i=+4096", "iterations")]
    [InlineData("r=abcdefgh1,s=c2FsdA==,i= 4096", "iterations")]
    [InlineData("r=abcdefgh1,s=c2FsdA==,i=4096x", "iterations")]
    [InlineData("r=abcdefgh1,s=c2FsdA==,i=", "iterations")]
    [InlineData("r=abcdefgh1,s=,i=4096", "salt")]
    [InlineData("r=abcdefgh1,s=c2FsdA,i=4096", "salt")]
    [InlineData("r=abcdefgh1,s=c2Fs dA==,i=4096", "salt")]
    [InlineData("r=abcdefgh1,s=*,i=4096", "salt")]
    [InlineData("r=abcdefgh1,s=c2FsdA==", "not a valid SCRAM")]
    [InlineData("s=c2FsdA==,r=abcdefgh1,i=4096", "not a valid SCRAM")]
    [InlineData("r=abcdefgh1,i=4096,s=c2FsdA==", "not a valid SCRAM")]
    [InlineData("", "not a valid SCRAM")]
    [InlineData(",,", "not a valid SCRAM")]
    [InlineData("e=other-error", "not a valid SCRAM")]
    [InlineData("m=x,r=abcdefgh1,s=c2FsdA==,i=4096", "extension")]
    public void Scram_must_fail_when_the_challenge_is_invalid(string request, string why)
    {
        var failure = Login.Begin("SCRAM-SHA-256").Challenge(request).Failure;

        Assert.Contains(why, failure.Reason, StringComparison.Ordinal);
        Assert.True(failure.ForGood);
    }

    [Theory]
    [InlineData("r=abcdefgh1,s=c2FsdA==,i=4096")]
    [InlineData("r=abcdefgh1,s=c2FsdA==,i=4096,x=later,y=")]
    public void Scram_must_respond_to_a_valid_challenge_and_ignore_extensions(string request)
    {
        Assert.StartsWith("c=biws,r=abcdefgh1,p=", Login.Begin("SCRAM-SHA-256").Challenge(request).SentText, StringComparison.Ordinal);
    }

    [Fact]
    public void Scram_must_support_the_maximum_iteration_count()
    {
        Assert.StartsWith("c=biws", Login.Begin("SCRAM-SHA-1").Challenge("r=abcdefgh1,s=c2FsdA==,i=1000000").SentText, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("v=wwPWnN2U+gTtzfdti71RcgsWssU=", "wrong")]
    [InlineData("v=", "wrong")]
    [InlineData("v=?", "wrong")]
    [InlineData("v=wwPWnN2U", "wrong")]
    [InlineData("e=invalid-proof", "invalid-proof")]
    [InlineData("hello", "did not prove")]
    [InlineData(null, "did not prove")]
    public void Scram_must_fail_when_the_server_does_not_authenticate_itself(string? proof, string why)
    {
        var failure = Login.Begin("SCRAM-SHA-1", own: [Login.Binding("tls-exporter")]).Challenge(Request).Success(proof).Failure;

        Assert.Contains(why, failure.Reason, StringComparison.Ordinal);
        Assert.True(failure.ForGood);
    }

    [Fact]
    public void Scram_must_fail_when_the_server_requests_no_proof()
    {
        Assert.Contains("without requesting a proof", Login.Begin("SCRAM-SHA-1").Success().Failure.Reason, StringComparison.Ordinal);
        Assert.Contains(
            "without requesting a proof", Login.Begin("SCRAM-SHA-1").Success("v=wwPWnN2U+gTtzfdti71RcgsWssQ=").Failure.Reason, StringComparison.Ordinal);
    }

    /// <summary>RFC 6120 §6.4.6 lets a server authenticate itself in a challenge of its own.</summary>
    [Fact]
    public void Scram_must_accept_the_server_signature_before_success()
    {
        var login = Login.Begin("SCRAM-SHA-1", own: [Login.Binding("tls-exporter")]).Challenge(Request);

        Assert.Equal("", login.Challenge("v=wwPWnN2U+gTtzfdti71RcgsWssQ=").Sent.Text);
        Assert.IsType<SaslOutput.Authenticated>(login.Success().Output);
    }

    [Fact]
    public void Scram_must_fail_on_a_wrong_signature_before_success_or_another_challenge()
    {
        Assert.Contains("wrong", Login.Begin("SCRAM-SHA-1").Challenge(Request).Challenge("v=AAAA").Failure.Reason, StringComparison.Ordinal);

        var login = Login.Begin("SCRAM-SHA-1", own: [Login.Binding("tls-exporter")])
            .Challenge(Request).Challenge("v=wwPWnN2U+gTtzfdti71RcgsWssQ=");
        Assert.Contains("another challenge", login.Challenge("v=wwPWnN2U+gTtzfdti71RcgsWssQ=").Failure.Reason, StringComparison.Ordinal);
    }
}
