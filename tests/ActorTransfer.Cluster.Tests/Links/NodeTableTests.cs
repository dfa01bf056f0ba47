using ActorTransfer.Cluster.Links;
using ActorTransfer.Cluster.Messages;
using Akka.Actor;

namespace ActorTransfer.Cluster.Tests.Links;

public sealed class NodeTableTests
{
    private static readonly RootActorPath s_root = new(new Address("akka", "test"));
    private readonly NodeTable _nodes = new();

    [Fact]
    public void Offer_must_go_to_the_node_with_the_fewest_transfers()
    {
        Add(1, new(Active: 5, Room: 10, HasReader: true, IsDraining: false));
        Add(2, new(Active: 3, Room: 10, HasReader: true, IsDraining: false));
        Assert.Equal(2, _nodes.Choose()?.Id);
    }

    [Fact]
    public void Offers_since_the_last_report_must_count()
    {
        Add(1, new(Active: 1, Room: 10, HasReader: true, IsDraining: false));
        Add(2, new(Active: 0, Room: 10, HasReader: true, IsDraining: false));
        var chosen = Enumerable.Range(0, 5).Select(_ =>
        {
            var node = _nodes.Choose()!;
            _nodes.Assign(node);
            return node.Id;
        });
        Assert.Equal([2, 1, 2, 1, 2], chosen);
    }

    [Fact]
    public void Idle_nodes_must_get_offers_in_turn()
    {
        var idle = new LinkMessage.Load(Active: 0, Room: 10, HasReader: true, IsDraining: false);
        Add(1, idle);
        Add(2, idle);
        var chosen = Enumerable.Range(0, 4).Select(_ =>
        {
            var node = _nodes.Choose()!;
            _nodes.Assign(node);
            node.Report(idle);
            return node.Id;
        });
        Assert.Equal([1, 2, 1, 2], chosen);
    }

    [Fact]
    public void Node_without_room_or_reader_must_be_the_last_choice_and_a_draining_one_behind_it()
    {
        Add(1, new(Active: 0, Room: 10, HasReader: true, IsDraining: true));
        Assert.Equal(1, _nodes.Choose()?.Id);
        Add(2, new(Active: 0, Room: 10, HasReader: false, IsDraining: false));
        Assert.Equal(2, _nodes.Choose()?.Id);
        Add(3, new(Active: 0, Room: 0, HasReader: true, IsDraining: false));
        Assert.Equal(3, _nodes.Choose()?.Id);
        Add(4, new(Active: 99, Room: 1, HasReader: true, IsDraining: false));
        Assert.Equal(4, _nodes.Choose()?.Id);
        _nodes.Assign(_nodes.Find(4)!);
        Assert.Equal(3, _nodes.Choose()?.Id);
    }

    [Fact]
    public void Node_must_get_no_offer_before_its_first_report_and_none_that_it_returned()
    {
        Add(1, null);
        Assert.Null(_nodes.Choose());
        var second = Add(2, new(Active: 0, Room: 10, HasReader: true, IsDraining: false));
        Assert.Null(_nodes.Choose(except: second));
    }

    [Fact]
    public void Node_must_be_found_by_its_current_link_only()
    {
        var first = Add(1, null);
        var second = _nodes.Add(1, new EmptyLocalActorRef(null, s_root / "again", null));
        Assert.Null(_nodes.Find(first.Link));
        Assert.Same(second, _nodes.Find(second.Link));
        Assert.Same(second, _nodes.Find(1));
        _nodes.Remove(second);
        Assert.Null(_nodes.Find(1));
    }

    private HubNode Add(int id, LinkMessage.Load? load)
    {
        var node = _nodes.Add(id, new EmptyLocalActorRef(null, s_root / $"node{id}", null));
        if (load is not null)
        {
            node.Report(load);
        }

        return node;
    }
}
