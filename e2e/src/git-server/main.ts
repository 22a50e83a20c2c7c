// A real git server in a pod: `git http-backend` over one writable bare repository, asking for a token.
// Inside the cluster, because that works on every kind of cluster; pushes come through `kubectl port-forward`.
import { existsSync } from 'node:fs';
import { createRepository, startGitServer } from '@stoker/gitref/testing';

const root = process.env['GIT_ROOT'] ?? '/srv/git';
const token = process.env['GIT_TOKEN'];
if (!token) throw new Error('GIT_TOKEN is not set');

if (!existsSync(`${root}/site.git`)) {
  const repository = await createRepository(root, 'site');
  await repository.git(['config', 'http.receivepack', 'true']);
}
const server = await startGitServer(root, { host: '0.0.0.0', port: 8080, credentials: { token } });
process.stdout.write(`serving ${server.url('site.git')}\n`);
process.once('SIGTERM', () => void server.close().then(() => process.exit(0)));
