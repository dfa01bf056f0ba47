using System.Net;
using System.Security.Cryptography.X509Certificates;
using ActorTransfer.Actors.Connections;
using ActorTransfer.Actors.Settings;
using ActorTransfer.Protocol;
using ActorTransfer.Protocol.HttpUpload;
using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Transports.Http;
using Akka.Actor;

namespace ActorTransfer.Actors.Uploads;

/// <summary>
/// Finds the upload services of servers and remembers them for a while; one search serves all transfers that wait for it. Owns the HTTP clients. Child of the
/// transfers actor. A search over a connection that is lost ends with it, as all pending requests do.
/// </summary>
internal sealed class UploadServicesActor : ReceiveActor
{
    private readonly EngineSettings _settings;
    private readonly Dictionary<Jid, Search> _searches = [];
    private readonly Dictionary<Jid, (UploadService Service, DateTimeOffset Until)> _known = [];
    private readonly Func<IPEndPoint, bool> _allows;
    private readonly List<(X509Certificate2Collection? Roots, bool IsForDownloads, HttpClient Client)> _clients = [];

    /// <summary>Use <see cref="Props"/>.</summary>
    public UploadServicesActor(EngineSettings settings, Func<IPEndPoint, bool> allows)
    {
        _settings = settings;
        _allows = allows;
        Receive<UploadServices.GetClient>(get => Sender.Tell(new UploadServices.Client(ClientFor(get.Roots, isForDownloads: true))));
        Receive<UploadServices.Find>(Find);
        Receive<Connection.Answered>(answered => Answered((Asked)answered.Tag, answered.Answer));
    }

    private static DateTimeOffset Now => Context.System.Scheduler.Now;

    /// <param name="settings">Timeouts.</param>
    /// <param name="allows">Which addresses downloads may connect to.</param>
    public static Props Props(EngineSettings settings, Func<IPEndPoint, bool> allows) =>
        Akka.Actor.Props.Create(() => new UploadServicesActor(settings, allows));

    /// <inheritdoc/>
    protected override void PostStop()
    {
        foreach (var (_, _, client) in _clients)
        {
            client.Dispose();
        }
    }

    private void Find(UploadServices.Find find)
    {
        var waiter = (Sender, ClientFor(find.Roots, isForDownloads: false));
        if (_known.TryGetValue(find.Server, out var known) && Now < known.Until)
        {
            Tell(waiter, known.Service, null);
        }
        else if (_searches.TryGetValue(find.Server, out var search))
        {
            search.Waiters.Add(waiter);
        }
        else
        {
            var begun = UploadDiscovery.Begin(find.Server);
            _searches.Add(find.Server, new Search(find.Connection, begun.State) { Waiters = { waiter } });
            Apply(find.Server, begun);
        }
    }

    private void Answered(Asked asked, Answer answer)
    {
        if (_searches.TryGetValue(asked.Server, out var search) && search == asked.Search)
        {
            Apply(asked.Server, search.State.Next(asked.Key, answer));
        }
    }

    private void Apply(Jid server, Step<UploadDiscovery, UploadDiscoveryKey> step)
    {
        var search = _searches[server];
        search.State = step.State;
        foreach (var key in step.Outputs)
        {
            search.Connection.Tell(
                new Connection.Ask(IqType.Get, null, key.To, key.Payload, _settings.Discovery.RequestTimeout, new Asked(server, search, key)));
        }

        if (!step.State.IsOver)
        {
            return;
        }

        _searches.Remove(server);
        if (step.State.Found is { } service)
        {
            _known[server] = (service, Now + _settings.Discovery.CacheTtl);
        }

        foreach (var waiter in search.Waiters)
        {
            Tell(waiter, step.State.Found, step.State.Loss);
        }
    }

    private static void Tell((IActorRef Transfer, HttpClient Client) waiter, UploadService? service, NoAnswer? loss) =>
        waiter.Transfer.Tell(new UploadServices.Found(service, waiter.Client, service is null ? loss : null));

    /// <summary>Uploads go where the own server says, downloads where a peer says: only those addresses are checked.</summary>
    private HttpClient ClientFor(X509Certificate2Collection? roots, bool isForDownloads)
    {
        var at = _clients.FindIndex(known => ReferenceEquals(known.Roots, roots) && known.IsForDownloads == isForDownloads);
        if (at < 0)
        {
            at = _clients.Count;
            _clients.Add((roots, isForDownloads, HttpClients.Create(roots, _settings.Http.Connect, isForDownloads ? _allows : null)));
        }

        return _clients[at].Client;
    }

    private sealed class Search(IActorRef connection, UploadDiscovery state)
    {
        public IActorRef Connection { get; } = connection;

        public UploadDiscovery State { get; set; } = state;

        public List<(IActorRef Transfer, HttpClient Client)> Waiters { get; } = [];
    }

    private sealed record Asked(Jid Server, Search Search, UploadDiscoveryKey Key);
}
