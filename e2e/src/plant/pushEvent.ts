import { createHmac, randomUUID } from 'node:crypto';
import { releaseName, releaseNamespace } from '../cluster/install.ts';
import { portForward } from './portForward.ts';

/** The installation-wide push-event secret of demo and tests. */
export const receiverSecret = 'whsec-canary-51d0b8c2';

/** Delivers a GitHub push event, signed as GitHub signs it, and answers the receiver's HTTP status. */
export async function deliverGitHubPush(event: {
  readonly repository: string;
  readonly branch: string;
  readonly commit: string;
  /** Default: the installation-wide path. */
  readonly path?: string;
  readonly secret?: string;
}): Promise<number> {
  const body = JSON.stringify({
    ref: `refs/heads/${event.branch}`,
    before: '0'.repeat(40),
    after: event.commit,
    repository: {
      full_name: 'plant/site',
      clone_url: event.repository,
      html_url: event.repository.replace(/\.git$/, ''),
    },
    pusher: { name: 'engineer' },
  });
  const forward = await portForward(releaseNamespace, `svc/${releaseName}-receiver`, 80);
  try {
    const response = await fetch(`${forward.origin}${event.path ?? '/webhook'}`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'x-github-event': 'push',
        'x-github-delivery': randomUUID(),
        'x-hub-signature-256': `sha256=${createHmac('sha256', event.secret ?? receiverSecret)
          .update(body)
          .digest('hex')}`,
      },
      body,
    });
    await response.arrayBuffer();
    return response.status;
  } finally {
    forward.close();
  }
}
