using System.Text;
using ActorTransfer.Protocol.Xml;

namespace ActorTransfer.Protocol.Tests.Xml;

/// <summary>Feeds a parser and collects its items.</summary>
internal static class Streams
{
    internal const string Header =
        "<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' id='s1' from='north.example' version='1.0'>";

    internal static List<XmlStreamItem> Read(string text, XmlLimits? limits = null) => Read([Encoding.UTF8.GetBytes(text)], limits);

    internal static List<XmlStreamItem> Read(IEnumerable<byte[]> chunks, XmlLimits? limits = null)
    {
        var parser = new XmlStreamParser(limits ?? XmlLimits.Default);
        var items = new List<XmlStreamItem>();
        foreach (var chunk in chunks)
        {
            parser.Offer(chunk);
            while (parser.Poll() is { } item)
            {
                items.Add(item);
            }
        }

        return items;
    }

    /// <summary>The only stanza after a valid header.</summary>
    internal static XmlElement ReadStanza(string text, XmlLimits? limits = null)
    {
        var items = Read(Header + text, limits);
        Assert.Equal(2, items.Count);
        return Assert.IsType<XmlStreamItem.Stanza>(items[1]).Element;
    }

    /// <summary>The condition that ends a stream with a valid header.</summary>
    internal static string ReadFault(string text, XmlLimits? limits = null) =>
        Assert.IsType<XmlStreamItem.Invalid>(Read(Header + text, limits)[^1]).StreamErrorCondition;

    /// <summary>Splits bytes at the given positions.</summary>
    internal static IEnumerable<byte[]> Cut(byte[] bytes, IEnumerable<int> places)
    {
        var from = 0;
        foreach (var place in places.Where(p => p >= 0 && p <= bytes.Length).Order().Append(bytes.Length))
        {
            yield return bytes[from..place];
            from = place;
        }
    }
}
