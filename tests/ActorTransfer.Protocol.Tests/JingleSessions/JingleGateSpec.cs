using ActorTransfer.Protocol.Jingle;
using ActorTransfer.Protocol.JingleSessions;
using ActorTransfer.Protocol.Stanzas;

namespace ActorTransfer.Protocol.Tests.JingleSessions;

public sealed class JingleGateSpec
{
    /// <summary>
    /// Each action, for: initiator offered, initiator active, initiator replacing, responder pending, responder active. v = valid, o = out of order,
    /// c = conflict.
    /// </summary>
    [Theory]
    [InlineData(JingleAction.SessionInitiate, "ccccc")]
    [InlineData(JingleAction.SessionAccept, "vovoo")]
    [InlineData(JingleAction.SessionTerminate, "vvvvv")]
    [InlineData(JingleAction.SessionInfo, "vvvvv")]
    [InlineData(JingleAction.TransportInfo, "vvvvv")]
    [InlineData(JingleAction.TransportReplace, "vvvvv")]
    [InlineData(JingleAction.TransportAccept, "oovoo")]
    [InlineData(JingleAction.TransportReject, "oovoo")]
    [InlineData(JingleAction.ContentAdd, "vvvvv")]
    [InlineData(JingleAction.ContentAccept, "ooooo")]
    [InlineData(JingleAction.ContentReject, "ooooo")]
    [InlineData(JingleAction.ContentRemove, "vvvvv")]
    [InlineData(JingleAction.ContentModify, "ovvov")]
    [InlineData(JingleAction.DescriptionInfo, "vvvvv")]
    [InlineData(JingleAction.SecurityInfo, "vvvvv")]
    public void Action_must_be_valid_or_not_in_each_state(object action, string expected)
    {
        (JingleRole Role, bool IsAccepted, bool IsReplacing)[] states =
        [
            (JingleRole.Initiator, false, false), (JingleRole.Initiator, true, false), (JingleRole.Initiator, true, true),
            (JingleRole.Responder, false, false), (JingleRole.Responder, true, false),
        ];
        var actual = states.Select(state => JingleGate.Refusal((JingleAction)action, state.Role, state.IsAccepted, state.IsReplacing) switch
        {
            null => 'v',
            { Condition: ErrorConditions.UnexpectedRequest } => 'o',
            _ => 'c',
        });
        Assert.Equal(expected, string.Concat(actual));
    }

    [Fact]
    public void Every_action_must_be_in_the_table() => Assert.Equal(15, Enum.GetValues<JingleAction>().Length);
}
