import { Router, type Response } from 'express';
import type { ResourceFolder } from '../loader/loadedResources.ts';
import { envelopeOf, quarantined, type Ailment } from './ailments.ts';

/** What the last scans have loaded, and what is wrong with it. */
export interface HealthFacts {
  readonly designers: () => readonly object[];
  readonly projects: () => readonly object[];
  readonly resources: () => readonly ResourceFolder[];
  readonly ailments: () => readonly Ailment[];
}

const healthyModules = [
  { id: 'com.inductiveautomation.perspective', name: 'Perspective', version: '3.3.4', state: 'ACTIVE' },
  { id: 'com.inductiveautomation.opcua', name: 'OPC-UA', version: '10.3.4', state: 'ACTIVE' },
];

/** How the gateway is, and who works with it: part of the REST API. */
export function healthApi({ designers, projects, resources, ailments }: HealthFacts): Router {
  const router = Router();
  const ofType = (module: string, type: string) =>
    resources().filter((resource) => resource.module === module && resource.type === type);

  router.get('/designers', (_request, response) => sendItems(response, designers()));
  router.get('/modules/healthy', (_request, response) => sendItems(response, healthyModules));
  router.get('/modules/quarantined', (_request, response) => sendItems(response, quarantined(ailments(), resources())));
  router.get('/projects/list', (_request, response) => sendItems(response, projects()));
  router.get('/resources/list/:module/:type', (request, response, next) => {
    const found = ofType(request.params.module, request.params.type);
    if (found.length === 0 || found.some(({ name }) => name === undefined)) return next();
    sendItems(
      response,
      found.map((resource) => envelopeOf(resource, ailments())),
    );
  });
  router.get('/resources/singleton/:module/:type', (request, response, next) => {
    const found = ofType(request.params.module, request.params.type).find(({ name }) => name === undefined);
    if (found === undefined) return next();
    response.json(envelopeOf(found, ailments()));
  });
  return router;
}

function sendItems(response: Response, items: readonly object[]): void {
  response.json({ items, metadata: { total: items.length, matching: items.length, limit: 100, offset: 0 } });
}
