using System.Net;
using System.Runtime.InteropServices;
using ActorTransfer.Protocol.HttpUpload;

namespace ActorTransfer.Transports.Http;

/// <summary>Which bytes of a file a response has: those from an offset to the end.</summary>
/// <param name="Offset">The first of them.</param>
/// <param name="Total">Bytes of the whole file.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct HttpRange(long Offset, long Total)
{
    /// <summary>Reads the header of a response that does not redirect.</summary>
    /// <param name="url">Of the request.</param>
    /// <param name="response">The response.</param>
    /// <param name="offset">The requested offset.</param>
    /// <param name="least">The file cannot have fewer bytes.</param>
    /// <exception cref="HttpTransferException">It does not have the file, or not in a usable form.</exception>
    public static HttpRange Of(Uri url, HttpResponseMessage response, long offset, long least)
    {
        if (HttpFaults.OfDownload(url, response.StatusCode) is { } fault)
        {
            throw fault;
        }

        var headers = response.Content.Headers;
        HttpRange? range = response.StatusCode == HttpStatusCode.PartialContent
            ? headers.ContentRange is { Unit: "bytes", From: { } from, To: { } to, Length: { } total } && from == offset && to == total - 1
                ? new HttpRange(from, total)
                : null
            : headers.ContentLength is { } length ? new HttpRange(0, length) : null;
        return range is { } known && known.Total >= least && known.Offset <= known.Total
            ? known
            : throw new HttpTransferException(
                FailureReason.ProtocolViolation,
                $"{HttpUrl.Describe(url)} does not tell the size of the file, or sends another part than requested.",
                mayPass: false);
    }
}
