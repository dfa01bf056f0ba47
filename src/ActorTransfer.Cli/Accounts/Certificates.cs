using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using ActorTransfer.Cli.Reports;

namespace ActorTransfer.Cli.Accounts;

/// <summary>Certificates of a file.</summary>
internal static class Certificates
{
    /// <summary>Reads PEM. They are kept until the process ends.</summary>
    /// <param name="file">The file.</param>
    /// <param name="option">The option that names it.</param>
    /// <exception cref="CommandException">There are none.</exception>
    public static X509Certificate2Collection Read(string file, string option = "--ca-file")
    {
        var certificates = new X509Certificate2Collection();
        try
        {
            certificates.ImportFromPemFile(file);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw Failures.Usage($"the certificates of {option} cannot be read: {failure.Message}", failure);
        }

        return certificates.Count > 0 ? certificates : throw Failures.Usage($"{file} contains no certificate in PEM form (-----BEGIN CERTIFICATE-----)");
    }
}
