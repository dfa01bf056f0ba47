using System.Collections.Concurrent;
using System.Net;
using ActorTransfer.Actors.Connections;
using ActorTransfer.Protocol.Resolution;
using ActorTransfer.Protocol.Streams;
using ActorTransfer.Transports.Resolution;
using Akka.Actor;
using Akka.TestKit;

namespace ActorTransfer.Actors.Tests;

/// <summary>Which server the link of a client account connects to, by the records of a scripted resolver.</summary>
public sealed class ClientLookUpSpec : ActorTest
{
    private const string StartTlsService = "_xmpp-client._tcp.north.example";
    private const string DirectTlsService = "_xmpps-client._tcp.north.example";

    private readonly ScriptedServer _server;
    private readonly ScriptedServer _other;
    private readonly TestProbe _parent;
    private readonly ScriptedResolver _resolver = new();
    private IActorRef _link = ActorRefs.Nobody;

    public ClientLookUpSpec()
    {
        _server = Own(new ScriptedServer());
        _other = Own(new ScriptedServer());
        _parent = CreateTestProbe("parent");
    }

    [Fact]
    public async Task Link_must_connect_to_the_target_of_the_record_and_open_the_stream_to_the_domain()
    {
        SetRecords(StartTlsService, (10, _server.Port));
        Start(TlsMode.StartTls);
        await _server.AcceptAsync();
        await _server.ReceiveAsync("to='north.example'");
        Assert.Equal([StartTlsService], _resolver.Queries);
    }

    [Fact]
    public async Task Records_of_both_services_must_be_tried_in_the_order_of_their_priorities()
    {
        SetRecords(DirectTlsService, (10, _server.Port));
        SetRecords(StartTlsService, (20, _other.Port));
        Start(TlsMode.Required);
        await _server.AcceptAsync();
        await _server.ReceiveAsync("north.example"); // the domain, not the target, in the ClientHello
        _server.Close();
        await _other.AcceptAsync();
        await _other.ReceiveAsync("<stream:stream");
        await _other.ReceiveAsync("version='1.0'>");
    }

    [Fact]
    public async Task Direct_TLS_must_announce_XMPP_by_ALPN()
    {
        SetRecords(DirectTlsService, (10, _server.Port));
        Start(TlsMode.Direct);
        await _server.AcceptAsync();
        await _server.ReceiveAsync("xmpp-client"); // ALPN
        Assert.Equal([DirectTlsService], _resolver.Queries);
    }

    [Fact]
    public async Task Silent_server_must_not_prevent_attempts_at_the_others()
    {
        using var third = new ScriptedServer();
        using var fourth = new ScriptedServer();
        SetRecords(StartTlsService, (1, _server.Port), (2, _other.Port), (3, third.Port), (4, fourth.Port));
        Start(TlsMode.StartTls);
        foreach (var silent in (ScriptedServer[])[_server, _other, third])
        {
            await silent.AcceptAsync();
            await silent.ReceiveAsync("version='1.0'>");
            await PassAsync(5);
        }

        await fourth.AcceptAsync();
        await fourth.ReceiveAsync("version='1.0'>");
        await PassAsync(14);
        await ExpectNoMessageAsync(_parent, _link);
        await PassAsync(1);
        Assert.Contains("did not complete the login", (await _parent.ExpectMsgAsync<StanzaLink.Closed>()).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Link_must_report_the_failure_of_every_server()
    {
        var closed = _other.Port;
        _other.Dispose();
        SetRecords(StartTlsService, (1, _server.Port), (2, closed));
        Start(TlsMode.StartTls);
        await _server.AcceptAsync();
        _server.Close();
        var why = (await _parent.ExpectMsgAsync<StanzaLink.Closed>()).Reason;
        Assert.Contains($"cannot connect to xmpp.north.example:{_server.Port}: ", why, StringComparison.Ordinal);
        Assert.Contains($", xmpp.north.example:{closed}: ", why, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Domain_without_an_XMPP_service_must_be_reported_as_unavailable()
    {
        _resolver.Records[StartTlsService] = _resolver.Records[DirectTlsService] = new SrvAnswer.Found([new SrvRecord(0, 0, ".", 0)]);
        Start(TlsMode.Required);
        var closed = await _parent.ExpectMsgAsync<StanzaLink.Closed>();
        Assert.Equal((LinkFault.ServiceUnavailable, true), (closed.Fault, closed.ForGood));
        Assert.Contains("north.example has no XMPP service for clients", closed.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Domain_itself_must_be_tried_when_it_has_no_records_or_the_lookup_fails(bool fails)
    {
        _resolver.Records[StartTlsService] = fails ? new SrvAnswer.Failed("no name server responded within 5 s") : new SrvAnswer.None();
        Start(TlsMode.StartTls);
        var why = (await _parent.ExpectMsgAsync<StanzaLink.Closed>()).Reason;
        Assert.Contains("cannot connect to north.example:5222: ", why, StringComparison.Ordinal);
        Assert.Contains("north.example", _resolver.Hosts);
        Assert.Equal(fails, why.Contains("DNS lookup failed: _xmpp-client._tcp.north.example: no name server responded within 5 s", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Lookup_without_a_response_must_time_out()
    {
        _resolver.Records[StartTlsService] = null;
        Start(TlsMode.StartTls);
        await PassAsync(15);
        Assert.Contains("did not complete the login", (await _parent.ExpectMsgAsync<StanzaLink.Closed>()).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task International_domain_must_be_looked_up_in_its_ASCII_form()
    {
        Start(new ClientAccount { Jid = Jid.Parse("ada@b\u00FCcher.example"), Tls = TlsMode.StartTls, Password = "open sesame" });
        await _parent.ExpectMsgAsync<StanzaLink.Closed>();
        Assert.Equal(["_xmpp-client._tcp.xn--bcher-kva.example"], _resolver.Queries);
    }

    [Fact]
    public async Task Password_must_not_be_sent_unencrypted_to_another_machine_whatever_the_records()
    {
        _resolver.Address = IPAddress.Parse("192.0.2.1");
        SetRecords(StartTlsService, (1, 5222));
        Start(TlsMode.Off);
        Assert.Contains("not the local machine", (await _parent.ExpectMsgAsync<StanzaLink.Closed>()).Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("127.0.0.1", null, "ada@north.example")]
    [InlineData("xmpp.north.example", null, "ada@north.example")]
    [InlineData(null, 1, "ada@north.example")]
    [InlineData("127.0.0.1", 1, "ada@north.example")]
    [InlineData(null, null, "ada@127.0.0.1")]
    [InlineData(null, null, "ada@[::1]")]
    [InlineData(null, null, "ada@localhost")]
    public void Configured_host_or_port_must_override_DNS(string? host, int? port, string account) =>
        Assert.Null(new ClientAccount { Jid = Jid.Parse(account), Host = host, Port = port }.SrvDomain);

    [Theory]
    [InlineData("other.example", null, "other.example")]
    [InlineData("other.example", 5222, null)]
    [InlineData("192.0.2.1", null, null)]
    public void Redirect_target_must_be_looked_up_unless_it_has_a_port(string host, int? port, string? domain)
    {
        var account = new ClientAccount { Jid = Jid.Parse("ada@north.example"), Host = "127.0.0.1", Port = 5222 };
        Assert.Equal(domain, account.At(new OtherHost(host, port)).SrvDomain);
    }

    private void SetRecords(string name, params (int Priority, int Port)[] records) =>
        _resolver.Records[name] = new SrvAnswer.Found([.. records.Select(record => new SrvRecord(record.Priority, 0, "xmpp.north.example.", record.Port))]);

    private void Start(TlsMode mode) => Start(new ClientAccount { Jid = Ada, Tls = mode, Password = "open sesame" });

    private void Start(ClientAccount address)
    {
        var terms = new ClientTerms(address.Jid, address.Password) { AllowPlaintext = address.Tls == TlsMode.Off };
        _link = _parent.ChildActorOf(XmppStreamActor.Props(address, terms, Settings().Connection, _resolver), "link");
        _link.Tell(new StanzaLink.Start());
    }

    private async Task PassAsync(int seconds)
    {
        await AdvanceAsync(_link, TimeSpan.FromSeconds(seconds));
        await StillRunsAsync(_link);
    }

    /// <summary>Returns scripted records and never completes for null. Only targets of records have an address.</summary>
    private sealed class ScriptedResolver : IServerResolver
    {
        public ConcurrentDictionary<string, SrvAnswer?> Records { get; } = new();

        public ConcurrentQueue<string> Queries { get; } = new();

        public ConcurrentQueue<string> Hosts { get; } = new();

        public IPAddress Address { get; set; } = IPAddress.Loopback;

        public async Task<SrvAnswer> LookUpAsync(string name, CancellationToken ct)
        {
            Queries.Enqueue(name);
            var answer = Records.GetValueOrDefault(name, new SrvAnswer.None());
            if (answer is null)
            {
                await Task.Delay(Timeout.Infinite, ct);
            }

            return answer!;
        }

        public Task<IPAddress[]> GetAddressesAsync(string host, CancellationToken ct)
        {
            Hosts.Enqueue(host);
            return host == "xmpp.north.example"
                ? Task.FromResult<IPAddress[]>([Address])
                : Task.FromException<IPAddress[]>(new System.Net.Sockets.SocketException((int)System.Net.Sockets.SocketError.HostNotFound));
        }
    }
}
