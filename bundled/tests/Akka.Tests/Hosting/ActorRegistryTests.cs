using Akka.Actor;
using Akka.Hosting;

namespace ActorTransfer.Bundled.Tests.Hosting;

public class ActorRegistryTests : Akka.TestKit.Xunit2.TestKit
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    private readonly ActorRegistry _registry = new();

    [Fact]
    public void System_must_have_one_registry() => Assert.Same(ActorRegistry.For(Sys), ActorRegistry.For(Sys));

    [Fact]
    public void Registered_actor_must_be_found_under_its_key_only()
    {
        _registry.Register<int>(TestActor);

        Assert.Equal(TestActor, _registry.Get<int>());
        Assert.True(_registry.TryGet(typeof(int), out var found));
        Assert.Equal(TestActor, found);
        Assert.False(_registry.TryGet<string>(out var missing));
        Assert.Equal(ActorRefs.Nobody, missing);
        Assert.Throws<MissingActorRegistryEntryException>(() => _registry.Get<string>());
        Assert.Equal([typeof(int)], _registry.Select(entry => entry.Key));
    }

    [Fact]
    public void Key_must_not_be_taken_twice_unless_told_to()
    {
        var second = CreateTestProbe().Ref;
        _registry.Register<int>(TestActor);

        Assert.Throws<DuplicateActorRegistryException>(() => _registry.Register<int>(second));
        Assert.False(_registry.TryRegister<int>(second));
        Assert.Equal(TestActor, _registry.Get<int>());

        Assert.True(_registry.TryRegister<int>(second, overwrite: true));
        Assert.Equal(second, _registry.Get<int>());
        Assert.Throws<ArgumentNullException>(() => _registry.Register<long>(null!));
    }

    [Fact]
    public async Task Waiting_for_an_actor_must_end_when_it_is_registered()
    {
        var first = _registry.GetAsync<int>();
        var second = _registry.GetAsync(typeof(int));
        Assert.False(first.IsCompleted);

        _registry.Register<int>(TestActor);

        Assert.Equal(TestActor, await first.WaitAsync(Limit));
        Assert.Equal(TestActor, await second.WaitAsync(Limit));
        Assert.True(_registry.GetAsync<int>().IsCompletedSuccessfully);
    }

    [Fact]
    public async Task Waiting_for_an_actor_must_end_when_it_is_cancelled()
    {
        using var cancel = new CancellationTokenSource();
        var given = _registry.GetAsync<int>(cancel.Token);
        var kept = _registry.GetAsync<int>();

        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => given.WaitAsync(Limit));
        _registry.Register<int>(TestActor);
        Assert.Equal(TestActor, await kept.WaitAsync(Limit));
    }
}
