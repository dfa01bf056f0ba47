using ActorTransfer.Transports.Hashing;

namespace ActorTransfer.Transports.Tests.Hashing;

/// <summary>A test of what needs AVX-512 and OpenSSL.</summary>
public sealed class LanesFactAttribute : FactAttribute
{
    public LanesFactAttribute() => Skip = RunningSha256.CanShareLanes ? null : "This machine cannot hash several messages at a time (AVX-512, libcrypto.so.3).";
}
