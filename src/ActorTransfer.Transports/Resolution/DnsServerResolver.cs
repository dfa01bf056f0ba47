using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using ActorTransfer.Protocol;
using ActorTransfer.Protocol.FileTransfer;
using ActorTransfer.Protocol.Resolution;
using DnsClient;
using DnsClient.Protocol;
using SrvRecord = ActorTransfer.Protocol.Resolution.SrvRecord;

namespace ActorTransfer.Transports.Resolution;

/// <summary>
/// Queries name servers over UDP, and over TCP for large responses. Positive results are cached for their time to live, others are not.
/// Addresses come from the system, or from the configured name servers with the system as fallback.
/// </summary>
internal sealed class DnsServerResolver : IServerResolver
{
    /// <summary>The DNS port (RFC 1035 §4.2).</summary>
    public const int UsualPort = 53;

    /// <summary>Two servers, each queried twice, fit into the time limit.</summary>
    private const int Tries = 4;

    private static readonly IdnMapping s_idn = new();
    private readonly ImmutableArray<IPEndPoint> _nameServers;
    private readonly TimeSpan _limit;

    /// <summary>Reads the system's configuration, so it is created on demand; a failure is not cached.</summary>
    private readonly Lazy<LookupClient> _client;

    /// <summary>Creates a resolver without sending queries.</summary>
    /// <param name="nameServers">Name servers to query; empty = only those of the system.</param>
    /// <param name="limit">Time limit of one lookup with all retries.</param>
    public DnsServerResolver(ImmutableArray<IPEndPoint> nameServers, TimeSpan limit)
    {
        _nameServers = nameServers;
        _limit = limit;
        _client = new Lazy<LookupClient>(Make, LazyThreadSafetyMode.PublicationOnly);
    }

    /// <inheritdoc/>
    public async Task<SrvAnswer> LookUpAsync(string name, CancellationToken ct)
    {
        try
        {
            return Read(name, await QueryAsync(name, QueryType.SRV, _limit, ct));
        }
        catch (Exception) when (ct.IsCancellationRequested)
        {
            throw new OperationCanceledException(ct);
        }
#pragma warning disable CA1031 // A malformed packet or an invalid system configuration must only fail the lookup.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            return new SrvAnswer.Failed(Describe(exception));
        }
    }

    /// <inheritdoc/>
    public async Task<IPAddress[]> GetAddressesAsync(string host, CancellationToken ct)
    {
        if (!_nameServers.IsEmpty && ServerSearch.IsFor(host))
        {
            var found = await Task.WhenAll(AddressesAsync(host, QueryType.AAAA, ct), AddressesAsync(host, QueryType.A, ct));
            IPAddress[] addresses = [.. found[0], .. found[1]];
            if (addresses.Length > 0)
            {
                return addresses;
            }
        }

        return await Dns.GetHostAddressesAsync(host, ct);
    }

    private static SrvAnswer Read(string name, IDnsQueryResponse response)
    {
        if (response.HasError && response.Header.ResponseCode != DnsHeaderResponseCode.NotExistentDomain)
        {
            return new SrvAnswer.Failed(string.Create(CultureInfo.InvariantCulture, $"the name server returned {response.Header.ResponseCode}"));
        }

        var names = Aliases(name, response);
        ImmutableArray<SrvRecord> records =
        [
            .. response.Answers.OfType<DnsClient.Protocol.SrvRecord>()
                .Where(record => names.Contains(Text(record.DomainName)))
                .Select(record => new SrvRecord(record.Priority, record.Weight, Text(record.Target), record.Port)),
        ];
        return records.IsEmpty ? new SrvAnswer.None() : new SrvAnswer.Found(records);
    }

    /// <summary>The name and its aliases: records of other names in the response are ignored.</summary>
    private static HashSet<string> Aliases(string name, IDnsQueryResponse response)
    {
        HashSet<string> names = new(StringComparer.OrdinalIgnoreCase) { name.TrimEnd('.') };
        var aliases = response.Answers.OfType<CNameRecord>().ToList();
        while (aliases.Find(alias => names.Contains(Text(alias.DomainName)) && names.Add(Text(alias.CanonicalName))) is not null)
        {
            // Each round adds one name, so the loop ends.
        }

        return names;
    }

    /// <summary>In ASCII, as received; the client converts some names to Unicode.</summary>
    private static string Text(DnsString name) =>
        (name.Original.All(char.IsAscii) ? name.Original : name.Value.All(char.IsAscii) ? name.Value : s_idn.GetAscii(name.Original.TrimEnd('.'))).TrimEnd('.');

    private async Task<IEnumerable<IPAddress>> AddressesAsync(string host, QueryType type, CancellationToken ct)
    {
        try
        {
            // Half the time: the system must be queried, too, before the connection attempt times out.
            return (await QueryAsync(host, type, _limit / 2, ct)).Answers.OfType<AddressRecord>().Select(record => record.Address);
        }
#pragma warning disable CA1031 // as in LookUpAsync
        catch (Exception) when (!ct.IsCancellationRequested)
#pragma warning restore CA1031
        {
            return [];
        }
    }

    private async Task<IDnsQueryResponse> QueryAsync(string name, QueryType type, TimeSpan limit, CancellationToken ct)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(ct);
        end.CancelAfter(limit);
        return await _client.Value.QueryAsync(new DnsQuestion(name, type), end.Token);
    }

    private LookupClient Make()
    {
        var options = _nameServers.IsEmpty ? new LookupClientOptions() : new LookupClientOptions([.. _nameServers]);
        options.Timeout = _limit / Tries;
        options.Retries = 1;
        return new LookupClient(options);
    }

    private string Describe(Exception exception) => exception switch
    {
        DnsResponseException { Code: DnsResponseCode.ConnectionTimeout } or OperationCanceledException or TimeoutException =>
            string.Create(CultureInfo.InvariantCulture, $"no name server responded within {_limit.TotalSeconds:0.###} s"),
        DnsResponseParseException or DnsXidMismatchException => "the name server's response is invalid",
        _ => PrintableText.Of(exception.GetBaseException().Message),
    };
}
