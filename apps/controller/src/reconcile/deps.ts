import type { Stoker, StokerStatus } from '@stoker/crd-types';
import type { RepositoryUrl } from '@stoker/gitref';
import type { ConfigMap, EventRecorder, KubeClient } from '@stoker/kube';
import type { Logger } from '@stoker/logging';
import type { InstallationTokens } from '../access/installationTokens.ts';
import type { DecisionLog } from '../audit/decisionLog.ts';
import type { Caches } from '../cluster/caches.ts';
import type { SecretReader } from '../cluster/secretReader.ts';
import type { WriteThrough } from '../cluster/writeThrough.ts';
import type { OverrideRefs } from '../refs/overrideRefs.ts';
import type { RefWatcher } from '../refs/refWatcher.ts';
import type { InstallationTurns } from '../releases/installationTurns.ts';
import type { Announced } from './announced.ts';

/** All that a reconcile reads and writes. */
export interface Deps {
  readonly client: KubeClient;
  readonly caches: Caches;
  readonly stokers: WriteThrough<Stoker>;
  /** Metadata, status and rollout ConfigMaps. */
  readonly documents: WriteThrough<ConfigMap>;
  readonly secrets: SecretReader;
  readonly tokens: InstallationTokens;
  readonly refs: RefWatcher;
  readonly overrides: OverrideRefs;
  readonly turns: InstallationTurns;
  readonly decisions: DecisionLog;
  readonly announced: Announced<StokerStatus>;
  /** Throws `InvalidRepositoryUrl`. */
  readonly parseUrl: (text: string) => RepositoryUrl;
  /** Patterns over `host/path`; empty: every repository is allowed. */
  readonly allowedRepositories: readonly RegExp[];
  /** Image of the agent that the injector gives to pods whose Stoker names none; undefined where nobody has told. */
  readonly agentImage: string | undefined;
  readonly events: EventRecorder;
  readonly logger: Logger;
  readonly now: () => Date;
}

/** Every write of this controller is under this name, so that `kubectl apply` and others keep their own fields. */
export const fieldManager = 'stoker-controller';
