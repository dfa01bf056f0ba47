using System.Globalization;
using ActorTransfer.Protocol;
using ActorTransfer.Protocol.StreamManagement;
using ActorTransfer.Protocol.Xml;

namespace ActorTransfer.Simulation.Xmpp;

/// <summary>The server's half of stream management (XEP-0198): it counts, keeps and repeats stanzas.</summary>
internal sealed class ServerStream
{
    private const string PreviousId = "stream-1";
    private readonly Queue<XmlElement> _kept = new();
    private bool _isEnabled;
    private uint _handled;
    private uint _acknowledged;

    /// <summary>What the client has not acknowledged.</summary>
    public IReadOnlyCollection<XmlElement> Unacknowledged => _kept;

    /// <summary>A stanza of the client was handled.</summary>
    public void Handled() => _handled++;

    /// <summary>A stanza was sent to the client. Those before the response to its request are not counted.</summary>
    public void Sent(XmlElement stanza)
    {
        if (_isEnabled)
        {
            _kept.Enqueue(stanza);
        }
    }

    /// <summary>An element of stream management by the client; returns what to send.</summary>
    public IEnumerable<XmlElement> Next(XmlElement element, bool refusesResumption)
    {
        switch (element.Name)
        {
            case "enable":
                _isEnabled = true;
                return [Element("enabled").With("resume", "true").With("id", PreviousId)];
            case "r":
                return [StreamManagementElements.Acknowledgement(_handled), StreamManagementElements.Request()];
            case "a":
                Acknowledge(element);
                return [];
            case "resume" when refusesResumption:
                return [Element("failed").Add(new XmlElement(Namespaces.StanzaErrors, "item-not-found"))];
            case "resume":
                Acknowledge(element);
                return [Element("resumed").With("previd", PreviousId).With("h", _handled.ToString(CultureInfo.InvariantCulture)), .. _kept];
            default:
                return [];
        }
    }

    private void Acknowledge(XmlElement element)
    {
        var count = StreamManagementElements.ReadCount(element)!.Value;
        for (; _acknowledged < count; _acknowledged++)
        {
            _kept.Dequeue();
        }
    }

    private static XmlElement Element(string name) => new(Namespaces.StreamManagement, name);
}
