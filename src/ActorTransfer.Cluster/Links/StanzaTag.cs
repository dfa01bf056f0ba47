using System.Globalization;

namespace ActorTransfer.Cluster.Links;

/// <summary>
/// Ids of the requests that nodes send through a hub begin with the id of the node, so that the hub, or the one after it, knows whose a response is without
/// keeping a table. The rest is random: the node accepts a response only if it sent that request to its sender.
/// </summary>
internal static class StanzaTag
{
    private const char Separator = ':';

    /// <summary>The id of a node's request.</summary>
    public static string Add(int node, string id) => string.Create(CultureInfo.InvariantCulture, $"{node:x8}{Separator}{id}");

    /// <summary>False: the id is not that of a node's request.</summary>
    public static bool TryRemove(string tagged, out int node, out string id)
    {
        id = "";
        node = 0;
        if (tagged.Length <= 9
            || tagged[8] != Separator
            || !int.TryParse(tagged.AsSpan(0, 8), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out node))
        {
            return false;
        }

        id = tagged[9..];
        return true;
    }
}
