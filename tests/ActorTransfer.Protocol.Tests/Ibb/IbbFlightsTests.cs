using ActorTransfer.Protocol.Ibb;
using ActorTransfer.Protocol.Xml;

namespace ActorTransfer.Protocol.Tests.Ibb;

public sealed class IbbFlightsTests
{
    private static readonly XmlElement Payload = new(Namespaces.Ibb, "data");

    [Fact]
    public void Acknowledged_blocks_must_be_settled_only_up_to_the_first_gap()
    {
        var rest = Of(IbbFlightStatus.Acknowledged, IbbFlightStatus.Sent, IbbFlightStatus.Acknowledged).Settle(out var bytes);
        Assert.Equal(10, bytes);
        Assert.Equal(2, rest.Count);
        Assert.Equal(2, rest.FirstAcknowledged()!.Value.Sequence);
    }

    [Fact]
    public void Block_must_overtake_earlier_ones_without_a_response()
    {
        var flights = Of(IbbFlightStatus.Sent, IbbFlightStatus.Sent);
        Assert.False(flights.IsOvertaking(0));
        Assert.True(flights.IsOvertaking(1));
        Assert.False(flights.With(0, IbbFlightStatus.Bounced).IsOvertaking(1));
    }

    [Fact]
    public void Only_sent_blocks_must_be_found_by_their_number()
    {
        var flights = Of(IbbFlightStatus.Sent, IbbFlightStatus.Unsent);
        Assert.Equal(0, flights.IndexOfSent(0));
        Assert.Equal(-1, flights.IndexOfSent(1));
        Assert.Equal(1, flights.CountSent());
    }

    [Fact]
    public void Resending_must_include_all_blocks()
    {
        var flights = Of(IbbFlightStatus.Bounced, IbbFlightStatus.Acknowledged).Resend();
        Assert.False(flights.AwaitsResponse);
        Assert.True(flights.HasUndelivered);
        Assert.Null(flights.FirstAcknowledged());
    }

    private static IbbFlights Of(params IbbFlightStatus[] states)
    {
        var flights = IbbFlights.None;
        foreach (var status in states)
        {
            flights = flights.Add(new IbbFlight((ushort)flights.Count, Payload, Length: 10, status));
        }

        return flights;
    }
}
