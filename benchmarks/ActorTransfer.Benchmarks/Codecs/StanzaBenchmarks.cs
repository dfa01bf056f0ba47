using System.Text;
using ActorTransfer.Extensibility;
using ActorTransfer.Protocol;
using ActorTransfer.Protocol.Bytestreams;
using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Protocol.Xml;
using BenchmarkDotNet.Attributes;

namespace ActorTransfer.Benchmarks.Codecs;

/// <summary>The cost of one activation at a proxy, in steps from the bytes of the request to those of the response.</summary>
[MemoryDiagnoser]
public class StanzaBenchmarks
{
    private const string Initiator = "ada@north.example/desk";
    private const string Target = "bo@south.example/Phone";
    private const string SessionId = "s5b-9c2e4711";
    private readonly XmlStreamParser _parser = new(XmlLimits.Default);
    private byte[] _wire = [];
    private Iq _request = null!;

    [GlobalSetup]
    public void Prepare()
    {
        string text = $"<iq type='set' id='a1' from='{Initiator}' to='relay.north.example'><query xmlns='{Namespaces.Bytestreams}' sid='{SessionId}'>"
            + $"<activate>{Target}</activate></query></iq>";
        _wire = Encoding.UTF8.GetBytes(text);
        _parser.Offer(Encoding.UTF8.GetBytes(XmlStreamWriter.Open("relay.north.example", Namespaces.Component)));
        _ = _parser.Poll();
        _request = (Iq?)Read() ?? throw new InvalidOperationException("The stanza cannot be read.");
        if (Check() != DestinationAddress.Compute(SessionId, Jid.Parse(Initiator), Jid.Parse(Target)))
        {
            throw new InvalidOperationException("The activation is for another pair.");
        }
    }

    [Benchmark(Description = "bytes to iq")]
    public object? Read()
    {
        _parser.Offer(_wire);
        return _parser.Poll() is XmlStreamItem.Stanza stanza && Iq.TryRead(stanza.Element, out Iq? iq, out _) ? iq : null;
    }

    [Benchmark(Description = "iq to pair")]
    public DestinationAddress Check() =>
        Activation.TryRead(_request.Payload!, out Activation? activation, out _)
            ? DestinationAddress.Variants(activation.SessionId, _request.From!.ToString(), activation.TargetText)[0]
            : default;

    [Benchmark(Description = "answer to text")]
    public string Answer() => XmlStreamWriter.StanzaText(_request.Result().ToXml(), Namespaces.Component);

    [Benchmark(Description = "JID")]
    public Jid ParseJid() => Jid.Parse(Initiator);
}
