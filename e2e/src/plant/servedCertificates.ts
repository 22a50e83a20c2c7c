import { connect } from 'node:tls';
import { releaseNamespace } from '../cluster/install.ts';
import { portForward } from './portForward.ts';
import { listObjects } from './resources.ts';

interface Pod {
  readonly metadata: { readonly name: string; readonly deletionTimestamp?: string };
  readonly status: { readonly phase: string };
}

/** The SHA-256 fingerprints of the certificates that the injector's replicas serve with at this moment. */
export async function servedCertificates(): Promise<ReadonlySet<string>> {
  const selector = 'app.kubernetes.io/component=injector';
  const pods = await listObjects<Pod>(releaseNamespace, 'pods', selector);
  const serving = pods.filter(({ metadata, status }) => status.phase === 'Running' && !metadata.deletionTimestamp);
  return new Set(await Promise.all(serving.map(({ metadata }) => servedBy(metadata.name))));
}

async function servedBy(pod: string): Promise<string> {
  const forward = await portForward(releaseNamespace, `pod/${pod}`, 9443);
  try {
    return await new Promise((resolve, reject) => {
      // Whoever signed it: only which one it is counts here.
      const socket = connect({ port: Number(new URL(forward.origin).port), rejectUnauthorized: false }, () => {
        resolve(socket.getPeerCertificate().fingerprint256);
        socket.destroy();
      });
      socket.once('error', reject);
    });
  } finally {
    forward.close();
  }
}
