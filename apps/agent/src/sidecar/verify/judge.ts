import type { StatusDocument } from '@stoker/crd-types';
import type { Touched } from '../../converge/touched.ts';

export type Problem = NonNullable<StatusDocument['verification']>['problems'][number];
/** Something that the gateway itself says is wrong. */
export type Complaint = Omit<Problem, 'isNew'>;

/** What a gateway said of itself at one moment. */
export interface GatewayView {
  /** Names of the projects that it has loaded. */
  readonly projects: readonly string[];
  /** Of the types that the sync touched: `<module>/<type>/<name>`. */
  readonly resources: readonly string[];
  /** Types of which it sent no usable list: nothing is known of their resources. */
  readonly unreadTypes: readonly string[];
  readonly complaints: readonly Complaint[];
}

/**
 * What is wrong after a sync; new is what was not so before it and can have come with it. A health check of a resource
 * that the sync did not touch may fail for reasons of its own, such as a database that went down: it is shown, never
 * blamed on the sync. Without a view of the time before nothing is. Pure.
 */
export function findProblems(
  before: GatewayView | undefined,
  after: GatewayView,
  touched: Touched,
): readonly Problem[] {
  const known = new Set(before?.complaints.map(({ kind, subject }) => `${kind} ${subject}`));
  const mayBlame = ({ kind, subject }: Complaint) => kind !== 'resource' || touched.resources.includes(subject);
  const said = after.complaints.map((complaint) => ({
    ...complaint,
    isNew: before !== undefined && mayBlame(complaint) && !known.has(`${complaint.kind} ${complaint.subject}`),
  }));
  const missing = missingThings(before, after, touched).map((one) => ({ ...one, isNew: before !== undefined }));
  return [...missing, ...said].toSorted((a, b) => Number(b.isNew) - Number(a.isNew));
}

function missingThings(before: GatewayView | undefined, after: GatewayView, touched: Touched): readonly Complaint[] {
  const projects = new Set([...(before?.projects ?? []), ...touched.writtenProjects]);
  // Not every type can be listed, and a mode that is not active hides what is added for it alone.
  const listed = new Set([...(before?.resources ?? []), ...after.resources].map(typeOf));
  const isExpected = (resource: string) =>
    before?.resources.includes(resource) || (touched.addedResources.includes(resource) && listed.has(typeOf(resource)));
  const resources = touched.resources.filter(isExpected);
  const message = (subject: string, had: readonly string[] | undefined) =>
    had?.includes(subject) ? 'the gateway had loaded it before, and has not now' : 'the gateway has not loaded it';
  return [
    ...[...projects]
      .filter((name) => !after.projects.includes(name) && !touched.deletedProjects.includes(name))
      .map((subject) => ({ kind: 'project' as const, subject, message: message(subject, before?.projects) })),
    ...resources
      .filter((name) => !after.resources.includes(name) && !after.unreadTypes.includes(typeOf(name)))
      .filter((name) => !touched.deletedResources.includes(name))
      .map((subject) => ({ kind: 'resource' as const, subject, message: message(subject, before?.resources) })),
  ];
}

/** `<module>/<type>` of a resource. */
export function typeOf(resource: string): string {
  return resource.split('/').slice(0, 2).join('/');
}
