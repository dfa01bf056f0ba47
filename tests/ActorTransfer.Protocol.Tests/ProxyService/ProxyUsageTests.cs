using System.Net;
using ActorTransfer.Protocol.ProxyService;
using FsCheck;
using FsCheck.Fluent;

namespace ActorTransfer.Protocol.Tests.ProxyService;

public sealed class ProxyUsageTests
{
    private static readonly Jid Ada = Jid.Parse("ada@north.example/desk");
    private static readonly Jid AdaElsewhere = Jid.Parse("ada@north.example/sofa");
    private static readonly Jid Bo = Jid.Parse("bo@north.example/desk");
    private static readonly Jid Cy = Jid.Parse("cy@west.example/desk");
    private static readonly IPAddress Here = IPAddress.Parse("192.0.2.1");
    private static readonly IPAddress There = IPAddress.Parse("192.0.2.2");

    private readonly ProxyUsage _usage = new();

    [Fact]
    public void Usage_must_limit_the_pairs_of_a_user_whatever_the_resource()
    {
        var quotas = ProxyQuotas.None with { PairsPerJid = 2 };
        Activate(Ada, Here, There);
        Activate(AdaElsewhere, Here, There);
        var next = Enter(Here, There);
        Assert.Equal(ProxyRefusal.QuotaJid, _usage.ObjectionTo(next, Ada, quotas));
        Assert.Equal(ProxyRefusal.None, _usage.ObjectionTo(next, Bo, quotas));
        Assert.Equal(ProxyRefusal.None, _usage.ObjectionTo(next, Ada, ProxyQuotas.None));
    }

    [Fact]
    public void Usage_must_limit_the_pairs_of_a_domain()
    {
        var quotas = ProxyQuotas.None with { PairsPerDomain = 2 };
        Activate(Ada, Here, There);
        var bos = Activate(Bo, Here, There);
        var next = Enter(Here, There);
        Assert.Equal(ProxyRefusal.QuotaDomain, _usage.ObjectionTo(next, Ada, quotas));
        Assert.Equal(ProxyRefusal.None, _usage.ObjectionTo(next, Cy, quotas));
        _usage.Release(bos);
        Assert.Equal(ProxyRefusal.None, _usage.ObjectionTo(next, Ada, quotas));
    }

    [Fact]
    public void Usage_must_limit_the_pairs_of_an_address_and_count_one_pair_once()
    {
        var quotas = ProxyQuotas.None with { PairsPerAddress = 2 };
        Activate(Ada, Here, Here);
        var next = Enter(There, Here);
        Assert.Equal(ProxyRefusal.None, _usage.ObjectionTo(next, Ada, quotas));
        _usage.Activate(next, Ada);
        Assert.Equal(ProxyRefusal.QuotaAddress, _usage.ObjectionTo(Enter(There, Here), Bo, quotas));
        Assert.Equal(ProxyRefusal.None, _usage.ObjectionTo(Enter(There, There), Bo, quotas));
    }

    [Fact]
    public void Usage_must_limit_the_pending_connections_of_an_address()
    {
        var quotas = ProxyQuotas.None with { PendingPerAddress = 2 };
        var pair = Enter(Here, Here);
        Assert.Equal(ProxyRefusal.QuotaAddress, _usage.ObjectionTo(Here, quotas));
        Assert.Equal(ProxyRefusal.QuotaAddress, _usage.ObjectionTo(Here.MapToIPv6(), quotas));
        Assert.Equal(ProxyRefusal.None, _usage.ObjectionTo(There, quotas));
        _usage.Activate(pair, Ada);
        Assert.Equal(ProxyRefusal.None, _usage.ObjectionTo(Here, quotas));
    }

    [Theory]
    [InlineData("2001:db8:0:1::1", ProxyRefusal.QuotaAddress)]
    [InlineData("2001:db8:0:2::1", ProxyRefusal.None)]
    [InlineData("::192.0.2.1", ProxyRefusal.None)]
    internal void Usage_must_count_an_IPv6_network_of_64_bits_as_one_address(string other, ProxyRefusal expected)
    {
        Enter(IPAddress.Parse("2001:db8:0:1:ffff::"));
        Enter(Here);
        Assert.Equal(expected, _usage.ObjectionTo(IPAddress.Parse(other), ProxyQuotas.None with { PendingPerAddress = 1 }));
    }

    [Fact]
    public void Usage_must_share_one_jid_among_the_pairs_of_a_user() =>
        Assert.Same(Activate(Ada, Here).User, Activate(AdaElsewhere, There).User);

    [Fact]
    public void Usage_must_be_empty_when_all_pairs_have_ended_in_any_order()
    {
        var steps = Gen.ListOf(Gen.Choose(0, 1_000_000));
        Prop.ForAll(steps.ToArbitrary(), CheckBalance).Check(Config.QuickThrowOnFailure.WithMaxTest(1000));
    }

    private static void CheckBalance(IEnumerable<int> steps)
    {
        Jid[] people = [Ada, AdaElsewhere, Bo, Cy];
        IPAddress[] places = [Here, There, IPAddress.IPv6Loopback];
        var usage = new ProxyUsage();
        List<(PairUsage Usage, int Clients, bool Active)> pairs = [];
        foreach (var step in steps)
        {
            var (at, what) = (pairs.Count == 0 ? 0 : step / 12 % pairs.Count, step % 4);
            if (what == 0 || pairs.Count == 0)
            {
                pairs.Add((new PairUsage(), 0, false));
            }
            else if (what == 1 && pairs[at] is { Clients: < 2, Active: false } waiting)
            {
                usage.Enter(waiting.Usage, places[step / 4 % places.Length]);
                pairs[at] = waiting with { Clients = waiting.Clients + 1 };
            }
            else if (what == 2 && pairs[at] is { Clients: 2, Active: false } ready)
            {
                usage.Activate(ready.Usage, people[step / 4 % people.Length]);
                pairs[at] = ready with { Active = true };
            }
            else if (what == 3)
            {
                usage.Release(pairs[at].Usage);
                usage.Release(pairs[at].Usage);
                pairs.RemoveAt(at);
            }

            Assert.Equal(pairs.Count(pair => pair.Active), usage.ActivePairs);
            Assert.Equal(pairs.Where(pair => !pair.Active).Sum(pair => pair.Clients), usage.WaitingConnections);
        }

        pairs.ForEach(pair => usage.Release(pair.Usage));
        Assert.Equal((0, 0, 0), (usage.Accounts, usage.ActivePairs, usage.WaitingConnections));
    }

    private PairUsage Enter(params IPAddress[] remotes)
    {
        var usage = new PairUsage();
        foreach (var remote in remotes)
        {
            _usage.Enter(usage, remote);
        }

        return usage;
    }

    private PairUsage Activate(Jid requester, params IPAddress[] remotes)
    {
        var usage = Enter(remotes);
        _usage.Activate(usage, requester);
        return usage;
    }
}
