import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { imagePullPolicy } from '../cluster/chooseCluster.ts';
import { imageReference } from '../cluster/images/definitions.ts';
import { kubectl } from '../cluster/kubectl.ts';
import { runProgram } from '../cluster/runProgram.ts';
import { eventually } from './eventually.ts';
import { type PortForward, portForwardToService } from './portForward.ts';

/** A git server in the cluster, and a work tree on this machine that pushes to it. */
export interface PlantRepository {
  /** URL inside the cluster. */
  readonly url: string;
  readonly token: string;
  /** The work tree; empty and on branch `main` at first. */
  readonly workTree: string;
  /** Commits everything in the work tree, pushes it and answers the commit's SHA. */
  push(message: string): Promise<string>;
  /** Whether the server answers; an outage keeps its data. */
  setReachable(reachable: boolean): Promise<void>;
  close(): Promise<void>;
}

const token = 'glpat-canary-7f3c9a1e';
const name = 'git';

export async function startGitServer(namespace: string): Promise<PlantRepository> {
  await kubectl(['apply', '-f', '-'], { input: JSON.stringify(manifest(namespace)) });
  await kubectl(['-n', namespace, 'rollout', 'status', `deploy/${name}`, '--timeout=120s']);
  const workTree = await mkdtemp(join(tmpdir(), 'stoker-plant-'));
  const git = (args: readonly string[]) => runProgram('git', args, { cwd: workTree, env: gitEnvironment });
  await git(['init', '-q', '-b', 'main']);

  const push = async (forward: PortForward) => {
    const url = new URL('/site.git', forward.origin);
    url.username = 'demo';
    url.password = token;
    await git(['push', '-q', url.href, 'HEAD:main']);
  };
  return {
    url: `http://${name}.${namespace}.svc.cluster.local/site.git`,
    token,
    workTree,
    async push(message) {
      await git(['add', '-A']);
      await git(['commit', '-q', '-m', message]);
      // Again where the port-forward broke: a push that had arrived is one that changes nothing.
      await eventually('the git server takes the push', async () => {
        const forward = await portForwardToService(namespace, name);
        try {
          await push(forward);
        } finally {
          forward.close();
        }
      });
      return (await git(['rev-parse', 'HEAD'])).trim();
    },
    async setReachable(reachable) {
      const selector = { spec: { selector: { app: reachable ? name : 'nobody' } } };
      await kubectl(['-n', namespace, 'patch', `svc/${name}`, '--type=merge', '-p', JSON.stringify(selector)]);
    },
    close: () => rm(workTree, { recursive: true, force: true }),
  };
}

const gitEnvironment = {
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_TERMINAL_PROMPT: '0',
  GIT_AUTHOR_NAME: 'Plant Engineer',
  GIT_AUTHOR_EMAIL: 'engineer@plant.example',
  GIT_COMMITTER_NAME: 'Plant Engineer',
  GIT_COMMITTER_EMAIL: 'engineer@plant.example',
};

function manifest(namespace: string): object {
  const labels = { app: name };
  return {
    apiVersion: 'v1',
    kind: 'List',
    items: [
      {
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: { name: `${name}-server`, namespace },
        stringData: { token },
      },
      {
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        metadata: { name, namespace, labels },
        spec: {
          selector: { matchLabels: labels },
          template: {
            metadata: { labels },
            spec: {
              terminationGracePeriodSeconds: 1,
              automountServiceAccountToken: false,
              securityContext: {
                runAsNonRoot: true,
                runAsUser: 2003,
                fsGroup: 2003,
                seccompProfile: { type: 'RuntimeDefault' },
              },
              containers: [
                {
                  name,
                  image: imageReference('stoker-git-server'),
                  imagePullPolicy: imagePullPolicy(),
                  env: [{ name: 'GIT_TOKEN', valueFrom: { secretKeyRef: { name: `${name}-server`, key: 'token' } } }],
                  ports: [{ containerPort: 8080 }],
                  securityContext: {
                    allowPrivilegeEscalation: false,
                    readOnlyRootFilesystem: true,
                    capabilities: { drop: ['ALL'] },
                  },
                  readinessProbe: { tcpSocket: { port: 8080 }, periodSeconds: 1 },
                  volumeMounts: [
                    { name: 'repositories', mountPath: '/srv/git' },
                    { name: 'tmp', mountPath: '/tmp' },
                  ],
                },
              ],
              volumes: [
                { name: 'repositories', emptyDir: {} },
                { name: 'tmp', emptyDir: {} },
              ],
            },
          },
        },
      },
      {
        apiVersion: 'v1',
        kind: 'Service',
        metadata: { name, namespace },
        spec: { selector: labels, ports: [{ port: 80, targetPort: 8080 }] },
      },
    ],
  };
}
