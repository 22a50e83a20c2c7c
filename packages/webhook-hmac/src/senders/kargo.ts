import { at, listAt, notRelevant, textAt } from '../payload/payload.ts';
import { branchRef, checkedRef, commitOf, place, tagRef } from '../payload/refs.ts';
import { repositoryUrls } from '../payload/repositories.ts';
import type { Reader } from './reader.ts';

/** Where freight has got to; the others say that it has not. */
const arrivals = ['PromotionSucceeded', 'FreightApproved', 'FreightVerificationSucceeded'];

/**
 * An event of Kargo about a promotion or a piece of freight, or a step of a promotion that sends its freight. One event
 * for each commit of the freight.
 */
export const readKargo: Reader = (payload) => {
  const type = textAt(payload, 'type') ?? textAt(payload, 'eventType');
  if (type !== undefined && !arrivals.includes(type)) throw notRelevant(`"${type.slice(0, 50)}" promotes nothing`);
  const freight = at(payload, 'freight') ?? payload;
  const delivery = textAt(payload, 'id');
  const events = listAt(freight, 'commits').flatMap((commit) => {
    const id = commitOf(textAt(commit, 'id'));
    const ref = refOf(textAt(commit, 'tag'), id, textAt(commit, 'branch'));
    if (ref === undefined) return [];
    return {
      kind: 'promotion' as const,
      ...place(ref, id),
      repositories: repositoryUrls([at(commit, 'repoURL')]),
      ...(delivery === undefined ? {} : { delivery }),
    };
  });
  if (events.length === 0) throw notRelevant('the freight holds no commit');
  return events;
};

/** Freight is a fixed commit: a branch would have moved on. */
function refOf(tag: string | undefined, id: string | undefined, branch: string | undefined): string | undefined {
  if (tag !== undefined) return tagRef(tag);
  if (id !== undefined) return checkedRef(id);
  return branch === undefined ? undefined : branchRef(branch);
}
