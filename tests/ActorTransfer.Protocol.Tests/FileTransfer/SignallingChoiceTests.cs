using ActorTransfer.Extensibility;
using ActorTransfer.Protocol.Discovery;
using ActorTransfer.Protocol.FileTransfer;
using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Protocol.Xml;

namespace ActorTransfer.Protocol.Tests.FileTransfer;

public sealed class SignallingChoiceTests
{
    private const string Si = Namespaces.FileTransferProfile;
    private const string Jingle = $"{Namespaces.Jingle} {Namespaces.JingleFileTransfer}";

    [Theory]
    [InlineData("", StreamMethods.All, Signalling.StreamInitiation)]
    [InlineData(Si, StreamMethods.All, Signalling.StreamInitiation)]
    [InlineData($"{Jingle} {Namespaces.JingleBytestreams}", StreamMethods.All, Signalling.Jingle)]
    [InlineData($"{Si} {Jingle} {Namespaces.JingleBytestreams}", StreamMethods.All, Signalling.Jingle)]
    [InlineData($"{Si} {Jingle} {Namespaces.JingleBytestreams}", StreamMethods.Proxy, Signalling.Jingle)]
    [InlineData($"{Si} {Jingle} {Namespaces.JingleBytestreams}", StreamMethods.InBand, Signalling.StreamInitiation)]
    [InlineData($"{Si} {Jingle} {Namespaces.JingleIbb}", StreamMethods.InBand, Signalling.Jingle)]
    [InlineData($"{Si} {Jingle} {Namespaces.JingleIbb}", StreamMethods.Socks5, Signalling.StreamInitiation)]
    [InlineData($"{Si} {Jingle}", StreamMethods.All, Signalling.StreamInitiation)]
    [InlineData($"{Si} {Namespaces.Jingle} {Namespaces.JingleBytestreams}", StreamMethods.All, Signalling.StreamInitiation)]
    [InlineData($"{Namespaces.Jingle} urn:xmpp:jingle:apps:file-transfer:4 {Namespaces.JingleBytestreams}", StreamMethods.All, Signalling.StreamInitiation)]
    public void Jingle_must_be_chosen_if_it_is_advertised_with_an_allowed_method(string features, StreamMethods methods, Signalling choice) =>
        Assert.Equal(choice, SignallingChoice.Of(Features(features), methods));

    [Theory]
    [InlineData(Signalling.Jingle, Si, Signalling.StreamInitiation)]
    [InlineData(Signalling.Jingle, $"{Jingle} {Namespaces.JingleIbb}", null)]
    [InlineData(Signalling.Jingle, null, Signalling.StreamInitiation)]
    [InlineData(Signalling.StreamInitiation, $"{Jingle} {Namespaces.JingleIbb}", Signalling.Jingle)]
    [InlineData(Signalling.StreamInitiation, Si, null)]
    [InlineData(Signalling.StreamInitiation, null, null)]
    public void Other_signalling_must_be_tried_if_it_may_be_supported(Signalling refused, string? features, Signalling? next) =>
        Assert.Equal(next, SignallingChoice.After(refused, features is null ? PeerFeatures.Unknown : Features(features), StreamMethods.All));

    [Theory]
    [InlineData("<service-unavailable/>", true)]
    [InlineData("<feature-not-implemented/>", true)]
    [InlineData("<bad-request/><no-valid-streams xmlns='http://jabber.org/protocol/si'/>", true)]
    [InlineData("<bad-request/><bad-profile xmlns='http://jabber.org/protocol/si'/>", true)]
    [InlineData("<bad-request/>", false)]
    [InlineData("<forbidden/>", false)]
    [InlineData("<not-acceptable/>", false)]
    [InlineData("<resource-constraint/>", false)]
    [InlineData("<item-not-found/>", false)]
    public void Only_errors_without_a_decision_must_mean_that_it_is_not_supported(string condition, bool isUnsupported)
    {
        var xml = condition.Replace("/><", "/>|<", StringComparison.Ordinal).Split('|');
        var first = xml[0].Replace("/>", $" xmlns='{Namespaces.StanzaErrors}'/>", StringComparison.Ordinal);
        var error = StanzaError.Read(XmlElement.Parse($"<error xmlns='jabber:client' type='cancel'>{first}{string.Concat(xml[1..])}</error>"));
        Assert.Equal(isUnsupported, Refusals.IsUnsupported(error));
    }

    [Theory]
    [InlineData("", "no file transfer")]
    [InlineData(Si, "stream initiation")]
    [InlineData($"{Si} {Jingle} {Namespaces.JingleBytestreams} {Namespaces.JingleIbb}", "stream initiation, Jingle (SOCKS5, in-band)")]
    [InlineData($"{Jingle} {Namespaces.JingleIbb}", "Jingle (in-band)")]
    public void Features_must_be_described(string features, string text) => Assert.Equal(text, Features(features).Describe());

    private static PeerFeatures Features(string features) =>
        PeerFeatures.Of(new DiscoInfo([], features.Split(' ', StringSplitOptions.RemoveEmptyEntries)), []);
}
