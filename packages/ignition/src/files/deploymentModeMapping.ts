/**
 * The mapping that lays a deployment mode's folder over the shared configuration. To be applied last. It deletes only what
 * Stoker wrote, since the folder below belongs to the mappings before it.
 */
export function deploymentModeMapping(deploymentMode: { readonly source: string }) {
  return {
    source: deploymentMode.source,
    destination: 'config/resources/core',
    type: 'dir',
    required: true,
    prune: 'owned',
    allowEmpty: false,
  } as const;
}
