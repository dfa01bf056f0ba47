using ActorTransfer.Actors.StreamHosts;
using ActorTransfer.Protocol;
using ActorTransfer.Protocol.Conversations;

namespace ActorTransfer.Actors.Tests.Quirks;

/// <summary>Spark 2.6.3 and Smack 4.4.8 as targets.</summary>
public sealed class SparkSpec : SendingTest
{
    [Fact]
    public async Task Smack_that_refuses_with_forbidden_of_type_auth_must_have_declined()
    {
        Answer(await OfferAsync(), ErrorOf($"<error type='auth'><forbidden xmlns='{Namespaces.StanzaErrors}'/></error>"));
        Assert.Equal(TransferSide.Peer, Assert.IsType<TransferOutcome.Refused>(await EndedAsync()).By);
    }

    [Fact]
    public async Task Spark_that_accepts_both_methods_without_a_form_type_must_be_offered_streamhosts()
    {
        Answer(await OfferAsync(), Result(Xml($"""
            <si xmlns='{Namespaces.StreamInitiation}'><feature xmlns='{Namespaces.FeatureNegotiation}'><x xmlns='jabber:x:data'>
              <field var='stream-method'><value>{Namespaces.Bytestreams}</value><value>{Namespaces.Ibb}</value></field></x></feature></si>
            """)));
        await StreamHost.ExpectMsgAsync<DirectStreamHost.GetAddresses>();
    }
}

/// <summary>Spark 2.6.3 and Smack 4.4.8 as initiators.</summary>
public sealed class SmackOffersSpec : ReceivingTest
{
    /// <summary>It drops its whole connection on a second one.</summary>
    [Fact]
    public async Task Smack_must_get_an_accept_with_one_value_though_it_offered_two()
    {
        var accept = (await AcceptedAsync()).Payload!;
        Assert.Single(accept.Child(Namespaces.FeatureNegotiation, "feature")!.Child(Namespaces.DataForms, "x")!.Child(Namespaces.DataForms, "field")!.Children);
    }
}
