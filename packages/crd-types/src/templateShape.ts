/** The variables of path templates, for `checkTemplate` of `@stoker/template`. */
export const templateShape = {
  GatewayName: 'string',
  PodName: 'string',
  PodOrdinal: 'string',
  Namespace: 'string',
  CRName: 'string',
  Ref: 'string',
  Commit: 'string',
  Labels: 'map',
  Vars: 'map',
} as const satisfies Readonly<Record<string, 'string' | 'map'>>;
