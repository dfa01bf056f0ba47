using System.Net.Sockets;
using System.Security.Cryptography;
using ActorTransfer.Testing.Links;

namespace ActorTransfer.Cluster.Tests.Proxies;

/// <summary>Both connections of a pair.</summary>
internal sealed record FarmPair(string SessionId, Socket Requester, Socket Target)
{
    /// <summary>Checks that bytes written to one connection arrive at the other.</summary>
    public async Task ExpectRelayedAsync()
    {
        var bytes = RandomNumberGenerator.GetBytes(1000);
        var reading = Target.ReadAsync(bytes.Length);
        await Requester.WriteAsync(bytes);
        Assert.Equal(bytes, await reading.WaitAsync(TimeSpan.FromSeconds(20)));
    }

    public void Close()
    {
        Requester.Dispose();
        Target.Dispose();
    }
}
