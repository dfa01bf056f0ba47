using ActorTransfer.Protocol.Bytestreams;
using ActorTransfer.Protocol.FileTransfer;
using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Protocol.Xml;

namespace ActorTransfer.Protocol.Tests.Bytestreams;

public class ActivationTests
{
    [Fact]
    public void Activation_must_be_written_as_the_specification_shows_it()
    {
        Assert.Equal(
            XmlElement.Parse($"<query xmlns='{Namespaces.Bytestreams}' sid='x1-9c2e'><activate>bo@south.example/Phone</activate></query>"),
            new Activation("x1-9c2e", Jid.Parse("bo@south.example/Phone")).ToXml());
    }

    [Fact]
    public void Activation_must_be_read_with_white_space_around_the_target()
    {
        var activation = Read("sid='s'", "<activate>\n  Android@192.168.1.113/Spark 2.6.3\t</activate>");

        Assert.Equal(Jid.Parse("android@192.168.1.113/Spark 2.6.3"), activation.Target);
        Assert.Equal("Android@192.168.1.113/Spark 2.6.3", activation.TargetText);
        Assert.Equal("s", activation.SessionId);
    }

    [Theory]
    [InlineData("", "<activate>a@b/c</activate>")]
    [InlineData("sid=''", "<activate>a@b/c</activate>")]
    [InlineData("sid='s'", "")]
    [InlineData("sid='s'", "<activate xmlns='urn:other'>a@b/c</activate>")]
    public void Activation_without_sid_or_target_must_be_refused_as_bad_request(string sid, string content)
    {
        AssertRefused(StanzaError.BadRequest, sid, content);
    }

    [Fact]
    public void Activation_must_have_a_sid_of_limited_length()
    {
        AssertRefused(StanzaError.BadRequest, $"sid='{new string('x', 1025)}'", "<activate>a@b/c</activate>");
        Assert.Equal(1024, Read($"sid='{new string('x', 1024)}'", "<activate>a@b/c</activate>").SessionId.Length);
    }

    [Theory]
    [InlineData("<activate/>")]
    [InlineData("<activate> </activate>")]
    [InlineData("<activate>@</activate>")]
    [InlineData("<activate>a@b/</activate>")]
    public void Activation_with_an_invalid_target_must_be_refused_as_malformed(string content)
    {
        AssertRefused(StanzaError.JidMalformed, "sid='s'", content);
    }

    [Fact]
    public void Activation_must_be_distinguished_from_a_request_with_streamhosts()
    {
        Assert.True(Activation.IsActivation(Query("", "<activate/>")));
        Assert.False(Activation.IsActivation(Query("sid='s'", "<streamhost jid='a' host='b' port='1'/>")));
        Assert.False(Activation.IsActivation(XmlElement.Parse("<query xmlns='urn:other'><activate/></query>")));
    }

    private static XmlElement Query(string sid, string content) =>
        XmlElement.Parse($"<query xmlns='{Namespaces.Bytestreams}' {sid}>{content}</query>");

    private static Activation Read(string sid, string content)
    {
        Assert.True(Activation.TryRead(Query(sid, content), out var activation, out var refusal), refusal?.Text);
        return activation;
    }

    private static void AssertRefused(StanzaError expected, string sid, string content)
    {
        Assert.False(Activation.TryRead(Query(sid, content), out _, out var refusal));
        Assert.Equal((expected.Type, expected.Condition), (refusal.Type, refusal.Condition));
    }
}
