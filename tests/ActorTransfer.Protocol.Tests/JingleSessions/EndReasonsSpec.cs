using ActorTransfer.Protocol.Jingle;
using ActorTransfer.Protocol.JingleFiles;
using ActorTransfer.Protocol.JingleSessions;
using ActorTransfer.Protocol.Stanzas;

namespace ActorTransfer.Protocol.Tests.JingleSessions;

public sealed class EndReasonsSpec
{
    /// <summary>Case 17 of the peers, and all others of the table.</summary>
    [Theory]
    [InlineData(ErrorConditions.ServiceUnavailable, "NotSupported Peer")]
    [InlineData(ErrorConditions.FeatureNotImplemented, "NotSupported Peer")]
    [InlineData(ErrorConditions.RecipientUnavailable, "NotSupported Server")]
    [InlineData(ErrorConditions.RemoteServerNotFound, "NotSupported Server")]
    [InlineData(ErrorConditions.RemoteServerTimeout, "NotSupported Server")]
    [InlineData(ErrorConditions.ItemNotFound, "NotSupported Server")]
    [InlineData(ErrorConditions.BadRequest, "ProtocolViolation Peer")]
    [InlineData(ErrorConditions.ResourceConstraint, "Overloaded Peer")]
    [InlineData(ErrorConditions.Conflict, "Overloaded Peer")]
    [InlineData(ErrorConditions.Redirect, "Refused why")]
    [InlineData(ErrorConditions.Gone, "Refused why")]
    [InlineData(ErrorConditions.Forbidden, "Refused why")]
    [InlineData(ErrorConditions.NotAcceptable, "Refused why")]
    [InlineData(ErrorConditions.NotAllowed, "Refused why")]
    [InlineData(ErrorConditions.UndefinedCondition, "NotSupported Peer")]
    public void Error_of_an_offer_must_have_its_outcome(string condition, string expected)
    {
        var outcome = EndReasons.OfOffer(new StanzaError(ErrorType.Cancel, condition, "why"));
        Assert.Equal(expected, Show(outcome));
        Assert.Contains("why", (outcome as TransferOutcome.Failed)?.Detail ?? ((TransferOutcome.Refused)outcome).Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(JingleCondition.Success, "ProtocolViolation Peer", null)]
    [InlineData(JingleCondition.Decline, "Refused decline", "Refused decline")]
    [InlineData(JingleCondition.Busy, "Refused busy", "Refused busy")]
    [InlineData(JingleCondition.Cancel, "Refused cancel", "Cancelled Peer")]
    [InlineData(JingleCondition.Gone, "Refused gone", "Cancelled Peer")]
    [InlineData(JingleCondition.Expired, "Refused expired", "Cancelled Peer")]
    [InlineData(JingleCondition.Timeout, "Timeout Peer", "Timeout Peer")]
    [InlineData(JingleCondition.UnsupportedApplications, "NotSupported Peer", "NotSupported Peer")]
    [InlineData(JingleCondition.SecurityError, "NotSupported Peer", "NotSupported Peer")]
    [InlineData(JingleCondition.UnsupportedTransports, "NoMethod Peer", "NoMethod Peer")]
    [InlineData(JingleCondition.IncompatibleParameters, "NoMethod Peer", "NoMethod Peer")]
    [InlineData(JingleCondition.FailedTransport, "StreamhostUnreachable Peer", "StreamhostUnreachable Peer")]
    [InlineData(JingleCondition.ConnectivityError, "StreamhostUnreachable Peer", "StreamhostUnreachable Peer")]
    [InlineData(JingleCondition.MediaError, "NotSupported Peer", "WrongHash Peer")]
    [InlineData(JingleCondition.FailedApplication, "NotSupported Peer", "ConnectionLost Peer")]
    [InlineData(JingleCondition.GeneralError, "NotSupported Peer", "ConnectionLost Peer")]
    [InlineData(JingleCondition.AlternativeSession, "NotSupported Peer", "ConnectionLost Peer")]
    public void Reason_must_have_its_outcomes(object condition, string whileOffered, string? later)
    {
        var reason = new JingleReason((JingleCondition)condition);
        Assert.Equal(whileOffered, Show(EndReasons.WhileOffered(reason)));
        if (later is not null)
        {
            Assert.Equal(later, Show(EndReasons.Later(TransferState.Streaming, reason)));
        }
    }

    [Fact]
    public void Text_and_details_of_a_reason_must_be_kept()
    {
        Assert.Equal("Refused not now", Show(EndReasons.WhileOffered(new JingleReason(JingleCondition.Decline, "not now"))));
        Assert.Contains("\"disk\"", ((TransferOutcome.Failed)EndReasons.Later(TransferState.Streaming, new JingleReason(JingleCondition.GeneralError, "disk"))).Detail, StringComparison.Ordinal);
        Assert.Equal("TooLarge Peer", Show(EndReasons.WhileOffered(FileErrors.TooLarge())));
        Assert.Equal("NoSpace Peer", Show(EndReasons.Later(TransferState.Streaming, FileErrors.TooLarge())));
        Assert.Equal("NotSupported Peer", Show(EndReasons.WhileOffered(null)));
        Assert.Equal("ConnectionLost Peer", Show(EndReasons.Later(TransferState.Streaming, null)));
    }

    private static string Show(TransferOutcome outcome) => outcome switch
    {
        TransferOutcome.Refused refused => $"Refused {refused.Reason}",
        TransferOutcome.Cancelled cancelled => $"Cancelled {cancelled.By}",
        TransferOutcome.Failed failed => $"{failed.Reason} {failed.Side}",
        _ => outcome.ToString(),
    };
}
