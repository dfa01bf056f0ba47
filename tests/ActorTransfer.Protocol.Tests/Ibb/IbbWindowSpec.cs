using ActorTransfer.Protocol.Ibb;
using ActorTransfer.Protocol.Stanzas;
using static ActorTransfer.Protocol.Tests.FileTransfer.TestData;

namespace ActorTransfer.Protocol.Tests.Ibb;

/// <summary>The window of a sender over a simulated server: a round trip, and a rate at which it passes blocks on.</summary>
public sealed class IbbWindowSpec
{
    private const int Block = 4095;
    private const double Stanza = 5600;

    /// <summary>A fixed window of eight blocks moves 164 KB/s at 200 ms.</summary>
    [Theory]
    [InlineData(20, 10e6, 3.0e6)]
    [InlineData(200, 10e6, 1.0e6)]
    [InlineData(600, 10e6, 0.33e6)]
    public void Window_must_fill_a_long_line(int roundTripMs, double bytesPerSecond, double expected)
    {
        var run = Simulate(roundTripMs, bytesPerSecond, blocks: 2000);
        Assert.True(run.Rate > expected, $"{run.Rate:0} bytes a second");
    }

    /// <summary>The limit that Prosody has for clients by default (10 KB/s), and less.</summary>
    [Theory]
    [InlineData(1, 10e3)]
    [InlineData(200, 10e3)]
    [InlineData(50, 100e3)]
    public void Window_must_not_queue_many_blocks_in_a_slow_server(int roundTripMs, double bytesPerSecond)
    {
        var run = Simulate(roundTripMs, bytesPerSecond, blocks: 500);
        Assert.InRange(run.LastWindow, 1, IbbSender.UnhurriedWindow + 1);
        Assert.True(run.SlowestAck < TimeSpan.FromSeconds(8), $"{run.SlowestAck}");
        Assert.True(run.Rate > 0.7 * bytesPerSecond, $"{run.Rate:0} bytes a second");
    }

    /// <summary>Blocks pass the server one after the other; each acknowledgement arrives a round trip later.</summary>
    private static (double Rate, TimeSpan SlowestAck, int LastWindow) Simulate(int roundTripMs, double bytesPerSecond, int blocks)
    {
        IbbSenderTerms terms = new(Block, 1024, MaxWindow: 64, SlowAck: TimeSpan.FromSeconds(6), MaxRetries: 5);
        IbbSenderState sender = new(SessionId, terms) { KeepsOrder = true };
        var (now, free, slowest, granted, acknowledged) = (0.0, 0.0, 0.0, 0, 0);
        Queue<(ushort Sequence, double Sent, double Due)> flights = [];
        void Take(IbbSenderInput input)
        {
            var step = IbbSender.Next(sender, input);
            sender = step.State;
            foreach (var output in step.Outputs)
            {
                granted += output is IbbSenderOutput.Grant grant ? grant.Blocks : 0;
                if (output is IbbSenderOutput.AskBlock block)
                {
                    free = Math.Max(free, now) + (Stanza / bytesPerSecond);
                    flights.Enqueue((block.Sequence, now, free + (roundTripMs / 1000.0)));
                }
            }
        }

        Take(new IbbSenderInput.Begin());
        Take(new IbbSenderInput.OpenAnswered(new Answer.Result(null)));
        while (acknowledged < blocks)
        {
            for (; granted > 0; granted--)
            {
                Take(new IbbSenderInput.Block("AA==", Block));
            }

            var (sequence, sent, due) = flights.Dequeue();
            now = Math.Max(now, due);
            slowest = Math.Max(slowest, now - sent);
            acknowledged++;
            Take(new IbbSenderInput.BlockAnswered(sequence, new Answer.Result(null), TimeSpan.FromSeconds(now - sent)));
        }

        return (acknowledged * Block / now, TimeSpan.FromSeconds(slowest), sender.Window);
    }
}
