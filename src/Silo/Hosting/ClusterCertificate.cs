using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Orleans.Connections.Security;
using Orleans.Hosting;

namespace MmiGrains.Silo.Hosting;

/// <summary>
/// Mutual TLS on the ports of silos and gateways, which ask for no API key. All processes of a cluster have one certificate with its private key, and
/// talk to nobody who has not: there is no authority to trust and no name to check.
/// </summary>
internal static class ClusterCertificate
{
    private const string Host = "mmi-cluster";
    private static readonly TimeSpan HandshakeTime = TimeSpan.FromSeconds(10);

    /// <summary>Reads it from a PEM file that holds the certificate and its private key.</summary>
    /// <exception cref="CommandException">It does not.</exception>
    public static X509Certificate2 Read(string path)
    {
        try
        {
            using var pem = X509Certificate2.CreateFromPemFile(path);
            return X509CertificateLoader.LoadPkcs12(pem.Export(X509ContentType.Pkcs12), null); // keys that are only in memory some platforms' TLS does not take
        }
        catch (Exception problem) when (problem is CryptographicException or IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new CommandException($"--cluster-certificate cannot use '{path}', which must be a PEM file of a certificate and its private key: {problem.Message}");
        }
    }

    /// <summary>Has a silo talk to those alone that have the certificate; does nothing without one.</summary>
    public static void UseCertificate(this ISiloBuilder silo, X509Certificate2? own)
    {
        if (own is not null)
        {
            silo.UseTls(own, tls => Require(tls, own));
        }
    }

    /// <summary>Has a client of the cluster talk to silos alone that have the certificate; does nothing without one.</summary>
    public static void UseCertificate(this IClientBuilder client, X509Certificate2? own)
    {
        if (own is not null)
        {
            client.UseTls(own, tls => Require(tls, own));
        }
    }

    private static void Require(TlsOptions tls, X509Certificate2 own)
    {
        (tls.RemoteCertificateMode, tls.ClientCertificateMode) = (RemoteCertificateMode.RequireCertificate, RemoteCertificateMode.RequireCertificate);
        tls.RemoteCertificateValidation = (certificate, _, _) => certificate.RawDataMemory.Span.SequenceEqual(own.RawDataMemory.Span);
        tls.OnAuthenticateAsClient = (_, authentication) => authentication.TargetHost = Host;
        tls.HandshakeTimeout = HandshakeTime;
    }
}
