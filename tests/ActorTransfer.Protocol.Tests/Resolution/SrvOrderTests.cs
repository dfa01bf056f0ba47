using ActorTransfer.Protocol.FileTransfer;
using ActorTransfer.Protocol.Resolution;

namespace ActorTransfer.Protocol.Tests.Resolution;

public sealed class SrvOrderTests
{
    [Fact]
    public void Lower_priorities_must_come_first_whatever_their_weights() =>
        Assert.Equal(["a", "b", "c"], Order([Record(30, 0, "c"), Record(10, 0, "a"), Record(20, 65535, "b")], most => most));

    /// <summary>The running sums are 0, 1, 4 and 10: the first that reaches the number is taken.</summary>
    [Theory]
    [InlineData(0, "zero")]
    [InlineData(1, "one")]
    [InlineData(2, "three")]
    [InlineData(4, "three")]
    [InlineData(5, "six")]
    [InlineData(10, "six")]
    public void Weights_must_be_drawn_by_RFC_2782(int drawn, string first)
    {
        SrvRecord[] records = [Record(1, 1, "one"), Record(1, 3, "three"), Record(1, 0, "zero"), Record(1, 6, "six")];
        var draws = new Queue<int>([drawn, 0, 0, 0]);
        Assert.Equal(first, Order(records, _ => draws.Dequeue())[0]);
    }

    [Fact]
    public void Draw_must_be_between_0_and_the_sum_of_the_remaining_weights()
    {
        var bounds = new List<int>();
        Order([Record(1, 2, "a"), Record(1, 3, "b"), Record(1, 4, "c")], most =>
        {
            bounds.Add(most);
            return 0;
        });
        Assert.Equal([9, 7, 4], bounds);
    }

    [Fact]
    public void Records_without_weight_must_share_the_load_evenly()
    {
        SrvRecord[] records = [Record(1, 0, "a"), Record(1, 0, "b"), Record(1, 0, "c")];
        var first = new HashSet<string>(Enumerable.Range(0, 3).Select(drawn => Order(records, most => Math.Min(drawn, most))[0]));
        Assert.Equal(3, first.Count);
    }

    [Fact]
    public void Load_must_be_shared_in_proportion_to_the_weights()
    {
        var random = new Random(1);
        SrvRecord[] records = [Record(1, 10, "a"), Record(1, 30, "b"), Record(1, 60, "c")];
        var firsts = Enumerable.Range(0, 10_000).Select(_ => Order(records, most => random.Next(most + 1))[0]).CountBy(name => name).ToDictionary();
        Assert.InRange(firsts["a"], 900, 1200);
        Assert.InRange(firsts["b"], 2800, 3200);
        Assert.InRange(firsts["c"], 5700, 6200);
    }

    [Fact]
    public void Every_record_must_be_returned_once()
    {
        var random = new Random(2);
        SrvRecord[] records = [.. Enumerable.Range(0, 100).Select(i => Record(i % 3, random.Next(65536), $"h{i}"))];
        Assert.Equal(records.Select(record => record.Target).Order(), Order(records, most => random.Next(most + 1)).Order());
    }

    private static SrvRecord Record(int priority, int weight, string target) => new(priority, weight, target, 5222);

    private static List<string> Order(SrvRecord[] records, Func<int, int> random) =>
        [.. SrvOrder.Of(records, record => record, random).Select(record => record.Target)];
}
