using System.Security.Cryptography.X509Certificates;

namespace ActorTransfer.Transports.Sockets;

/// <summary>Certificates that are trusted instead of the machine's.</summary>
internal static class TrustedRoots
{
    /// <summary>Trusts only these authorities; revocation is not verified.</summary>
    public static X509ChainPolicy Policy(X509Certificate2Collection roots)
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.AddRange(roots);
        return policy;
    }
}
