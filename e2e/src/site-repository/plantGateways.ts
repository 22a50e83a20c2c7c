export interface PlantGateway {
  /** Of the gateway, its StatefulSet and its Service. */
  readonly name: string;
  /** Of its SyncProfile. */
  readonly profile: string;
  /** Names its folders under `config` and `tags`. */
  readonly area: string;
  /** The project it runs, besides the one that all inherit from. */
  readonly project: string;
  /** Deployment mode. */
  readonly mode: string;
}

/** Who lives off the repository: a gateway for the site and one for each area. */
export const plantGateways: readonly PlantGateway[] = [
  { name: 'site', profile: 'site', area: 'site', project: 'site-overview', mode: 'prod' },
  { name: 'area-north', profile: 'area-north', area: 'north', project: 'area-operations', mode: 'prod' },
  { name: 'area-south', profile: 'area-south', area: 'south', project: 'area-operations', mode: 'dev' },
];
