using System.Security.Cryptography.X509Certificates;
using ActorTransfer.Protocol.HttpUpload;
using ActorTransfer.Protocol.Stanzas;
using Akka.Actor;

namespace ActorTransfer.Actors.Uploads;

/// <summary>Messages of the actor that knows the upload services of the servers.</summary>
internal static class UploadServices
{
    /// <summary>The sender gets <see cref="Found"/>.</summary>
    /// <param name="Server">The server whose service is wanted.</param>
    /// <param name="Connection">The connection to ask over.</param>
    /// <param name="Roots">Trusted roots instead of the machine's; null = the machine's.</param>
    public sealed record Find(Jid Server, IActorRef Connection, X509Certificate2Collection? Roots);

    /// <summary>The sender gets <see cref="Client"/>, for downloads.</summary>
    /// <param name="Roots">Trusted roots instead of the machine's; null = the machine's.</param>
    public sealed record GetClient(X509Certificate2Collection? Roots);

    /// <summary>The reply to <see cref="GetClient"/>.</summary>
    /// <param name="Http">Connects to allowed addresses only. It ends with the actor.</param>
    public sealed record Client(HttpClient Http);

    /// <summary>The reply to <see cref="Find"/>.</summary>
    /// <param name="Service">Null: the server has none, or it was not found for the reason.</param>
    /// <param name="Client">For its uploads. It ends with the actor.</param>
    /// <param name="Loss">Why the search is not complete; null: it is.</param>
    public sealed record Found(UploadService? Service, HttpClient Client, NoAnswer? Loss);
}
