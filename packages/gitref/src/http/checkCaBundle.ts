import { X509Certificate } from 'node:crypto';
import { gitError } from '../gitError.ts';

/**
 * Neither Node nor git complains about a CA bundle without certificates: they then trust nobody, and say something else.
 *
 * @throws StokerError `CertificateInvalid`
 */
export function checkCaBundle(pem: string): void {
  const certificates = pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  const hint = 'The secret must hold one or more certificates in PEM form.';
  if (certificates.length === 0) throw gitError('CertificateInvalid', 'the CA bundle holds no certificate', { hint });
  for (const [index, certificate] of certificates.entries()) {
    if (!isReadable(certificate)) {
      throw gitError('CertificateInvalid', `certificate ${index + 1} of the CA bundle cannot be read`, { hint });
    }
  }
}

function isReadable(certificate: string): boolean {
  try {
    return new X509Certificate(certificate).raw.length > 0;
  } catch {
    // OpenSSL's reason names a routine of its own and helps nobody.
    return false;
  }
}
