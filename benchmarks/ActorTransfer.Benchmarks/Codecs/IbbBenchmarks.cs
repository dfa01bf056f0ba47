using System.Text;
using ActorTransfer.Protocol;
using ActorTransfer.Protocol.Ibb;
using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Protocol.Xml;
using BenchmarkDotNet.Attributes;

namespace ActorTransfer.Benchmarks.Codecs;

/// <summary>The cost of encoding and decoding one block of an in-band bytestream, compared with base64 alone.</summary>
[MemoryDiagnoser]
public class IbbBenchmarks
{
    private static readonly Jid s_ada = Jid.Parse("ada@north.example/desk");
    private static readonly Jid s_bo = Jid.Parse("bo@south.example/Phone");
    private readonly XmlStreamParser _parser = new(new XmlLimits(256 * 1024, 32, 64, 4096));
    private byte[] _block = [];
    private byte[] _decoded = [];
    private byte[] _wire = [];
    private byte[] _written = [];

    [Params(4096, 8192, 65535)]
    public int BlockSize { get; set; }

    [GlobalSetup]
    public void Prepare()
    {
        _block = new byte[BlockSize];
        new Random(1).NextBytes(_block);
        _decoded = new byte[BlockSize + 2];
        _written = new byte[BlockSize * 2];
        _wire = Encoding.UTF8.GetBytes(StanzaText());
        _parser.Offer(Encoding.UTF8.GetBytes(XmlStreamWriter.Open("north.example", Namespaces.Client)));
        _ = _parser.Poll();
        if (Write() != _wire.Length || Read() != BlockSize || !_decoded.AsSpan(0, BlockSize).SequenceEqual(_block))
        {
            throw new InvalidOperationException("A decoded block differs from the encoded one.");
        }
    }

    [Benchmark(Baseline = true, Description = "base64 there and back")]
    public int Base64Alone()
    {
        var text = Convert.ToBase64String(_block);
        return Convert.TryFromBase64Chars(text, _decoded, out var length) ? length : -1;
    }

    [Benchmark(Description = "block to the bytes of the stream")]
    public int Write() => Encoding.UTF8.GetBytes(StanzaText(), _written);

    [Benchmark(Description = "bytes of the stream to block")]
    public int Read()
    {
        _parser.Offer(_wire);
        return _parser.Poll() is XmlStreamItem.Stanza stanza
            && Iq.TryRead(stanza.Element, out var iq, out _)
            && IbbBase64.TryDecode(IbbData.Read(iq.Payload!).Text, _decoded, isStrict: false, out var length) ? length : -1;
    }

    private string StanzaText()
    {
        var payload = IbbData.ToXml("x1-9c2e", 4711, IbbBase64.Encode(_block));
        return XmlStreamWriter.StanzaText(Iq.Set("Zk3vQe", s_bo, payload, s_ada).ToXml(), Namespaces.Client);
    }
}
