import { createHmac, randomUUID } from 'node:crypto';
import { releaseName, releaseNamespace } from '../cluster/install.ts';
import { portForwardToService } from './portForward.ts';

/** The installation-wide push-event secret of the tests; the demo makes one of its own. */
export const receiverSecret = 'whsec-canary-51d0b8c2';

/** Delivers a GitHub push event, and answers the receiver's HTTP status. */
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
  return (await deliverAsGitHub(body, event)).status;
}

/** Delivers whatever it is, signed as GitHub signs a push event. */
export async function deliverAsGitHub(
  body: string,
  { path = '/webhook', secret = receiverSecret }: { readonly path?: string; readonly secret?: string } = {},
): Promise<{ readonly status: number; readonly text: string }> {
  const forward = await portForwardToService(releaseNamespace, `${releaseName}-receiver`);
  try {
    const response = await fetch(`${forward.origin}${path}`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'x-github-event': 'push',
        'x-github-delivery': randomUUID(),
        'x-hub-signature-256': `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`,
      },
      body,
    });
    return { status: response.status, text: await response.text() };
  } finally {
    forward.close();
  }
}
