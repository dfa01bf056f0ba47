using ActorTransfer.Protocol.StreamManagement;
using ActorTransfer.Protocol.Xml;

namespace ActorTransfer.Protocol.Tests.StreamManagement;

/// <summary>Helpers of <see cref="StreamManagerTests"/> and <see cref="StreamResumptionTests"/>.</summary>
public abstract class StreamManagerTest
{
    private protected const uint End = uint.MaxValue;

    private protected static XmlElement Request => Xml("<r xmlns='urn:xmpp:sm:3'/>");

    private protected static XmlElement On => Xml("<enabled xmlns='urn:xmpp:sm:3' id='a1' resume='true'/>");

    private protected static XmlElement Acknowledgement(uint h) => Xml($"<a xmlns='urn:xmpp:sm:3' h='{h}'/>");

    private protected static XmlElement Stanza(int id) => Xml($"<iq xmlns='jabber:client' type='get' id='i{id}'/>");

    private protected static StreamManager Begin(int capacity = 100, uint start = 0) => StreamManager.Begin(capacity, TimeSpan.FromMinutes(5), start).State;

    private protected static StreamManager Enabled(uint start = 0, int capacity = 100) => Begin(capacity, start).Next(On).State;

    private protected static StreamManager SendAll(StreamManager manager, int first, int last) =>
        Enumerable.Range(first, last - first + 1).Aggregate(manager, (next, id) => next.Sent(Stanza(id)).State);

    private protected static XmlElement Sent(Step<StreamManager, StreamManagementOutput> step) =>
        Assert.IsType<StreamManagementOutput.Send>(Assert.Single(step.Outputs)).Element;

    private protected static XmlElement Xml(string text) => XmlElement.Parse(text);
}
