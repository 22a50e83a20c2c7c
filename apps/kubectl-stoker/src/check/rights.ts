/** What the commands need, as `SelfSubjectAccessReview` asks for it. */
export interface Right {
  readonly verb: string;
  readonly group: string;
  readonly resource: string;
  readonly subresource?: string;
  /** Which commands need it. */
  readonly commands: string;
}

export const rights: readonly Right[] = [
  { verb: 'list', group: 'stoker.io', resource: 'stokers', commands: 'all but check' },
  { verb: 'patch', group: 'stoker.io', resource: 'stokers', commands: 'sync, pause, resume' },
  { verb: 'get', group: '', resource: 'configmaps', commands: 'explain, diff' },
  { verb: 'get', group: '', resource: 'pods', commands: 'explain' },
  { verb: 'get', group: '', resource: 'pods', subresource: 'log', commands: 'logs' },
  { verb: 'list', group: 'events.k8s.io', resource: 'events', commands: 'events' },
];
