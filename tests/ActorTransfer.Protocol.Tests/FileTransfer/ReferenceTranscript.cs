using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Protocol.Tests.StreamInitiation;
using ActorTransfer.Protocol.Xml;

namespace ActorTransfer.Protocol.Tests.FileTransfer;

/// <summary>
/// The reference transcript of this project: an iPhone sends a picture to an Android through a server in the local network. The original
/// stanzas, and the differences of ours with their reasons.
/// </summary>
internal static class ReferenceTranscript
{
    internal const string SessionId = "82B0C697-C1DE-93F9-103E-481C8E7A3BD8";

    internal const long Size = 152443;

    private const string Feature =
        """
        <feature xmlns='http://jabber.org/protocol/feature-neg'><x xmlns='jabber:x:data' type='form'>
          <field var='stream-method' type='list-single'>
            <option><value>http://jabber.org/protocol/bytestreams</value></option><option><value>http://jabber.org/protocol/ibb</value></option>
          </field></x></feature>
        """;

    private const string File =
        "<file xmlns='http://jabber.org/protocol/si/profile/file-transfer' name='img0545.png' size='152443'><desc>send</desc></file>";

    private const string ByteStreams = "<value>http://jabber.org/protocol/bytestreams</value>";

    private const string Space = "\n    ";

    private const string Ibb = "<value>http://jabber.org/protocol/ibb</value>";

    internal static Jid I { get; } = Jid.Parse("iphone@192.168.1.113/xiff");

    internal static Jid T { get; } = Jid.Parse("android@192.168.1.113/Spark 2.6.3");

    internal static Jid P { get; } = Jid.Parse("proxy.192.168.1.113");

    internal static Jid Server { get; } = Jid.Parse("192.168.1.113");

    /// <summary>The stanzas by their number in the table of the transcript.</summary>
    internal static IReadOnlyDictionary<int, string> Shapes { get; } = new Dictionary<int, string>
    {
        [1] = $"""
            <iq xmlns='jabber:client' type='set' id='iq_13' from='iphone@192.168.1.113/xiff' to='android@192.168.1.113/Spark 2.6.3'>
              <si xmlns='http://jabber.org/protocol/si' profile='http://jabber.org/protocol/si/profile/file-transfer' mime-type='text/plain'
                  id='{SessionId}'>{Feature}{File}</si></iq>
            """,
        [2] = $"""
            <iq xmlns='jabber:client' type='result' id='iq_13' from='android@192.168.1.113/Spark 2.6.3' to='iphone@192.168.1.113/xiff'>
              <si xmlns='http://jabber.org/protocol/si'><feature xmlns='http://jabber.org/protocol/feature-neg'>
                <x xmlns='jabber:x:data' type='submit'><field var='stream-method'>{ByteStreams}{Ibb}</field></x></feature></si></iq>
            """,
        [3] = """
            <iq xmlns='jabber:client' type='get' id='iq_15'><query xmlns='http://jabber.org/protocol/disco#items'/></iq>
            """,
        [4] = """
            <iq xmlns='jabber:client' type='result' id='iq_15' to='iphone@192.168.1.113/xiff'><query xmlns='http://jabber.org/protocol/disco#items'>
              <item jid='proxy.192.168.1.113' name='Socks 5 Bytestreams Proxy'/><item jid='pubsub.192.168.1.113' name='Publish-Subscribe service'/>
              <item jid='conference.192.168.1.113' name='公共房间'/><item jid='search.192.168.1.113' name='User Search'/></query></iq>
            """,
        [6] = """
            <iq xmlns='jabber:client' type='get' id='iq_17' to='proxy.192.168.1.113'><query xmlns='http://jabber.org/protocol/bytestreams'/></iq>
            """,
        [7] = """
            <iq xmlns='jabber:client' type='result' id='iq_17' from='proxy.192.168.1.113' to='iphone@192.168.1.113/xiff'>
              <query xmlns='http://jabber.org/protocol/bytestreams'>
                <streamhost jid='proxy.192.168.1.113' host='192.168.1.113' port='7777'/></query></iq>
            """,
        [8] = $"""
            <iq xmlns='jabber:client' type='set' id='iq_19' from='iphone@192.168.1.113/xiff' to='android@192.168.1.113/Spark 2.6.3'>
              <query xmlns='http://jabber.org/protocol/bytestreams' mode='tcp' sid='{SessionId}'>
                <streamhost jid='proxy.192.168.1.113' host='192.168.1.113' port='7777'/></query></iq>
            """,
        [10] = """
            <iq xmlns='jabber:client' type='result' id='iq_19' from='android@192.168.1.113/Spark 2.6.3' to='iphone@192.168.1.113/xiff'>
              <query xmlns='http://jabber.org/protocol/bytestreams'><streamhost-used jid='proxy.192.168.1.113'/></query></iq>
            """,
        [12] = $"""
            <iq xmlns='jabber:client' type='set' id='iq_21' from='iphone@192.168.1.113/xiff' to='proxy.192.168.1.113'>
              <query xmlns='http://jabber.org/protocol/bytestreams' sid='{SessionId}'><activate>{Space}android@192.168.1.113/Spark 2.6.3{Space}</activate></query></iq>
            """,
        [13] = """
            <iq xmlns='jabber:client' type='result' id='iq_21' from='proxy.192.168.1.113' to='iphone@192.168.1.113/xiff'/>
            """,
    };

    /// <summary>The differences of our stanzas.</summary>
    internal static IReadOnlyList<(int Number, string Theirs, string Ours, string Reason)> Departures { get; } =
    [
        (1, Feature + File, File + Feature, "Order of XEP-0096's examples; the order carries no meaning and any is read."),
        (1, "mime-type='text/plain'", "mime-type='image/png'", "The file is a picture; the seed's type is wrong. What the plan says is written."),
        (2, ByteStreams + Ibb, ByteStreams, "XEP-0095 allows one value in an acceptance; two are read as an order of preference."),
        (3, "id='iq_15'", "id='iq_15' from='iphone@192.168.1.113/xiff' to='192.168.1.113'", "Servers differ in whom they take a missing 'to' for."),
        (6, "id='iq_17'", "id='iq_17' from='iphone@192.168.1.113/xiff'", "Components must write 'from'; servers of clients accept it."),
        (
            10,
            "<query xmlns='http://jabber.org/protocol/bytestreams'><streamhost-used",
            $"<query xmlns='http://jabber.org/protocol/bytestreams' sid='{SessionId}'><streamhost-used",
            "XEP-0065's examples repeat the sid; peers may leave it out."),
        (12, Space, "", "White space around the target is layout; it is read and not written."),
    ];

    /// <summary>The original stanza.</summary>
    internal static Iq Theirs(int number) => Read(Shapes[number]);

    /// <summary>Our stanza.</summary>
    internal static XmlElement Ours(int number)
    {
        var text = Shapes[number];
        foreach (var (_, theirs, ours, _) in Departures.Where(departure => departure.Number == number))
        {
            Assert.Contains(theirs, text, StringComparison.Ordinal);
            text = text.Replace(theirs, ours, StringComparison.Ordinal);
        }

        return Fixture.Parse(text);
    }

    internal static Iq Read(string stanza) =>
        Iq.TryRead(Fixture.Parse(stanza), out var iq, out _) ? iq : throw new InvalidOperationException($"Not an iq: {stanza}");
}
