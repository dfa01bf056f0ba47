using System.Net;
using System.Net.Sockets;
using ActorTransfer.Protocol.HttpUpload;
using ActorTransfer.Transports.Sockets;

namespace ActorTransfer.Transports.Http;

/// <summary>Interprets responses and exceptions of HTTP.</summary>
internal static class HttpFaults
{
    /// <summary>The failure that a response to a PUT stands for; null: the server has the file.</summary>
    /// <param name="url">The URL of the request.</param>
    /// <param name="status">Its status.</param>
    public static HttpTransferException? OfUpload(Uri url, HttpStatusCode status)
    {
        var server = HttpUrl.Describe(url);
        var code = (int)status;
        return code switch
        {
            >= 200 and < 300 => null,
            >= 300 and < 400 => new(FailureReason.UploadRefused, $"{server} responded with a redirect (status {code}), which is not followed.", mayPass: false),
            413 => new(FailureReason.TooLarge, $"{server} refused the file as too large (status 413).", mayPass: false),
            507 => new(FailureReason.NoSpace, $"{server} has no space left for the file (status 507).", mayPass: false),
            401 or 403 or 404 or 410 => new(FailureReason.UploadRefused, $"{server} did not accept the upload slot (status {code}).", mayPass: true),
            >= 500 => new(FailureReason.UploadRefused, $"{server} failed to store the file (status {code}).", mayPass: true),
            _ => new(FailureReason.UploadRefused, $"{server} refused the file (status {code}).", mayPass: false),
        };
    }

    /// <summary>The failure that a response to a GET stands for; null: it has the file.</summary>
    /// <param name="url">The URL of the request.</param>
    /// <param name="status">Its status.</param>
    public static HttpTransferException? OfDownload(Uri url, HttpStatusCode status)
    {
        var server = HttpUrl.Describe(url);
        var code = (int)status;
        return code switch
        {
            200 or 206 => null,
            404 or 410 => new(FailureReason.UploadRefused, $"{server} does not have the file, or not any more (status {code}).", mayPass: false),
            416 => new(FailureReason.WrongLength, $"{server} has another file than before (status 416).", mayPass: false),
            429 or >= 500 => new(FailureReason.UploadRefused, $"{server} failed to send the file (status {code}).", mayPass: true),
            _ => new(FailureReason.UploadRefused, $"{server} did not send the file (status {code}).", mayPass: false),
        };
    }

    /// <summary>Where a response redirects to; null: it does not redirect.</summary>
    /// <param name="url">The URL of the request.</param>
    /// <param name="response">The response.</param>
    /// <param name="mayFollow">Whether one more redirect may be followed.</param>
    /// <param name="allowsPlainHttp">See <see cref="HttpUrl.Read"/>.</param>
    /// <exception cref="HttpTransferException">The redirect cannot be followed.</exception>
    public static Uri? RedirectOf(Uri url, HttpResponseMessage response, bool mayFollow, bool allowsPlainHttp)
    {
        if ((int)response.StatusCode is not (301 or 302 or 303 or 307 or 308))
        {
            return null;
        }

        if (!mayFollow)
        {
            throw new HttpTransferException(FailureReason.UploadRefused, $"{HttpUrl.Describe(url)} redirects once more than is followed.", mayPass: false);
        }

        return response.Headers.Location is { } location && Uri.TryCreate(url, location, out var next) && HttpUrl.IsAllowed(next, allowsPlainHttp)
            ? next
            : throw new HttpTransferException(FailureReason.UploadRefused, $"{HttpUrl.Describe(url)} redirects to no valid https URL.", mayPass: false);
    }

    /// <summary>The failure of a request that got no response.</summary>
    /// <param name="url">The URL of the request.</param>
    /// <param name="failure">The exception.</param>
    public static HttpTransferException Of(Uri url, Exception failure)
    {
        var server = HttpUrl.Describe(url);
        var cause = failure.GetBaseException();
        return failure switch
        {
            HttpTransferException known => known,
            _ when Find<EndPointNotAllowedException>(failure) is { } refused =>
                new(FailureReason.UploadRefused, refused.Message, mayPass: false, failure),
            HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } =>
                new(FailureReason.UploadRefused, $"The TLS of {server} is not accepted: {cause.Message}", mayPass: false, failure),
            HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError } =>
                new(FailureReason.ConnectionLost, $"{server} cannot be found: {cause.Message}.", mayPass: true, failure),
            _ when cause is SocketException =>
                new(FailureReason.ConnectionLost, $"The connection to {server} failed: {cause.Message}.", mayPass: true, failure),
            OperationCanceledException or TimeoutException => new(FailureReason.Timeout, $"{server} cannot be reached in time.", mayPass: true, failure),
            _ => new(FailureReason.ConnectionLost, $"The connection to {server} was lost: {cause.Message}", mayPass: true, failure),
        };
    }

    private static T? Find<T>(Exception? exception)
        where T : Exception
    {
        for (; exception is not null; exception = exception.InnerException)
        {
            if (exception is T found)
            {
                return found;
            }
        }

        return null;
    }
}
