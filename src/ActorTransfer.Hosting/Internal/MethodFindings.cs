namespace ActorTransfer.Hosting.Internal;

/// <summary>The methods that a transfer could use and the reasons against the others, from which a diagnosis draws its conclusion.</summary>
internal sealed class MethodFindings
{
    private readonly List<string> _direct = [];
    private readonly List<(string Name, TimeSpan Took)> _proxies = [];
    private readonly List<string> _excluded = [];
    private bool _peerTakesFiles = true;
    private string _signalling = "";

    public void AddDirect(string address) => _direct.Add(address);

    /// <param name="name">The proxy and its address.</param>
    /// <param name="took">Duration of a whole connection through it; the fastest is listed first.</param>
    public void AddProxy(string name, TimeSpan took) => _proxies.Add((name, took));

    public void Exclude(string reason) => _excluded.Add(reason);

    /// <param name="signalling">How files are offered to the peer.</param>
    /// <param name="reason">Why.</param>
    public void Offer(Signalling signalling, string reason) => _signalling = $"offer files by {Name(signalling)} ({reason}) and ";

    public static string Name(Signalling signalling) => signalling == Signalling.Jingle ? "Jingle" : "stream initiation";

    /// <summary>No method reaches the peer.</summary>
    public void ExcludePeer(string reason)
    {
        _peerTakesFiles = false;
        _excluded.Add(reason);
    }

    public DiagnosticStep Conclusion()
    {
        var methods = new List<string>();
        if (_direct.Count > 0)
        {
            methods.Add($"direct (the peer connects to {string.Join(" or ", _direct)})");
        }

        if (_proxies.Count > 0)
        {
            methods.Add("the proxy " + string.Join(" or ", _proxies.OrderBy(proxy => proxy.Took).Select(proxy => proxy.Name)));
        }

        methods.Add("in-band through the server");
        var excluded = _excluded.Count > 0 ? ". Not available: " + string.Join("; ", _excluded) : "";
        var result = !_peerTakesFiles ? DiagnosticResult.Failed : methods.Count > 1 ? DiagnosticResult.Ok : DiagnosticResult.Warning;
        return StepWatch.Start().Step("conclusion", result, $"A transfer would {_signalling}try {string.Join(", then ", methods)}{excluded}");
    }
}
