using System.Collections.Immutable;
using ActorTransfer.Extensibility;
using ActorTransfer.Protocol.Bytestreams;
using ActorTransfer.Protocol.Files;
using ActorTransfer.Protocol.FileTransfer;
using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Protocol.StreamInitiation;
using ActorTransfer.Protocol.Xml;

namespace ActorTransfer.Protocol.Tests.FileTransfer;

/// <summary>The peers, files and stanzas of these tests.</summary>
internal static class TestData
{
    internal const string SessionId = "x1-9c2e";

    internal const long Size = 1000;

    internal static Jid Ada { get; } = Jid.Parse("ada@north.example/desk");

    internal static Jid Bo { get; } = Jid.Parse("bo@south.example/Phone");

    internal static Jid Relay { get; } = Jid.Parse("relay.north.example");

    internal static StreamHost Direct { get; } = new(Ada, "198.51.100.4", 52013);

    internal static StreamHost Proxy { get; } = new(Relay, "203.0.113.7", 7777);

    internal static StreamHost ProxyAgain { get; } = new(Relay, "2001:db8::7", 7777);

    internal static FileDescription File { get; } = new("img0545.png", Size, Ranged: true);

    internal static InitiatorPlan Plan { get; } = new(Ada, Bo, SessionId, File);

    internal static Answer Silence(NoAnswer why = NoAnswer.Timeout) => new Answer.None(why);

    internal static Answer Error(StanzaError error) => new Answer.Error(error);

    internal static Answer Accept(FileRange? range = null, params string[] methods) =>
        new Answer.Result(
            WithRange(new XmlElement(Namespaces.StreamInitiation, "si").Add(Chosen(methods.Length == 0 ? [Namespaces.Bytestreams] : methods)), range));

    /// <summary>Written by hand: peers select several methods, this code selects one.</summary>
    private static XmlElement Chosen(string[] methods) =>
        new XmlElement(Namespaces.FeatureNegotiation, "feature").Add(new XmlElement(Namespaces.DataForms, "x").With("type", "submit").Add(
            new XmlElement(Namespaces.DataForms, "field").With("var", "stream-method")
                .Add(methods.Select(method => new XmlElement(Namespaces.DataForms, "value").AddText(method)))));

    internal static Answer Used(Jid jid) => new Answer.Result(new StreamHostUsed(jid).ToXml(SessionId));

    internal static Iq OfferStanza(params string[] methods) =>
        Iq.Set("offer", Bo, new SiOffer(SessionId, File, methods.Length == 0 ? [Namespaces.Bytestreams, Namespaces.Ibb] : methods).ToXml(), Ada);

    internal static Iq StreamhostsStanza(string id, params StreamHost[] hosts) =>
        Iq.Set(id, Bo, new StreamHostOffer(SessionId, hosts.Length == 0 ? [Proxy] : hosts).ToXml(), Ada);

    internal static Iq InBandStanza(string id) =>
        Iq.Set(id, Bo, new XmlElement(Namespaces.Ibb, "open").With("sid", SessionId).With("block-size", "4096"), Ada);

    internal static Iq ActivateStanza(string id) => Iq.Set(id, Relay, new Activation(SessionId, Bo).ToXml(), Ada);

    /// <summary>The outcome in the last output, which must be the end.</summary>
    internal static T EndsIn<T>(Step<InitiatorState, InitiatorOutput> step)
        where T : TransferOutcome => Ending<T>(step.State.Phase, Assert.IsType<InitiatorOutput.Finish>(step.Outputs[^1]).Outcome);

    /// <summary>The outcome in the last output, which must be the end.</summary>
    internal static T EndsIn<T>(Step<TargetState, TargetOutput> step)
        where T : TransferOutcome => Ending<T>(step.State.Phase, Assert.IsType<TargetOutput.Finish>(step.Outputs[^1]).Outcome);

    internal static void Fails(TransferOutcome outcome, TransferState phase, TransferSide side, FailureReason reason)
    {
        var failed = Assert.IsType<TransferOutcome.Failed>(outcome);
        Assert.Equal((phase, side, reason), (failed.Phase, failed.Side, failed.Reason));
        Assert.False(string.IsNullOrWhiteSpace(failed.Detail));
    }

    internal static string Condition(Iq answer) => Assert.IsType<StanzaError>(answer.Error).Condition;

    private static T Ending<T>(TransferState phase, TransferOutcome outcome)
        where T : TransferOutcome
    {
        Assert.Equal(outcome.EndState, phase);
        return Assert.IsType<T>(outcome);
    }

    /// <summary>Written by hand: a test may request a range that this code would not write.</summary>
    private static XmlElement WithRange(XmlElement si, FileRange? range) => range is not { } part
        ? si
        : si.Add(new XmlElement(Namespaces.FileTransferProfile, "file").Add(new XmlElement(Namespaces.FileTransferProfile, "range")
            .With("offset", part.Offset.ToString(System.Globalization.CultureInfo.InvariantCulture))
            .With("length", part.Length?.ToString(System.Globalization.CultureInfo.InvariantCulture))));
}
