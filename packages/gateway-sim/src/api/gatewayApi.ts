import { json, Router, type Request } from 'express';
import { authorise, type Security } from '../security/authorise.ts';
import { isRecord } from '../loader/checkResource.ts';
import type { Scanner } from '../scans/scanner.ts';
import type { ScanKind } from '../scans/scanRecords.ts';
import { healthApi, type HealthFacts } from './healthApi.ts';
import { htmlError } from './htmlError.ts';

/** What the REST API shows of a gateway. */
export interface GatewayFacts extends HealthFacts {
  readonly name: string;
  readonly version: () => string;
  readonly mode: string | undefined;
  readonly scanners: Readonly<Record<ScanKind, Scanner>>;
  readonly security: () => Promise<Security>;
  readonly restart: () => void;
}

/** Somebody's open Designer. */
export interface Designer {
  readonly id: string;
  readonly user: string;
  readonly project: string;
  readonly uptime: number;
  readonly address: string;
}

const edition = 'standard';
/** What a gateway answers without a token. */
export function openApi(facts: GatewayFacts): Router {
  const router = Router();
  router.get('/StatusPing', (_request, response) => void response.json({ state: 'RUNNING' }));
  router.get('/system/gwinfo', (_request, response) => {
    const pairs = {
      ContextStatus: 'RUNNING',
      Version: facts.version(),
      PlatformName: 'Ignition-simulated',
      RedundancyStatus: 'Independent',
      RedundantState: 'Good',
      RedundantNodeActiveStatus: 'Active',
    };
    const text = Object.entries(pairs).map(([key, value]) => `${key}=${value};`);
    response.type('text').send(text.join(''));
  });
  return router;
}

/** The REST API, to be mounted at `/data/api/v1`. */
export function gatewayApi(facts: GatewayFacts): Router {
  const router = Router();
  router.use(async (request, response, next) => {
    const caller = { token: request.get('X-Ignition-API-Token'), method: request.method, secure: request.secure };
    const refusal = authorise(caller, await facts.security());
    if (refusal !== undefined) return htmlError(response, refusal);
    next();
  });
  router.use(json());
  router.get('/gateway-info', (_request, response) => {
    const { name, version, mode = '' } = facts;
    response.json({ name, redundancyRole: 'Independent', edition, ignitionVersion: version(), deploymentMode: mode });
  });
  router.use(healthApi(facts));
  router.get('/redundancy', (_request, response) => {
    response.json({ role: 'Independent', activityLevel: 'Active', peerConnected: false, syncPending: false });
  });
  for (const [kind, scanner] of Object.entries(facts.scanners)) addScans(router, kind, scanner);
  router.post('/restart-tasks/restart', (request, response) => {
    if (request.query['confirm'] === 'true') facts.restart();
    response.json({ success: request.query['confirm'] === 'true' });
  });
  router.use((_request, response) => void response.status(404).json({ message: 'Not Found' }));
  return router;
}

function addScans(router: Router, kind: string, scanner: Scanner): void {
  router.get(`/scan/${kind}`, (_request, response) => void response.json(scanner.status()));
  router.post(`/scan/${kind}`, (_request, response) => void response.json(scanner.request()));
  router.get(`/scan-lock/${kind}`, (_request, response) => {
    const lock = lockAnswer(scanner);
    if (lock) response.json(lock);
    else response.status(204).end();
  });
  router.post(`/scan-lock/${kind}`, async (request: Request, response) => {
    const body: unknown = request.body;
    const acquireSeconds = isRecord(body) ? body['acquireTimeout'] : undefined;
    const holdSeconds = isRecord(body) ? body['holdTimeout'] : undefined;
    if (!isSeconds(acquireSeconds) || !isSeconds(holdSeconds) || holdSeconds === 0) {
      return void response.status(400).json({ message: 'acquireTimeout and holdTimeout must be seconds' });
    }
    const actor = request.get('X-Ignition-API-Token')?.split(':')[0] ?? '';
    const outcome = await scanner.acquireLock(actor, acquireSeconds * 1000, holdSeconds * 1000);
    if (outcome === 'taken') return void response.json(lockAnswer(scanner));
    response.status(outcome === 'busy' ? 408 : 409).json({ message: `scan lock is ${outcome}` });
  });
}

function lockAnswer({ lock }: Scanner): object | undefined {
  const holder = lock.holder();
  return (
    holder && {
      actor: holder.actor,
      remaining: Math.ceil((holder.untilMs - Date.now()) / 1000),
      timestamp: holder.sinceMs,
    }
  );
}

function isSeconds(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0;
}
