using System.CommandLine;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using ActorTransfer.Cli.Accounts;
using ActorTransfer.Cli.Reports;

namespace ActorTransfer.Cli.Nodes;

/// <summary>The options of a proxy that is a node of a cluster.</summary>
internal sealed class NodeOptions
{
    private readonly Option<DnsEndPoint?> _listen = new("--cluster-listen")
    {
        Description = "Makes this proxy a node of a cluster, whose nodes share --component. Address of this machine in the nodes' own network, for example "
            + "10.0.0.1:4053; never one that others reach. Default: no cluster.",
        HelpName = "HOST:PORT",
        CustomParser = EndPointValues.AnyPort,
    };

    private readonly Option<DnsEndPoint[]> _seeds = new("--cluster-seed")
    {
        Description = "--cluster-listen of some nodes, as written there, in the same order on all nodes. The first one of them starts the cluster. Several, or "
            + "repeated.",
        HelpName = "HOST:PORT",
        AllowMultipleArgumentsPerToken = true,
        CustomParser = EndPointValues.EndPoints,
    };

    private readonly Option<string?> _tls = new("--cluster-tls")
    {
        Description = "Encrypts connections between nodes. PEM file with the certificate of this node and its private key; needs --cluster-ca.",
        HelpName = "FILE",
    };

    private readonly Option<string?> _authorities = new("--cluster-ca")
    {
        Description = "PEM file with the certificate of the authority that has signed those of all nodes; no other is trusted between nodes.",
        HelpName = "FILE",
    };

    public IEnumerable<Option> All => [_listen, _seeds, _tls, _authorities];

    /// <summary>Null without a cluster.</summary>
    /// <exception cref="CommandException">Options contradict each other, or a file cannot be used.</exception>
    public ClusterRequest? Read(ParseResult parsed)
    {
        var listen = parsed.GetValue(_listen);
        var (tls, authorities, seeds) = (parsed.GetValue(_tls), parsed.GetValue(_authorities), parsed.GetValue(_seeds) ?? []);
        if (listen is null)
        {
            return seeds.Length == 0 && tls is null && authorities is null
                ? null
                : throw Failures.Usage("--cluster-seed, --cluster-tls and --cluster-ca need --cluster-listen");
        }

        return IPAddress.TryParse(listen.Host, out var address) && (address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any))
            ? throw Failures.Usage("--cluster-listen cannot be 0.0.0.0 or [::]: it is the address by which the other nodes know this one")
            : seeds.Length == 0
            ? throw Failures.Usage("--cluster-listen needs --cluster-seed; for the first node, its own address")
            : new ClusterRequest(listen, [.. seeds]) { Tls = Certificates(tls, authorities) };
    }

    private static ClusterCertificates? Certificates(string? own, string? authorities) => (own, authorities) switch
    {
        (null, null) => null,
        ({ } file, { } others) => new ClusterCertificates(Own(file), Accounts.Certificates.Read(others, "--cluster-ca")),
        _ => throw Failures.Usage("--cluster-tls and --cluster-ca need each other"),
    };

    private static X509Certificate2 Own(string file)
    {
        try
        {
            return X509Certificate2.CreateFromPemFile(file);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw Failures.Usage($"--cluster-tls {file}: no certificate with a private key can be read: {failure.Message}", failure);
        }
    }
}
