using ActorTransfer.Testing;
using ActorTransfer.Transports.Files;
using Microsoft.Extensions.Time.Testing;

namespace ActorTransfer.Transports.Tests.Files;

public sealed class PartialCleanupTests : IDisposable
{
    private const string Old = ".a.0123456789abcdef.part";

    private readonly TemporaryFolder _folder = new();
    private readonly FakeTimeProvider _time = new();
    private readonly PartialCleanup _cleanup;

    public PartialCleanupTests() => _cleanup = new PartialCleanup(_time);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Folder_must_be_searched_at_most_once_an_hour()
    {
        await SweepsAsync(true);
        await SweepsAsync(false);
        _time.Advance(PartialCleanup.Interval - TimeSpan.FromTicks(1));
        await SweepsAsync(false);
        _time.Advance(TimeSpan.FromTicks(1));
        await SweepsAsync(true);
    }

    [Fact]
    public async Task Folder_must_be_searched_whatever_happened_in_another_folder()
    {
        await _cleanup.Start(_folder.Folder("other"), TimeSpan.FromDays(7)).Soon();
        await SweepsAsync(true);
    }

    [Fact]
    public async Task Folder_must_be_searched_although_the_clock_was_set_back()
    {
        await SweepsAsync(true);
        _time.AdjustTime(_time.GetUtcNow() - TimeSpan.FromDays(365));
        await SweepsAsync(true);
    }

    [Fact]
    public async Task Missing_folder_must_not_be_a_fault() => await _cleanup.Start(_folder["none"], TimeSpan.FromDays(7)).Soon();

    [Fact]
    public async Task Recent_partial_file_must_be_kept()
    {
        _folder.File(Old, []);
        File.SetLastWriteTimeUtc(_folder[Old], _time.GetUtcNow().UtcDateTime.AddDays(-6));
        await _cleanup.Start(_folder.Path, TimeSpan.FromDays(7)).Soon();
        Assert.Equal([Old], _folder.Names);
    }

    private async Task SweepsAsync(bool sweeps)
    {
        _folder.File(Old, []);
        File.SetLastWriteTimeUtc(_folder[Old], _time.GetUtcNow().UtcDateTime.AddDays(-8));
        await _cleanup.Start(_folder.Path, TimeSpan.FromDays(7)).Soon();
        Assert.Equal(!sweeps, File.Exists(_folder[Old]));
    }
}
