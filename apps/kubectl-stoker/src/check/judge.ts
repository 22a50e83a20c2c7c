import { stokers, syncProfiles } from '@stoker/crd-types';
import type { Installation, Look } from './gatherInstallation.ts';
import type { Deployment } from './kinds.ts';

/** `unknown`: the user may not look; `missing`: a right that the user lacks. Neither is a fault of the installation. */
export interface Verdict {
  readonly what: string;
  readonly outcome: 'ok' | 'failed' | 'unknown' | 'missing';
  readonly message: string;
  readonly hint?: string;
}

type Check = (installation: Installation, now: Date) => Verdict;

const install = 'install the chart: docs/installation.md';
const oldestMinor = 29;
/** Renewed every two seconds by its holder; more than this apart is not the clocks of two machines. */
const leaseForgottenMs = 120_000;

/** The order is that in which things need one another. */
const checks: readonly Check[] = [version, definitions, ...['controller', 'injector'].map(deployment), lease, webhook];

/** Pure: one verdict for each thing that an installation needs, and for each right of the user. */
export function judge(installation: Installation, now: Date): readonly Verdict[] {
  return [...checks.map((check) => check(installation, now)), ...rightsOf(installation)];
}

function version({ version: found }: Installation): Verdict {
  const what = 'Kubernetes';
  const [, major = '0', minor = '0'] = /^v(\d+)\.(\d+)/.exec(found) ?? [];
  if (Number(major) > 1 || Number(minor) >= oldestMinor) return { what, outcome: 'ok', message: found };
  const message = `${found} has no native sidecars`;
  return { what, outcome: 'failed', message, hint: `Stoker needs 1.${oldestMinor} or newer` };
}

function definitions({ definitions: look }: Installation): Verdict {
  const what = 'CRDs';
  if (!look.known) return unknown(what, look);
  const kinds = [stokers, syncProfiles];
  const missing = kinds.filter(({ group, plural, version: wanted }) => {
    const found = look.found.find(({ metadata }) => metadata.name === `${plural}.${group}`);
    const isServed = found?.spec?.versions?.some(({ name, served }) => served && name === wanted) ?? false;
    const isEstablished = found?.status?.conditions?.some(
      ({ type, status }) => type === 'Established' && status === 'True',
    );
    return !isServed || !isEstablished;
  });
  if (missing.length === 0) return { what, outcome: 'ok', message: `stokers and syncprofiles, ${stokers.version}` };
  const names = missing.map(({ group, plural, version: wanted }) => `${plural}.${group}/${wanted}`);
  return { what, outcome: 'failed', message: `not served: ${names.join(', ')}`, hint: install };
}

function deployment(component: string): Check {
  return ({ deployments: look }) => {
    if (!look.known) return unknown(component, look);
    const found = componentsIn(look.found, component);
    const [first] = found;
    if (first === undefined) {
      return { what: component, outcome: 'failed', message: 'not installed', hint: install };
    }
    const down = found.find((candidate) => readyOf(candidate) < wantedOf(candidate)) ?? first;
    const { namespace, name } = down.metadata;
    const message = `${readyOf(down)} of ${wantedOf(down)} ready: deployment ${name} in namespace ${namespace}`;
    if (readyOf(down) >= wantedOf(down) && wantedOf(down) > 0) return { what: component, outcome: 'ok', message };
    const hint = `kubectl -n ${namespace} describe pods --selector app.kubernetes.io/component=${component}`;
    return { what: component, outcome: 'failed', message, hint };
  };
}

function lease({ leases: look, deployments: installed }: Installation, now: Date): Verdict {
  const what = 'leader';
  if (!look.known) return unknown(what, look);
  const [first] = look.found;
  if (first === undefined) {
    const controller = installed.known ? componentsIn(installed.found, 'controller')[0] : undefined;
    const hint = controller === undefined ? install : logsIn(controller.metadata.namespace);
    return { what, outcome: 'failed', message: 'no controller has ever held the lease', hint };
  }
  const forgotten = look.found.find(
    ({ spec }) => !spec.holderIdentity || now.getTime() - Date.parse(spec.renewTime ?? '') > leaseForgottenMs,
  );
  const { metadata, spec } = forgotten ?? first;
  const { holderIdentity, renewTime } = spec;
  if (forgotten === undefined) return { what, outcome: 'ok', message: `${holderIdentity} holds the lease` };
  const message = holderIdentity
    ? `${holderIdentity} last renewed the lease at ${renewTime}`
    : 'nobody holds the lease';
  return { what, outcome: 'failed', message, hint: logsIn(metadata.namespace) };
}

function logsIn(namespace: string | undefined): string {
  return `see the controllers' logs: kubectl -n ${namespace} logs --selector app.kubernetes.io/component=controller`;
}

function webhook({ webhooks: look }: Installation): Verdict {
  const what = 'webhook';
  if (!look.known) return unknown(what, look);
  const hooks = look.found.flatMap(({ metadata, webhooks = [] }) =>
    webhooks.filter(({ name }) => name === 'inject.stoker.io').map((hook) => ({ configuration: metadata.name, hook })),
  );
  const [first] = hooks;
  if (first === undefined) {
    return { what, outcome: 'failed', message: 'no webhook puts agents into pods', hint: install };
  }
  const untrusted = hooks.find(({ hook }) => !hook.clientConfig?.caBundle);
  if (untrusted === undefined) return { what, outcome: 'ok', message: `${first.configuration} has its caBundle` };
  const message = `${untrusted.configuration} has no caBundle: the API server does not trust the injector`;
  return { what, outcome: 'failed', message, hint: "see the injector's log, or cert-manager's cainjector" };
}

function rightsOf({ rights, namespace }: Installation): readonly Verdict[] {
  return rights.map(({ right: { verb, resource, subresource, commands }, allowed }) => {
    const what = `you may ${verb} ${subresource === undefined ? resource : `${resource}/${subresource}`}`;
    if (allowed === undefined) return { what, outcome: 'unknown', message: 'you may not ask what you may do' };
    if (allowed) return { what, outcome: 'ok', message: `in namespace ${namespace}: for ${commands}` };
    return { what, outcome: 'missing', message: `not in namespace ${namespace}: needed for ${commands}` };
  });
}

function unknown(what: string, { why }: Extract<Look<unknown>, { known: false }>): Verdict {
  return { what, outcome: 'unknown', message: why };
}

function componentsIn(found: readonly Deployment[], component: string): readonly Deployment[] {
  return found.filter(({ metadata }) => metadata.labels?.['app.kubernetes.io/component'] === component);
}

/** `readyReplicas` is absent while there are none. */
function readyOf({ status }: Deployment): number {
  return status?.readyReplicas ?? 0;
}

function wantedOf({ spec }: Deployment): number {
  return spec?.replicas ?? 1;
}
