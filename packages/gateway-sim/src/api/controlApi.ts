import { json, Router } from 'express';
import type { LiveEdit } from '../files/editLive.ts';
import type { Phase } from '../life/gatewayLife.ts';
import { isRecord } from '../loader/checkResource.ts';
import type { ScanRecord } from '../scans/scanRecords.ts';
import type { Ailment } from './ailments.ts';
import { faults, type Fault } from './faults.ts';
import type { Designer } from './gatewayApi.ts';

export interface GatewayState {
  readonly phase: Phase;
  readonly fault: Fault;
  readonly watching: boolean;
}

/** How tests look inside a simulated gateway and steer it. */
export interface GatewayControls {
  state(): GatewayState;
  /** What the last scans saw, oldest first. */
  scans(): readonly ScanRecord[];
  /** Path → SHA-256, as that scan saw it. Undefined for a scan that is no longer remembered. */
  filesOf(scanId: number): ReadonlyMap<string, string> | undefined;
  /** Path → SHA-256 of the whole data folder, now. */
  tree(): Promise<ReadonlyMap<string, string>>;
  /** Misbehaves from now on, or for a time. */
  fail(fault: Fault, forMs?: number): void;
  /** Scans over and over, as far as the scan locks allow. */
  watch(on: boolean): void;
  /** Changes a live file. Waits while a scan lock is held. Throws `InvalidPath`. */
  edit(edit: LiveEdit): Promise<void>;
  openDesigners(designers: readonly Designer[]): void;
  /** What it complains about from now on. */
  ail(ailments: readonly Ailment[]): void;
  restart(): void;
}

/** What no real gateway has: how tests look inside, and tell it how to fail. To be mounted at `/sim`; needs no token. */
export function controlApi(gateway: GatewayControls): Router {
  const router = Router();
  // Whatever its type is said to be: `kubectl create --raw` says none.
  router.use(json({ limit: '10mb', type: () => true }));
  router.get(
    '/',
    (_request, response) => void response.json({ simulated: true, nowMs: Date.now(), ...gateway.state() }),
  );
  router.get('/scans', (_request, response) => void response.json(gateway.scans()));
  router.get('/scans/:id/files', (request, response) => {
    const files = gateway.filesOf(Number(request.params.id));
    if (files) response.json(Object.fromEntries(files));
    else response.status(404).json({ message: `scan ${request.params.id} is not remembered` });
  });
  router.get('/tree', async (_request, response) => {
    response.json(Object.fromEntries(await gateway.tree()));
  });
  router.post('/fail', (request, response) => {
    const { mode, forMs } = fieldsOf(request.body);
    if (!isFault(mode)) {
      return void response.status(400).json({ message: `mode must be one of ${faults.join(', ')}` });
    }
    if (mode === 'refused' && typeof forMs !== 'number') {
      return void response.status(400).json({ message: 'refused needs forMs: nobody could end it later' });
    }
    const fail = () => gateway.fail(mode, typeof forMs === 'number' ? forMs : undefined);
    // The answer to this very call would be lost otherwise.
    if (mode === 'refused') response.once('finish', fail);
    else fail();
    response.json(gateway.state());
  });
  router.post('/watch', (request, response) => {
    gateway.watch(fieldsOf(request.body)['on'] !== false);
    response.json(gateway.state());
  });
  router.post('/edit', async (request, response) => {
    const { path, content, actor } = fieldsOf(request.body);
    if (typeof path !== 'string' || (typeof content !== 'string' && content !== null)) {
      return void response.status(400).json({ message: 'path must be a text, content a text or null' });
    }
    await gateway.edit({ path, content, actor: typeof actor === 'string' ? actor : 'designer' });
    response.json({ path });
  });
  router.post('/designers', (request, response) => {
    const items: unknown = request.body;
    gateway.openDesigners(Array.isArray(items) ? items.filter(isRecord).map(designerOf) : []);
    response.json(gateway.state());
  });
  router.post('/ailments', (request, response) => {
    const items: unknown = request.body;
    if (!Array.isArray(items) || !items.every(isAilment)) {
      return void response
        .status(400)
        .json({ message: 'a list of {kind: resource, contains, message} or {kind: module, id, reason, contains?}' });
    }
    gateway.ail(items);
    response.json(gateway.state());
  });
  router.post('/restart', (_request, response) => {
    gateway.restart();
    response.json(gateway.state());
  });
  return router;
}

function fieldsOf(body: unknown): Record<string, unknown> {
  return isRecord(body) ? body : {};
}

function isAilment(value: unknown): value is Ailment {
  const { kind, contains, message, id, reason } = fieldsOf(value);
  if (kind === 'resource') return typeof contains === 'string' && typeof message === 'string';
  return kind === 'module' && typeof id === 'string' && typeof reason === 'string';
}

function isFault(value: unknown): value is Fault {
  return faults.some((fault) => fault === value);
}

function designerOf(fields: Record<string, unknown>, index: number) {
  const { user = 'designer', project = '' } = fields;
  return { id: `designer-${index}`, user: String(user), project: String(project), uptime: 0, address: '127.0.0.1' };
}
