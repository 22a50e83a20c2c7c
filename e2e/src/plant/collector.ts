import { type AuditRecord, parseAuditRecord } from '@stoker/crd-types';
import { imagePullPolicy } from '../cluster/chooseCluster.ts';
import { imageReference } from '../cluster/images/definitions.ts';
import { kubectl } from '../cluster/kubectl.ts';
import { applyObjects } from './resources.ts';

const name = 'collector';
const port = 8080;

/** A collector of audit records in the cluster. */
export interface Collector {
  /** URL inside the cluster. */
  readonly url: string;
  /** What it was sent, by whom: the bearer token that came with each record. */
  received(): Promise<readonly { readonly token: string; readonly record: AuditRecord }[]>;
  /** Answers 503 from now on, or takes records again. */
  setAway(away: boolean): Promise<void>;
}

/** Keeps what it takes in memory. Run inside an image that has node. */
function serve(): void {
  const { createServer } = process.getBuiltinModule('node:http');
  const taken: { readonly token: string; readonly line: string }[] = [];
  let isAway = false;
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (piece: string) => (body += piece));
    request.on('end', () => {
      if (request.url === '/records') return void response.end(JSON.stringify(taken));
      if (request.url === '/away' || request.url === '/back') {
        isAway = request.url === '/away';
        return void response.end();
      }
      if (isAway) return void response.writeHead(503).end();
      const token = request.headers.authorization ?? '';
      taken.push(
        ...body
          .trimEnd()
          .split('\n')
          .map((line) => ({ token, line })),
      );
      return void response.writeHead(204).end();
    });
  });
  server.listen(8080);
}

export async function startCollector(namespace: string): Promise<Collector> {
  await applyObjects([pod(namespace), service(namespace)]);
  await kubectl(['-n', namespace, 'wait', 'pod', name, '--for=condition=Ready', '--timeout=120s']);
  const ask = (path: string) =>
    kubectl(['get', '--raw', `/api/v1/namespaces/${namespace}/pods/http:${name}:${port}/proxy/${path}`]);
  return {
    url: `http://${name}.${namespace}.svc.cluster.local/audit`,
    received: async () => {
      const taken = JSON.parse(await ask('records')) as { readonly token: string; readonly line: string }[];
      return taken.map(({ token, line }) => ({ token, record: parseAuditRecord(line) }));
    },
    setAway: async (away) => {
      await ask(away ? 'away' : 'back');
    },
  };
}

function pod(namespace: string): object {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace, labels: { app: name } },
    spec: {
      terminationGracePeriodSeconds: 1,
      automountServiceAccountToken: false,
      securityContext: { runAsNonRoot: true, runAsUser: 2003, seccompProfile: { type: 'RuntimeDefault' } },
      containers: [
        {
          name,
          image: imageReference('stoker-git-server'),
          imagePullPolicy: imagePullPolicy(),
          command: ['node', '-e', `(${serve.toString()})()`],
          ports: [{ containerPort: port }],
          securityContext: {
            allowPrivilegeEscalation: false,
            readOnlyRootFilesystem: true,
            capabilities: { drop: ['ALL'] },
          },
          readinessProbe: { tcpSocket: { port }, periodSeconds: 1 },
        },
      ],
    },
  };
}

function service(namespace: string): object {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace },
    spec: { selector: { app: name }, ports: [{ port: 80, targetPort: port }] },
  };
}
