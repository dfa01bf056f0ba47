using ActorTransfer.Protocol.Bytestreams;
using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Protocol.StreamInitiation;
using ActorTransfer.Protocol.Xml;

namespace ActorTransfer.Protocol.FileTransfer;

/// <summary>One line about a stanza of a transfer, for display. Contains no secret and no file content.</summary>
internal static class StanzaSummary
{
    /// <summary>For example <c>iq set: SI offer img0545.png, 152443 bytes</c>.</summary>
    public static string Of(Iq iq) => $"iq {iq.Type.ToString().ToLowerInvariant()}: {Content(iq)}";

    private static string Content(Iq iq) => iq switch
    {
        { Error: { } error } => error.Describe(),
        { Payload: null } => "ok",
        { Payload: { Namespace: Namespaces.StreamInitiation } si, Type: IqType.Set } => Offer(si),
        { Payload: { Namespace: Namespaces.StreamInitiation } si } => "SI accept " + string.Join(", ", SiAccept.Read(si).Methods.Select(Short)),
        { Payload: { Namespace: Namespaces.Jingle } jingle } => JingleSummary.Of(jingle),
        { Payload: { Namespace: Namespaces.Bytestreams } query } => Bytestreams(iq.Type, query),
        { Payload: { Namespace: Namespaces.DiscoItems }, IsRequest: true } => "disco#items?",
        { Payload: { Namespace: Namespaces.DiscoItems } items } => $"disco#items, {items.Children.Count} of them",
        { Payload: { Namespace: Namespaces.DiscoInfo }, IsRequest: true } => "disco#info?",
        { Payload: { Namespace: Namespaces.DiscoInfo } info } => "disco#info " + string.Join(
            ", ", info.ChildrenNamed(Namespaces.DiscoInfo, "identity").Select(identity => $"{identity["category"]}/{identity["type"]}")),
        { Payload: { } other } => $"{other.Name} {Short(other.Namespace)}",
    };

    private static string Offer(XmlElement si) => !SiOffer.TryRead(si, out var offer, out _) ? "SI offer (malformed)"
        : offer.File.IsSizeUnknown ? $"SI offer {offer.File.Name}, unknown size"
        : $"SI offer {offer.File.Name}, {offer.File.Size} bytes";

    private static string Bytestreams(IqType type, XmlElement query)
    {
        if (Activation.IsActivation(query))
        {
            return "activate";
        }

        if (StreamHostUsed.TryRead(query, out var used))
        {
            return $"streamhost-used {used.Jid}";
        }

        var hosts = ProxyAddress.Read(query).Select(host => $"{host.Jid} at {host.Host}:{host.Port}");
        return type == IqType.Get ? "proxy address?" : "streamhost " + string.Join(", ", hosts);
    }

    private static string Short(string ns) => ns.Split('/', ':')[^1];
}
