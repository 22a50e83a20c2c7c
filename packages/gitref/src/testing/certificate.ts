export interface TestCertificate {
  /** PEM of the private key. */
  readonly key: string;
  /** PEM of the self-signed certificate: also the CA bundle that a client needs. */
  readonly certificate: string;
}

/**
 * A self-signed certificate for these host names and addresses (default: 127.0.0.1 and localhost). Needs the optional
 * peer dependency `selfsigned`.
 */
export async function createCertificate(
  hosts: readonly string[] = ['127.0.0.1', 'localhost'],
  validity: { readonly from?: Date; readonly to?: Date } = {},
): Promise<TestCertificate> {
  const { generate } = await import('selfsigned');
  const pems = await generate([{ name: 'commonName', value: 'stoker test' }], {
    keyType: 'ec',
    ...(validity.from === undefined ? {} : { notBeforeDate: validity.from }),
    ...(validity.to === undefined ? {} : { notAfterDate: validity.to }),
    extensions: [
      { name: 'basicConstraints', cA: true },
      {
        name: 'subjectAltName',
        altNames: hosts.map((host) => (/^[\d.]+$|:/.test(host) ? { type: 7, ip: host } : { type: 2, value: host })),
      },
    ],
  });
  return { key: pems.private, certificate: pems.cert };
}
