using ActorTransfer.Protocol.Resolution;
using ActorTransfer.Protocol.Stanzas;

namespace ActorTransfer.Protocol.Tests.Resolution;

public sealed class ServerSearchTests
{
    private static readonly SrvAnswer None = new SrvAnswer.None();
    private static readonly SrvAnswer Silence = new SrvAnswer.Failed("silence");
    private static readonly SrvAnswer NotAvailable = Found(new SrvRecord(0, 0, ".", 0));

    [Fact]
    public void Records_of_both_kinds_must_be_one_list()
    {
        var search = new ServerSearch(
            "example.test",
            Found(new SrvRecord(10, 0, "a.example.test.", 5222), new SrvRecord(30, 0, "c.example.test.", 5222)),
            Found(new SrvRecord(20, 0, "b.example.test.", 443), new SrvRecord(5, 0, "z.example.test", 5223)));
        Assert.Equal(
            ["z.example.test:5223 by direct TLS", "a.example.test:5222", "b.example.test:443 by direct TLS", "c.example.test:5222"], InOrder(search));
    }

    [Fact]
    public void Domain_itself_must_not_be_tried_where_there_are_records() =>
        Assert.Equal(["b.example.test:443 by direct TLS"], InOrder(new ServerSearch("example.test", None, Found(new SrvRecord(0, 0, "b.example.test.", 443)))));

    /// <summary>Results for <c>_xmpp-client</c> and <c>_xmpps-client</c>, and the choice. - is not queried.</summary>
    [Theory]
    [InlineData("none", "none", "example.test:5222, example.test:5223 by direct TLS")]
    [InlineData("failed", "failed", "example.test:5222, example.test:5223 by direct TLS")]
    [InlineData("failed", "none", "example.test:5222, example.test:5223 by direct TLS")]
    [InlineData("none", ".", "example.test:5222")]
    [InlineData("failed", ".", "example.test:5222")]
    [InlineData(".", ".", "unavailable")]
    [InlineData(".", "none", "unavailable")]
    [InlineData(".", "failed", "perhaps unavailable")]
    [InlineData(".", "records", "a.example.test:7 by direct TLS")]
    [InlineData("records", ".", "a.example.test:7")]
    [InlineData("records", "failed", "a.example.test:7")]
    [InlineData("failed", "records", "a.example.test:7 by direct TLS")]
    [InlineData("none", "-", "example.test:5222")]
    [InlineData(".", "-", "unavailable")]
    [InlineData("-", "none", "example.test:5223 by direct TLS")]
    [InlineData("-", ".", "unavailable")]
    [InlineData("-", "failed", "example.test:5223 by direct TLS")]
    public void Results_must_lead_to_endpoints(string startTls, string directTls, string expected)
    {
        var choice = new ServerSearch("example.test", Answer(startTls), Answer(directTls)).Choose(_ => 0);
        Assert.Equal(expected, choice switch
        {
            ServerChoice.EndPoints found => string.Join(", ", found.InOrder),
            ServerChoice.Unavailable { IsCertain: true } => "unavailable",
            _ => "perhaps unavailable",
        });
        Assert.Equal(expected.StartsWith("a.", StringComparison.Ordinal), choice is ServerChoice.EndPoints { AreRecords: true });
    }

    [Theory]
    [InlineData("", 5222)]
    [InlineData("a.example.test.", 0)]
    [InlineData("a.example.test.", 65536)]
    [InlineData("a b.example.test.", 5222)]
    [InlineData("\\027[2J.example.test.", 5222)]
    [InlineData("a.example.test:80", 5222)]
    [InlineData("-.example.test", 5222)]
    public void Record_with_an_invalid_target_must_be_skipped(string target, int port)
    {
        var search = new ServerSearch("example.test", Found(new SrvRecord(0, 0, target, port), new SrvRecord(1, 0, "b.example.test.", 5222)), null);
        Assert.Equal(["b.example.test:5222"], InOrder(search));
    }

    [Fact]
    public void Invalid_records_must_count_as_none() =>
        Assert.Equal(["example.test:5222"], InOrder(new ServerSearch("example.test", Found(new SrvRecord(0, 0, "a b", 5222)), null)));

    [Fact]
    public void Domain_must_not_cause_unlimited_connection_attempts()
    {
        SrvRecord[] many = [.. Enumerable.Range(0, 500).Select(i => new SrvRecord(i, 0, $"h{i}.example.test", 5222))];
        var endPoints = InOrder(new ServerSearch("example.test", Found([.. many, .. many]), null));
        Assert.Equal(ServerSearch.MaxEndPoints, endPoints.Distinct().Count());
        Assert.Equal("h0.example.test:5222", endPoints[0]);
    }

    [Theory]
    [InlineData("example.test", true)]
    [InlineData("xn--bcher-kva.example", true)]
    [InlineData("intranet", true)]
    [InlineData("notlocalhost", true)]
    [InlineData("192.0.2.1", false)]
    [InlineData("2001:db8::1", false)]
    [InlineData("localhost", false)]
    [InlineData("LOCALHOST.", false)]
    [InlineData("chat.localhost", false)]
    [InlineData("", false)]
    public void Addresses_and_names_of_this_machine_must_not_be_looked_up(string domain, bool isFor) => Assert.Equal(isFor, ServerSearch.IsFor(domain));

    private static SrvAnswer Found(params SrvRecord[] records) => new SrvAnswer.Found([.. records]);

    private static SrvAnswer? Answer(string word) => word switch
    {
        "none" => None,
        "failed" => Silence,
        "." => NotAvailable,
        "records" => Found(new SrvRecord(0, 0, "a.example.test.", 7), new SrvRecord(0, 0, ".", 0)),
        _ => null,
    };

    private static string[] InOrder(ServerSearch search) =>
        [.. Assert.IsType<ServerChoice.EndPoints>(search.Choose(_ => 0)).InOrder.Select(at => at.ToString())];
}
