using System.Net;
using ActorTransfer.Cli.Output;

namespace ActorTransfer.Cli.Demo;

/// <summary>Options of <c>actor-transfer demo</c>.</summary>
/// <param name="File">Path of the file to send; null = generate one.</param>
/// <param name="Size">Bytes of the generated file.</param>
/// <param name="Into">Folder for the received file; null = a temporary one.</param>
/// <param name="Server">The server to connect to; null = a domain inside the process.</param>
/// <param name="Output">What is printed and logged.</param>
internal sealed record DemoRequest(string? File, long Size, string? Into, ServerLink? Server, OutputRequest Output)
{
    public const long DefaultSize = 64L << 20;

    /// <summary>How the file is offered.</summary>
    public Signalling Signalling { get; init; } = Signalling.Auto;
}

/// <summary>A running XMPP server and its component.</summary>
/// <param name="EndPoint">Its component port.</param>
/// <param name="Component">The component's domain.</param>
/// <param name="Secret">Never printed.</param>
/// <param name="Domain">Domain searched for a proxy; null = the domain above the component's.</param>
internal sealed record ServerLink(DnsEndPoint EndPoint, Jid Component, string Secret, Jid? Domain)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Component} at {EndPoint.Host}:{EndPoint.Port}";
}
