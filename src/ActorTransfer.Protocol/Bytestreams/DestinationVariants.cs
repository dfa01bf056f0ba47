using System.Text;
using ActorTransfer.Extensibility;
using ActorTransfer.Protocol.Addressing;

namespace ActorTransfer.Protocol.Bytestreams;

/// <summary>The addresses that different implementations compute for one stream. They use the same formula and encode JIDs differently.</summary>
internal static class DestinationVariants
{
    public static IReadOnlyList<DestinationAddress> Of(string sessionId, string rawRequester, string rawTarget)
    {
        var found = new List<DestinationAddress>(1);
        var hashed = new List<(string Requester, string Target)>(5);

        var prepared = Jid.TryParse(rawRequester, out var requester) & Jid.TryParse(rawTarget, out var target);
        if (prepared)
        {
            Add(requester!.ToString(), target!.ToString());
            Add(Stringprep.Prepare(rawRequester), Stringprep.Prepare(rawTarget));
        }

        Add(rawRequester, rawTarget);
        var (named, other) = (requester?.ToString() ?? rawRequester, target?.ToString() ?? rawTarget);
        if (!(Ascii.IsValid(sessionId) && Ascii.IsValid(named) && Ascii.IsValid(other)))
            AddNew(found, OfLatin1(sessionId, named, other));
        if (prepared)
            Add(WithNulls(requester!), WithNulls(target!));

        return found;

        // Most JIDs have one written form only, and a hash costs more than all comparisons.
        void Add(string from, string to)
        {
            if (hashed.Contains((from, to)))
                return;

            hashed.Add((from, to));
            AddNew(found, DestinationAddress.OfText(sessionId, from, to));
        }
    }

    public static IReadOnlyList<DestinationAddress> ToDial(string sessionId, Jid requester, Jid target)
    {
        var found = new List<DestinationAddress>(4);
        AddNew(found, DestinationAddress.Compute(sessionId, requester, target));
        AddNew(found, OfLatin1(sessionId, requester.ToString(), target.ToString()));
        AddNew(found, DestinationAddress.OfText(sessionId, requester.Stringprepped, target.Stringprepped));
        AddNew(found, DestinationAddress.OfText(sessionId, WithNulls(requester), WithNulls(target)));
        return found;
    }

    /// <summary>QXmpp's encoding: one byte per UTF-16 unit, '?' for characters outside Latin-1 (Encoding.Latin1 would use best fit).</summary>
    private static DestinationAddress OfLatin1(string sessionId, string requester, string target)
    {
        var text = string.Concat(sessionId, requester, target);
        var bytes = new byte[text.Length];
        for (var i = 0; i < text.Length; i++)
            bytes[i] = text[i] <= 0xFF ? (byte)text[i] : (byte)'?';

        return DestinationAddress.OfBytes(bytes);
    }

    /// <summary>Openfire's encoding: node@domain/resource, with "null" for a missing part.</summary>
    private static string WithNulls(Jid jid) => $"{jid.Local ?? "null"}@{jid.Domain}/{jid.Resource ?? "null"}";

    private static void AddNew(List<DestinationAddress> found, DestinationAddress address)
    {
        if (!found.Contains(address))
            found.Add(address);
    }
}
