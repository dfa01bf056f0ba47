using ActorTransfer.Protocol.ProxyService;

namespace ActorTransfer.Protocol.Tests.ProxyService;

public sealed class ProxyRefusalTests
{
    [Theory]
    [InlineData(ProxyRefusal.ThirdConnection, "third-connection")]
    [InlineData(ProxyRefusal.HandshakeTimeout, "handshake-timeout")]
    [InlineData(ProxyRefusal.Acl, "acl")]
    [InlineData(ProxyRefusal.QuotaJid, "quota-jid")]
    internal void Refusal_must_have_a_lower_case_name(ProxyRefusal refusal, string name) => Assert.Equal(name, refusal.Name());
}
