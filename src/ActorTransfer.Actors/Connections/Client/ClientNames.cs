using System.Globalization;

namespace ActorTransfer.Actors.Connections.Client;

/// <summary>Domains of JIDs are kept with their own letters; resolvers and certificates know the ASCII form (RFC 5890 §2.3.2.1).</summary>
internal static class ClientNames
{
    private static readonly IdnMapping s_idn = new();

    public static string ToAscii(string host) => host.All(char.IsAscii) ? host : s_idn.GetAscii(host);
}
