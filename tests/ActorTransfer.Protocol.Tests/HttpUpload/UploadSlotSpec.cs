using ActorTransfer.Protocol.HttpUpload;
using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Protocol.Xml;

namespace ActorTransfer.Protocol.Tests.HttpUpload;

/// <summary>The request for a slot and its responses (XEP-0363 §5).</summary>
public sealed class UploadSlotSpec
{
    private const string Urls = "<put url='https://upload.example/a b'/><get url='https://files.example/a'/>";

    [Fact]
    public void Request_must_be_as_specified() => Assert.Equal(
        XmlElement.Parse("<request xmlns='urn:xmpp:http:upload:0' filename='img.png' size='152443' content-type='image/png'/>"),
        UploadSlot.Request("../../img.png", 152443, "image/png"));

    [Fact]
    public void Slot_must_be_read_with_the_allowed_headers_only()
    {
        var slot = Read(
            """
            <put url='https://upload.example:8443/4a771ac1/img.png'>
              <header name='Authorization'>Basic Base64String==</header>
              <header name='cookie'>foo=bar; user=romeo</header>
              <header name='Host'>evil.example</header>
              <header name='Content-Length'>1</header>
              <header>none</header>
            </put>
            <get url='https://download.example/4a771ac1/img.png'/>
            """);
        Assert.Equal("https://upload.example:8443/4a771ac1/img.png", slot!.Put.AbsoluteUri);
        Assert.Equal("https://download.example/4a771ac1/img.png", slot.Get.AbsoluteUri);
        Assert.Equal([new("Authorization", "Basic Base64String=="), new("Cookie", "foo=bar; user=romeo")], slot.Headers.ToArray());
    }

    [Theory]
    [InlineData("Bearer a&#13;&#10;X-Evil: 1", "Bearer aX-Evil: 1")]
    [InlineData("Bearer a\nb", "Bearer ab")]
    [InlineData("Bearer a\tb", null)]
    [InlineData("Bearer ä", null)]
    public void Header_must_not_break_the_request(string text, string? value)
    {
        var slot = Read($"<put url='https://a.example/'><header name='Authorization'>{text}</header></put><get url='https://a.example/'/>");
        Assert.Equal(value is null ? [] : [new UploadHeader("Authorization", value)], slot!.Headers.ToArray());
    }

    [Fact]
    public void Number_of_headers_must_be_limited() => Assert.Equal(
        16,
        Read($"<put url='https://a.example/'>{string.Concat(Enumerable.Repeat("<header name='Cookie'>a</header>", 1000))}</put>"
            + "<get url='https://a.example/'/>")!.Headers.Length);

    [Theory]
    [InlineData("<put url='http://upload.example/a'/><get url='https://files.example/a'/>")]
    [InlineData("<put url='https://upload.example/a'/><get url='http://files.example/a'/>")]
    [InlineData("<put url='https://user:secret@upload.example/a'/><get url='https://files.example/a'/>")]
    [InlineData("<put url='file:///etc/passwd'/><get url='https://files.example/a'/>")]
    [InlineData("<put url='/a'/><get url='https://files.example/a'/>")]
    [InlineData("<put/><get url='https://files.example/a'/>")]
    [InlineData("<get url='https://files.example/a'/>")]
    [InlineData("")]
    public void Slot_without_two_https_URLs_must_be_refused(string content) => Assert.Null(Read(content));

    [Fact]
    public void Plain_http_must_be_possible_where_it_is_allowed()
    {
        var payload = XmlElement.Parse($"<slot xmlns='urn:xmpp:http:upload:0'>{Urls.Replace("https", "http", StringComparison.Ordinal)}</slot>");
        Assert.True(UploadSlot.TryRead(payload, allowsPlainHttp: true, out var slot, out _));
        Assert.Equal("http://upload.example/a%20b", slot.Put.AbsoluteUri);
    }

    [Fact]
    public void Endless_URL_must_be_refused() =>
        Assert.Null(Read($"<put url='https://a.example/{new string('a', 5000)}'/><get url='https://a.example/'/>"));

    [Fact]
    public void Missing_response_must_be_refused() => Assert.False(UploadSlot.TryRead(null, allowsPlainHttp: true, out _, out _));

    [Theory]
    [InlineData(
        "<error type='modify'><not-acceptable xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/>"
            + "<file-too-large xmlns='urn:xmpp:http:upload:0'><max-file-size>20000</max-file-size></file-too-large></error>",
        FailureReason.TooLarge, "at most 20000 bytes")]
    [InlineData(
        "<error type='wait'><resource-constraint xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/>"
            + "<retry xmlns='urn:xmpp:http:upload:0' stamp='2017-12-03T23:42:05Z'/></error>",
        FailureReason.Overloaded, "before 2017-12-03T23:42:05Z")]
    [InlineData(
        "<error type='wait'><resource-constraint xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/>"
            + "<text xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'>Daily quota reached</text></error>",
        FailureReason.Overloaded, "Daily quota reached")]
    [InlineData("<error type='cancel'><not-allowed xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>", FailureReason.UploadRefused, "not-allowed")]
    [InlineData("<error type='auth'><forbidden xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>", FailureReason.UploadRefused, "forbidden")]
    public void Refusal_must_have_a_reason_and_a_text(string error, FailureReason reason, string text)
    {
        var (kind, detail) = SlotRefusal.Read(StanzaError.Read(XmlElement.Parse(error)));
        Assert.Equal(reason, kind);
        Assert.Contains(text, detail, StringComparison.Ordinal);
    }

    private static UploadSlot? Read(string content) =>
        UploadSlot.TryRead(XmlElement.Parse($"<slot xmlns='urn:xmpp:http:upload:0'>{content}</slot>"), allowsPlainHttp: false, out var slot, out _)
            ? slot
            : null;
}
