using System.CommandLine;
using System.CommandLine.Parsing;
using System.Net;

namespace ActorTransfer.Cli.Exports;

/// <summary>Where metrics and traces of a long-running command go.</summary>
/// <param name="Otlp">OTLP collector; null = none.</param>
/// <param name="Metrics">Address where Prometheus scrapes; null = none.</param>
internal sealed record ExportRequest(Uri? Otlp, DnsEndPoint? Metrics)
{
    public bool IsNone => Otlp is null && Metrics is null;
}

/// <summary>The options <c>--otlp</c> and <c>--metrics</c>.</summary>
internal sealed class ExportOptions
{
    private readonly Option<Uri?> _otlp = new("--otlp")
    {
        Description = "Send metrics and traces to this OTLP collector: http://127.0.0.1:4317 (gRPC), or another port (HTTP/protobuf).",
        HelpName = "ENDPOINT",
        CustomParser = ReadUri,
    };

    private readonly Option<DnsEndPoint?> _metrics = new("--metrics")
    {
        Description = "Serve metrics for Prometheus at http://ADDR:PORT/metrics. A port alone listens on 127.0.0.1 only; 0.0.0.0:PORT on all addresses, "
            + "without any protection.",
        HelpName = "ADDR:PORT",
        CustomParser = ReadAddress,
    };

    public void AddTo(Command command)
    {
        command.Options.Add(_otlp);
        command.Options.Add(_metrics);
    }

    public ExportRequest Read(ParseResult parsed) => new(parsed.GetValue(_otlp), parsed.GetValue(_metrics));

    private static Uri? ReadUri(ArgumentResult result)
    {
        var text = result.Tokens[0].Value;
        if (Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" && uri.Host.Length > 0)
        {
            return uri;
        }

        result.AddError($"'{text}' is not a valid address of a collector (example: http://127.0.0.1:4317)");
        return null;
    }

    private static DnsEndPoint? ReadAddress(ArgumentResult result)
    {
        var text = result.Tokens[0].Value;
        if (HostPort.TryParseServed(text, out var at) && at.Port > 0)
        {
            return at;
        }

        result.AddError($"'{text}' is not a valid address to serve metrics at (examples: 9464, 127.0.0.1:9464, 0.0.0.0:9464)");
        return null;
    }
}
