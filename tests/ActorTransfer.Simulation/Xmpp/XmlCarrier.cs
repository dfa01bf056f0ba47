using System.Text;
using ActorTransfer.Protocol;
using ActorTransfer.Protocol.Xml;

namespace ActorTransfer.Simulation.Xmpp;

/// <summary>One direction of one stream: elements written, split into pieces, and parsed.</summary>
internal sealed class XmlCarrier
{
    private readonly World _world;
    private readonly XmlStreamParser _parser = new(XmlLimits.Default);

    public XmlCarrier(World world)
    {
        _world = world;
        Read(XmlStreamWriter.Open("north.example", Namespaces.Client, version: "1.0"));
    }

    /// <summary>The element after its way over the stream.</summary>
    public XmlElement Carry(XmlElement element)
    {
        var items = Read(XmlStreamWriter.StanzaText(element, Namespaces.Client));
        if (items is [XmlStreamItem.Stanza { Element: var read }])
        {
            return read;
        }

        _world.Violations.Add($"an element was not parsed as one stanza: {element}");
        return element;
    }

    private List<XmlStreamItem> Read(string text)
    {
        List<XmlStreamItem> items = [];
        var bytes = Encoding.UTF8.GetBytes(text).AsSpan();
        while (!bytes.IsEmpty)
        {
            var length = _world.Plan.SplitsBytes ? 1 : _world.Random.Between(1, bytes.Length);
            _parser.Offer(bytes[..length]);
            bytes = bytes[length..];
            while (_parser.Poll() is { } item)
            {
                items.Add(item);
            }
        }

        return items;
    }
}
