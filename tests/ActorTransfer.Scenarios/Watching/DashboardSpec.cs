using System.Diagnostics;
using System.Text.Json;
using System.Text.RegularExpressions;
using ActorTransfer.Scenarios.Architecture;
using Xunit.Abstractions;

namespace ActorTransfer.Scenarios.Watching;

/// <summary>Each query of the Grafana dashboard has a result.</summary>
[Collection(ActivityRecorder.Collection)]
public sealed partial class DashboardSpec(ITestOutputHelper output)
{
    private const string Prometheus = "/usr/bin/prometheus";
    private static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Metrics_and_labels_of_every_query_must_be_in_a_scrape()
    {
        await using var scrape = await Scrape.StartAsync();
        var text = await scrape.TextAsync();
        var (metrics, labels) = (Words(Sample(), text), Words(Label(), text).Append("instance").ToHashSet());
        var queries = Queries();
        Assert.InRange(queries.Count, 20, 100);
        Assert.All(queries, query =>
        {
            Assert.NotEmpty(Words(Metric(), query));
            Assert.All(Words(Metric(), WithoutLabels(query)), metric => Assert.Contains(metric, metrics));
            Assert.All(Words(UsedLabel(), query).Concat(Grouped(query)), label => Assert.Contains(label, labels));
        });
    }

    [Fact]
    public async Task Prometheus_must_find_a_result_for_every_query()
    {
        if (!File.Exists(Prometheus))
        {
            output.WriteLine($"Not run: {Prometheus} is not installed; on Debian: apt-get install prometheus.");
            return;
        }

        await using var scrape = await Scrape.StartAsync();
        using var folder = new TestFolder();
        var config = folder.File("prometheus.yml", System.Text.Encoding.UTF8.GetBytes(
            $"global: {{ scrape_interval: 1s }}\nscrape_configs: [{{ job_name: test, static_configs: [{{ targets: ['127.0.0.1:{scrape.Port}'] }}] }}]\n"));
        var port = Scrape.FreePort();
        string[] args = [$"--config.file={config}", $"--storage.tsdb.path={folder["data"]}", $"--web.listen-address=127.0.0.1:{port}"];
        using var prometheus = Process.Start(new ProcessStartInfo(Prometheus, args) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        _ = prometheus.StandardError.ReadToEndAsync();
        try
        {
            using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}/") };
            using var limit = new CancellationTokenSource(MaxWait);
            foreach (var query in Queries())
            {
                await FindsAsync(http, query, limit.Token);
            }
        }
        finally
        {
            prometheus.Kill();
            await prometheus.WaitForExitAsync();
        }
    }

    /// <summary>Rates need two scrapes.</summary>
    private static async Task FindsAsync(HttpClient http, string query, CancellationToken ct)
    {
        var expression = query.Replace("$__rate_interval", "1m", StringComparison.Ordinal).Replace("$instance", ".*", StringComparison.Ordinal);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(200));
        var answer = "no answer";
        try
        {
            while (true)
            {
                await timer.WaitForNextTickAsync(ct);
                try
                {
                    answer = await (await http.GetAsync(new Uri($"api/v1/query?query={Uri.EscapeDataString(expression)}", UriKind.Relative), ct))
                        .Content.ReadAsStringAsync(ct);
                    using var read = JsonDocument.Parse(answer);
                    Assert.Equal("success", read.RootElement.GetProperty("status").GetString());
                    if (read.RootElement.GetProperty("data").GetProperty("result").GetArrayLength() > 0)
                    {
                        return;
                    }
                }
                catch (Exception failure) when (failure is HttpRequestException or JsonException)
                {
                    // It is still starting.
                }
            }
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"{expression}: {answer}");
        }
    }

    private static List<string> Queries()
    {
        using var dashboard = JsonDocument.Parse(File.ReadAllText(Path.Combine(Repository.Root, "docs", "grafana", "actor-transfer.json")));
        return [.. dashboard.RootElement.GetProperty("panels").EnumerateArray()
            .Where(panel => panel.TryGetProperty("targets", out _))
            .SelectMany(panel => panel.GetProperty("targets").EnumerateArray())
            .Select(target => target.GetProperty("expr").GetString()!)];
    }

    private static HashSet<string> Words(Regex regex, string text) => [.. regex.Matches(text).Select(match => match.Groups["word"].Value)];

    private static string WithoutLabels(string query) => By().Replace(InBraces().Replace(query, ""), "");

    private static IEnumerable<string> Grouped(string query) => By().Matches(query)
        .SelectMany(by => by.Groups["word"].Value.Split(',', StringSplitOptions.TrimEntries));

    [GeneratedRegex(@"^(?<word>[a-z_]+)\{", RegexOptions.ExplicitCapture | RegexOptions.Multiline, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Sample();

    [GeneratedRegex(@"[{,](?<word>[a-z_]+)=""", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Label();

    [GeneratedRegex(@"[{,] ?(?<word>[a-z_]+)=~?""", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex UsedLabel();

    [GeneratedRegex(@"(?<word>actortransfer_[a-z_]+)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Metric();

    [GeneratedRegex(@"\{[^}]*\}", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex InBraces();

    [GeneratedRegex(@"by \((?<word>[^)]*)\)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex By();
}
