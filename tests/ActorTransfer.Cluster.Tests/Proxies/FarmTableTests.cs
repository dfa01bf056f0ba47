using ActorTransfer.Cluster.Messages;
using ActorTransfer.Cluster.Proxies;
using ActorTransfer.Extensibility;
using ActorTransfer.Protocol.ProxyService;

namespace ActorTransfer.Cluster.Tests.Proxies;

public sealed class FarmTableTests
{
    private static readonly Jid s_proxy = Jid.Parse("proxy.example");
    private readonly FarmTable _table = new(s_proxy);

    [Fact]
    public void Two_least_loaded_nodes_must_be_announced_each_with_its_own_jid()
    {
        Report(1, active: 5);
        Report(2, active: 1);
        Report(3, active: 3);
        Assert.Equal([HostOf(2), HostOf(3)], _table.Announce(out var refusal).ToArray());
        Assert.Equal(ProxyRefusal.None, refusal);
    }

    [Fact]
    public void Nodes_announced_since_their_last_report_must_count_as_loaded()
    {
        Report(1, active: 0);
        Report(2, active: 0);
        var first = Enumerable.Range(0, 4).Select(_ => _table.Announce(out var _)[0]);
        Assert.Equal([HostOf(1), HostOf(2), HostOf(1), HostOf(2)], first);
    }

    [Theory]
    [InlineData(true, false, "Overload")]
    [InlineData(false, true, "Draining")]
    public void Full_and_draining_nodes_must_not_be_announced(bool isFull, bool isDraining, string reason)
    {
        Report(1, active: 9);
        Report(2, active: 0, isFull, isDraining);
        Assert.Equal([HostOf(1)], _table.Announce(out _).ToArray());
        _table.Remove(1);
        Assert.Empty(_table.Announce(out var refusal));
        Assert.Equal(reason, refusal.ToString());
    }

    [Fact]
    public void Node_without_an_address_must_not_be_announced()
    {
        _table.Report(1, new FarmMessage.State([], 0, 0, false, false));
        Assert.Empty(_table.Announce(out var refusal));
        Assert.Equal(ProxyRefusal.NotListening, refusal);
    }

    [Theory]
    [InlineData("node1.example", "proxy.example/node1.example-7777")]
    [InlineData("192.0.2.1", "proxy.example/192.0.2.1-7777")]
    [InlineData("2001:db8::1", "proxy.example/2001.db8..1-7777")]
    public void Node_must_be_found_by_the_jid_made_of_its_first_address(string host, string jid)
    {
        _table.Report(7, new FarmMessage.State([new(host, 7777), new("other.example", 1)], 0, 0, false, false));
        Assert.Equal([Jid.Parse(jid), Jid.Parse(jid)], _table.Announce(out _).Select(announced => announced.Jid));
        Assert.Equal(7, _table.Find(Jid.Parse(jid)));
        Assert.Null(_table.Find(s_proxy));
        Assert.Null(_table.Find(Jid.Parse("proxy.example/other.example-1")));
    }

    private static StreamHost HostOf(int id) => new(Jid.Parse($"proxy.example/192.0.2.{id}-7777"), $"192.0.2.{id}", 7777);

    private void Report(int id, int active, bool isFull = false, bool isDraining = false) =>
        _table.Report(id, new FarmMessage.State([new($"192.0.2.{id}", 7777)], 0, active, isFull, isDraining));
}
