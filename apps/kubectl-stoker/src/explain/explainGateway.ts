import { findGateway } from '../gateway/findGateway.ts';
import { gatherGateway } from '../gateway/gatherGateway.ts';
import type { Answer, Request } from '../run.ts';
import { explain } from './explain.ts';
import { renderExplanation } from './renderExplanation.ts';

/** `kubectl stoker explain`. */
export async function explainGateway({ client, namespace, words: [name = ''] }: Request): Promise<Answer> {
  const facts = await gatherGateway(client, await findGateway(client, namespace, name));
  const explanation = explain(facts);
  return { text: renderExplanation(explanation), document: explanation, isWell: explanation.isSynced };
}
