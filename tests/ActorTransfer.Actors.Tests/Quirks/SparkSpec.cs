using ActorTransfer.Actors.Connections;
using ActorTransfer.Actors.StreamHosts;
using ActorTransfer.Extensibility;
using ActorTransfer.Protocol;
using ActorTransfer.Protocol.Discovery;
using ActorTransfer.Protocol.Ibb;
using ActorTransfer.Protocol.Stanzas;
using Akka.Actor;

namespace ActorTransfer.Actors.Tests.Quirks;

/// <summary>Spark 2.6.3 and Smack 4.4.8 as targets.</summary>
public sealed class SparkSpec : SendingTest
{
    [Fact]
    public async Task Forbidden_error_of_type_auth_from_smack_must_be_reported_as_a_decline()
    {
        Answer(await OfferAsync(), ErrorOf($"<error type='auth'><forbidden xmlns='{Namespaces.StanzaErrors}'/></error>"));
        Assert.Equal(TransferSide.Peer, Assert.IsType<TransferOutcome.Refused>(await EndedAsync()).By);
    }

    [Fact]
    public async Task Acceptance_of_both_methods_without_a_form_type_must_lead_to_streamhosts()
    {
        Answer(await OfferAsync(), Result(Xml($"""
            <si xmlns='{Namespaces.StreamInitiation}'><feature xmlns='{Namespaces.FeatureNegotiation}'><x xmlns='jabber:x:data'>
              <field var='stream-method'><value>{Namespaces.Bytestreams}</value><value>{Namespaces.Ibb}</value></field></x></feature></si>
            """)));
        await StreamHost.ExpectMsgAsync<DirectStreamHost.GetAddresses>();
    }

    /// <summary>Neither of them writes the sid into streamhost-used.</summary>
    [Fact]
    public async Task Proxy_used_by_spark_without_a_session_id_must_be_accepted()
    {
        Answer(await StreamhostsAsync(), Result(Xml($"<query xmlns='{Namespaces.Bytestreams}'><streamhost-used jid='{Relay}'/></query>")));
        (await Gate.ExpectMsgAsync<Attempt>()).Succeed(Near);
        Answer(await ExpectRequestAsync(), Result());
        Assert.Equal(Size, await ReceiveAllAsync());
        Far.Dispose();
        Assert.Equal(StreamMethod.Proxy, (await CompletedAsync()).Method);
    }

    [Fact]
    public async Task Direct_connection_of_spark_without_a_session_id_must_be_accepted()
    {
        Answer(await StreamhostsAsync(), Result(Xml($"<query xmlns='{Namespaces.Bytestreams}'><streamhost-used jid='{Ada}'/></query>")));
        await StreamHost.ExpectMsgAsync<DirectStreamHost.Take>();
        StreamHost.Reply(new DirectStreamHost.Taken(Near));
        Assert.Equal(Size, await ReceiveAllAsync());
        Far.Dispose();
        Assert.Equal(StreamMethod.Direct, (await CompletedAsync()).Method);
    }

    /// <summary>
    /// Spark acknowledged 90 MB while its reader had read 5 MB: an acknowledgement does not promise buffer space, and a burst of them must not cause a burst
    /// of blocks.
    /// </summary>
    [Theory]
    [InlineData("", 1)]
    [InlineData($"<feature var='{Namespaces.InOrderBlocks}'/>", 64)]
    public async Task Spark_that_acknowledges_everything_at_once_must_never_get_more_than_the_window(string known, int window)
    {
        var content = Enumerable.Range(0, 1_000_000).Select(i => (byte)(i * 7)).ToArray();
        Answer(await OfferAsync(content), Accepts(Namespaces.Ibb));
        var (open, opener) = await NextAsync();
        await AnswerInfoAsync(Result(Xml($"<query xmlns='{Namespaces.DiscoInfo}'>{known}</query>")));
        await StillRunsAsync(opener);
        opener.Tell(new Connection.Answered(open.Tag, Result()));

        using var received = new MemoryStream();
        var (ask, sender) = await NextAsync();
        while (IbbData.Is(ask.Payload))
        {
            List<(Connection.Ask Ask, IActorRef Sender)> inFlight = [(ask, sender)];
            await StillRunsAsync(sender);
            while (Connection.HasMessages)
            {
                inFlight.Add(await NextAsync());
            }

            Assert.InRange(inFlight.Count, 1, window);
            foreach (var block in inFlight)
            {
                received.Write(Convert.FromBase64String(block.Ask.Payload.Text));
                block.Sender.Tell(new Connection.Answered(block.Ask.Tag, Result()));
            }

            (ask, sender) = await NextAsync();
        }

        Assert.True(IbbClose.Is(ask.Payload));
        sender.Tell(new Connection.Answered(ask.Tag, Result()));
        Assert.Equal(content, received.ToArray());
        Assert.Equal(content.Length, (await CompletedAsync()).Bytes);
    }

    private async Task<(Connection.Ask Ask, IActorRef Sender)> NextAsync()
    {
        var ask = await Connection.FishForMessageAsync<Connection.Ask>(_ => true, hint: "a request");
        return (ask, Connection.LastSender);
    }
}

/// <summary>Spark 2.6.3 and Smack 4.4.8 as initiators.</summary>
public sealed class SmackOffersSpec : ReceivingTest
{
    /// <summary>Smack closes its XMPP connection on a second value.</summary>
    [Fact]
    public async Task Acceptance_of_an_offer_of_smack_must_have_one_value()
    {
        var accept = (await AcceptedAsync()).Payload!;
        Assert.Single(accept.Child(Namespaces.FeatureNegotiation, "feature")!.Child(Namespaces.DataForms, "x")!.Child(Namespaces.DataForms, "field")!.Children);
    }

    /// <summary>Smack never offers loopback addresses: on one machine there are only its other addresses and the proxy.</summary>
    [Fact]
    public async Task Proxy_must_be_tried_when_own_addresses_of_smack_cannot_be_reached()
    {
        await AcceptedAsync();
        Requests("s1", StreamhostsXml("", (Bo.ToString(), "203.0.113.5"), (Bo.ToString(), "2001:db8::5"), (Relay.ToString(), "203.0.113.7")));
        (await Gate.ExpectMsgAsync<Attempt>()).Fail("connection refused");
        (await Gate.ExpectMsgAsync<Attempt>()).Fail("no route");
        var proxy = await Gate.ExpectMsgAsync<Attempt>();
        Assert.Equal(Relay, proxy.Host.Jid);
        proxy.Succeed(Near);
        Assert.Equal(("s1", IqType.Result), Head(await ResponseAsync()));
    }
}
