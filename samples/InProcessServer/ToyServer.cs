using System.Collections.Concurrent;
using System.Xml.Linq;
using ActorTransfer;

namespace InProcessServer;

/// <summary>
/// Stands for an XMPP server written in .NET: routes stanzas between its sessions, some of which are links of engines. It knows stanzas as
/// <see cref="XElement"/>; a real server has types of its own.
/// </summary>
internal sealed class ToyServer(string domain)
{
    private static readonly XNamespace Client = "jabber:client";
    private static readonly XNamespace Stanzas = "urn:ietf:params:xml:ns:xmpp-stanzas";
    private static readonly XNamespace DiscoItems = "http://jabber.org/protocol/disco#items";

    private readonly ConcurrentDictionary<string, InProcessLink> _links = [];
    private long _routed;

    /// <summary>How many stanzas were routed.</summary>
    public long Routed => Interlocked.Read(ref _routed);

    /// <summary>Stanzas for the link's address go to it from now on.</summary>
    public InProcessLink Connect(string address)
    {
        var link = new InProcessLink(Jid.Parse(address));
        return _links.TryAdd(address, link) ? link : throw new ArgumentException($"{address} is connected already.", nameof(address));
    }

    /// <summary>Routes what the engines send, until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken ct)
    {
        try
        {
            await Task.WhenAll(_links.Values.Select(link => ReadAsync(link, ct)));
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // The server stops.
        }
    }

    private async Task ReadAsync(InProcessLink link, CancellationToken ct)
    {
        await foreach (var stanza in link.ReadAllAsync(ct))
        {
            await RouteAsync(XElement.Parse(stanza), ct);
        }
    }

    private async Task RouteAsync(XElement stanza, CancellationToken ct)
    {
        Interlocked.Increment(ref _routed);
        if ((string?)stanza.Attribute("to") is not { } to || to == domain)
        {
            await AnswerAsync(stanza, ct);
        }
        else if (!await DeliverAsync(to, stanza, ct))
        {
            await FailAsync(stanza, "service-unavailable", ct);
        }
    }

    /// <summary>False: there is no open link for the address.</summary>
    private async Task<bool> DeliverAsync(string to, XElement stanza, CancellationToken ct) =>
        (_links.TryGetValue(to, out var link) || _links.TryGetValue(Jid.Parse(to).Domain, out link))
        && await link.DeliverAsync(stanza.ToString(SaveOptions.DisableFormatting), ct);

    /// <summary>A request to the server itself: it lists its components, among them the proxy.</summary>
    private async Task AnswerAsync(XElement request, CancellationToken ct)
    {
        if (request.Element(DiscoItems + "query") is null)
        {
            await FailAsync(request, "service-unavailable", ct);
            return;
        }

        var components = _links.Keys.Where(address => !address.Contains('@', StringComparison.Ordinal));
        var items = components.Select(address => new XElement(DiscoItems + "item", new XAttribute("jid", address)));
        await RespondAsync(request, "result", new XElement(DiscoItems + "query", items), ct);
    }

    private Task FailAsync(XElement request, string condition, CancellationToken ct) =>
        RespondAsync(request, "error", new XElement(Client + "error", new XAttribute("type", "cancel"), new XElement(Stanzas + condition)), ct);

    /// <summary>Only requests get a response.</summary>
    private async Task RespondAsync(XElement request, string type, XElement content, CancellationToken ct)
    {
        if (request.Name == Client + "iq" && (string?)request.Attribute("type") is "get" or "set")
        {
            var sender = (string)request.Attribute("from")!;
            await DeliverAsync(sender, new XElement(
                Client + "iq",
                new XAttribute("type", type),
                new XAttribute("id", (string)request.Attribute("id")!),
                new XAttribute("from", (string?)request.Attribute("to") ?? domain),
                new XAttribute("to", sender),
                content), ct);
        }
    }
}
