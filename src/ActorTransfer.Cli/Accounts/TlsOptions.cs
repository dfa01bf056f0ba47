using System.CommandLine;
using System.Security.Cryptography.X509Certificates;

namespace ActorTransfer.Cli.Accounts;

/// <summary>The options about the encryption of a connection to a server.</summary>
/// <param name="byDefault">Value without the option.</param>
/// <param name="description">Description of its values.</param>
internal sealed class TlsOptions(TlsMode byDefault, string description)
{
    private readonly Option<string?> _roots = new("--ca-file")
    {
        Description = "PEM file with trusted root certificates, instead of the system's.",
        HelpName = "FILE",
    };

    public Option<TlsMode> Mode { get; } = Values.Choice(
        "--tls",
        description,
        byDefault,
        ("required", TlsMode.Required), ("starttls", TlsMode.StartTls), ("direct", TlsMode.Direct), ("off", TlsMode.Off));

    public Option<string?> Pin { get; } = new("--pin-certificate")
    {
        Description = "SHA-256 of the server's certificate in hexadecimal; only this one is trusted.",
        HelpName = "SHA256",
        CustomParser = Values.Fingerprint,
    };

    public IEnumerable<Option> All => [Mode, _roots, Pin];

    /// <summary>Reads the certificates of the file; null without one.</summary>
    /// <exception cref="CommandException">There are no certificates.</exception>
    public X509Certificate2Collection? Roots(ParseResult parsed) => parsed.GetValue(_roots) is { } file ? Certificates.Read(file) : null;
}
