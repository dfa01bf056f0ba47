using System.Collections.Immutable;
using ActorTransfer.Protocol.Discovery;
using ActorTransfer.Protocol.FileTransfer;
using ActorTransfer.Protocol.Stanzas;

namespace ActorTransfer.Protocol.Contacts;

using SearchStep = Step<ResourceSearch, ResourceSearchOutput>;

/// <summary>
/// Finds the resource of an account that a file can be sent to, as pure steps. Of the online resources (RFC 6121 §4) one that advertises file transfer
/// (XEP-0030, XEP-0115) is chosen: the one with the highest priority, among equals the one that came online last. A resource that does not answer is the last
/// choice. Without any, the contact list tells whether this side would know of one.
/// </summary>
internal sealed record ResourceSearch
{
    /// <summary>Resources that are asked for their features.</summary>
    private const int MostAsked = 10;

    /// <param name="self">Own address.</param>
    /// <param name="account">The bare JID to find a resource of.</param>
    /// <param name="signalling">How the file is offered.</param>
    private ResourceSearch(Jid self, Jid account, Signalling signalling) => (Self, Account, Signalling) = (self, account, signalling);

    /// <summary>Own address.</summary>
    public Jid Self { get; }

    /// <summary>The bare JID to find a resource of.</summary>
    public Jid Account { get; }

    /// <summary>How the file is offered.</summary>
    public Signalling Signalling { get; }

    /// <summary>The search has ended.</summary>
    public bool IsOver { get; private init; }

    /// <summary>In the order of their presence.</summary>
    private ImmutableList<Candidate> Candidates { get; init; } = [];

    private Subscription Known { get; init; }

    private bool IsPresenceTimedOut { get; init; }

    /// <summary>A component gets no presence of others than those that send it directly, and has no contact list.</summary>
    private bool ReceivesPresence => Self.IsFull;

    /// <summary>Starts a search.</summary>
    /// <param name="self">Own address: a full JID, or the domain of a component.</param>
    /// <param name="account">A bare JID.</param>
    /// <param name="signalling">How the file is offered; <see cref="Signalling.Auto"/> = in any way.</param>
    /// <param name="online">Its resources known to be online, in the order of their presence.</param>
    public static SearchStep Begin(Jid self, Jid account, Signalling signalling, IEnumerable<ResourceSearchInput.Appeared> online)
    {
        SearchStep step = new(new ResourceSearch(self, account, signalling), []);
        foreach (var appeared in online)
        {
            var next = step.State.Add(appeared);
            step = next with { Outputs = [.. step.Outputs, .. next.Outputs] };
        }

        var asksRoster = step.State is { Candidates.IsEmpty: true, ReceivesPresence: true } && account != self.Bare;
        return asksRoster
            ? new(step.State with { Known = Subscription.Asked }, [new ResourceSearchOutput.AskRoster()])
            : step.State.Conclude(step.Outputs);
    }

    /// <summary>Applies one input.</summary>
    public SearchStep Next(ResourceSearchInput input)
    {
        if (IsOver)
        {
            return SearchStep.Ignore(this);
        }

        switch (input)
        {
            case ResourceSearchInput.Appeared appeared:
                var added = Add(appeared);
                return added.State.Conclude(added.Outputs);
            case ResourceSearchInput.InfoAnswered answered:
                return Record(answered).Conclude([]);
            case ResourceSearchInput.RosterAnswered { Answer: var answer }:
                return (this with { Known = SubscriptionIn(answer) }).Conclude([]);
            case ResourceSearchInput.PresenceTimedOut:
                return (this with { IsPresenceTimedOut = true }).Conclude([]);
            default:
                return SearchStep.Ignore(this);
        }
    }

    private SearchStep Add(ResourceSearchInput.Appeared appeared)
    {
        var (resource, info) = appeared;
        if (resource.Jid == Self || Candidates.Count >= MostAsked || Candidates.Exists(candidate => candidate.Resource.Jid == resource.Jid))
        {
            return SearchStep.Ignore(this);
        }

        var support = info is null ? Support.Asked : SupportIn(info);
        var added = this with { Candidates = Candidates.Add(new Candidate(resource, support, info)) };
        return new(added, info is null ? [new ResourceSearchOutput.AskInfo(resource.Jid)] : []);
    }

    private ResourceSearch Record(ResourceSearchInput.InfoAnswered answered)
    {
        var at = Candidates.FindIndex(candidate => candidate.Resource.Jid == answered.Resource);
        if (at < 0)
        {
            return this;
        }

        var info = answered.Answer is Answer.Result { Payload: { } payload } ? DiscoInfo.Read(payload) : null;
        var support = info is not null ? SupportIn(info) : answered.Answer is Answer.None ? Support.Silent : Support.No;
        return this with { Candidates = Candidates.SetItem(at, Candidates[at] with { Support = support, Info = info }) };
    }

    private SearchStep Conclude(ImmutableArray<ResourceSearchOutput> before) =>
        Result() is { } finish ? new(this with { IsOver = true }, [.. before, finish]) : new(this, before);

    /// <summary>Null = not known yet.</summary>
    private ResourceSearchOutput.Finish? Result()
    {
        var best = Best(Support.Yes);
        if (best is not null && !Candidates.Exists(candidate => candidate.Support == Support.Asked && candidate.Resource.Priority > best.Resource.Priority))
        {
            return new(best.Resource.Jid) { Info = best.Info };
        }

        if (Candidates.Exists(candidate => candidate.Support == Support.Asked))
        {
            return null;
        }

        if (Best(Support.Silent) is { } silent)
        {
            return new(silent.Resource.Jid);
        }

        if (!ReceivesPresence || Known == Subscription.No)
        {
            return Candidates.IsEmpty ? new(null, FailureReason.PeerOffline, WhyUnknown) : Unsupported();
        }

        if (!IsPresenceTimedOut || Known == Subscription.Asked)
        {
            return null;
        }

        return Candidates.IsEmpty
            ? new(null, FailureReason.PeerOffline, $"{Account} is not online. Try again later, or give the full JID of a resource.")
            : Unsupported();
    }

    private string WhyUnknown => ReceivesPresence
        ? $"{Self.Bare} is not subscribed to the presence of {Account}, so its resources are not known. "
            + $"Give a full JID such as {Account}/home, or add it to the contact list of {Self.Bare} first."
        : $"A component does not receive the presence of users, so the resources of {Account} are not known. Give a full JID such as {Account}/home.";

    private ResourceSearchOutput.Finish Unsupported() => new(
        null,
        FailureReason.NotSupported,
        $"{Account} is online with {string.Join(", ", Candidates.Select(candidate => candidate.Resource.Jid.Resource))}, "
            + $"which does not advertise file transfer{By}. If it can receive files nevertheless, give its full JID.");

    private string By => Signalling switch
    {
        Signalling.StreamInitiation => " by stream initiation",
        Signalling.Jingle => " by Jingle",
        _ => "",
    };

    private Candidate? Best(Support support) => Candidates
        .Where(candidate => candidate.Support == support)
        .Reverse()
        .MaxBy(candidate => candidate.Resource.Priority);

    private Support SupportIn(DiscoInfo info) => PeerFeatures.Of(info, []).Takes(Signalling) ? Support.Yes : Support.No;

    /// <summary>A server without contact lists may pass presence on nevertheless.</summary>
    private Subscription SubscriptionIn(Answer answer)
    {
        if (answer is not Answer.Result { Payload: { } roster })
        {
            return Subscription.Unknown;
        }

        var item = roster.ChildrenNamed(Namespaces.Roster, "item").FirstOrDefault(item => Jid.TryParse(item["jid"], out var jid) && jid == Account);
        return item?["subscription"] is "to" or "both" ? Subscription.Yes : Subscription.No;
    }

    private sealed record Candidate(OnlineResource Resource, Support Support, DiscoInfo? Info);

    /// <summary>Whether a resource supports file transfer.</summary>
    private enum Support
    {
        Asked,
        Yes,
        No,
        Silent,
    }

    /// <summary>Whether the own account is subscribed to the presence of the other one.</summary>
    private enum Subscription
    {
        Unknown,
        Asked,
        Yes,
        No,
    }
}
