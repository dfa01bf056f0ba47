using System.Collections.Immutable;
using System.Text;
using ActorTransfer.Protocol.Sasl;
using ActorTransfer.Protocol.Xml;

namespace ActorTransfer.Protocol.Tests.Sasl;

/// <summary>One authentication against a server that the test controls.</summary>
internal sealed class Login
{
    private SaslExchange _exchange;

    private Login(SaslOffer offer, SaslCredentials credentials, SaslChannel channel, string nonce)
    {
        var begun = SaslExchange.Begin(offer, credentials, channel, nonce);
        (_exchange, Output) = (begun.State, Assert.Single(begun.Outputs));
    }

    internal static SaslCredentials Pencil { get; } = new("user", "pencil");

    internal SaslOutput Output { get; private set; }

    internal string? Mechanism => _exchange.Mechanism;

    /// <summary>The last message sent, as text.</summary>
    internal string SentText => Encoding.UTF8.GetString(Convert.FromBase64String(Sent.Text == "=" ? "" : Sent.Text));

    internal XmlElement Sent => Assert.IsType<SaslOutput.Send>(Output).Element;

    internal SaslOutput.Failed Failure => Assert.IsType<SaslOutput.Failed>(Output);

    internal static ChannelBinding Binding(string type, int length = 32) => new(type, [.. Enumerable.Range(0, length).Select(i => (byte)i)]);

    internal static Login Begin(
        string mechanisms,
        SaslCredentials? credentials = null,
        string nonce = "abcdefgh",
        string? bindings = null,
        bool isEncrypted = true,
        bool allowPlaintext = false,
        params ImmutableArray<ChannelBinding> own) =>
        new(
            new SaslOffer([.. Words(mechanisms)], bindings is null ? null : [.. Words(bindings)]),
            credentials ?? Pencil,
            new SaslChannel(isEncrypted, allowPlaintext, own),
            nonce);

    internal Login Challenge(string text) => Hear(new XmlElement(Namespaces.Sasl, "challenge").AddText(Base64(text)));

    internal Login Success(string? text = null) =>
        Hear(new XmlElement(Namespaces.Sasl, "success").AddText(text is null ? "" : Base64(text)));

    internal Login Failed(string condition, string? text = null) => Hear(new XmlElement(Namespaces.Sasl, "failure")
        .Add(new XmlElement(Namespaces.Sasl, condition))
        .Add(text is null ? null : new XmlElement(Namespaces.Sasl, "text").AddText(text)));

    internal Login Hear(XmlElement element)
    {
        var step = _exchange.Next(element);
        (_exchange, Output) = (step.State, Assert.Single(step.Outputs));
        return this;
    }

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    private static string[] Words(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
