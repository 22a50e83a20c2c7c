import {
  documentKeys,
  type MetadataDocument,
  parseMetadataDocument,
  parseStatusDocument,
  type StatusDocument,
} from '@stoker/crd-types';
import type { ConfigMap } from '@stoker/kube';
import { sentenceOf } from '../sentence.ts';
import { shared } from './shared.ts';

/** Something unreadable in a document: said to people, never fatal. */
export interface DocumentProblem {
  readonly name: string;
  readonly message: string;
}

type Parsed<T> = { readonly document: T | undefined; readonly problem: DocumentProblem | undefined };

const parsedMetadata = new WeakMap<ConfigMap, Parsed<MetadataDocument>>();
const parsedStatus = new WeakMap<ConfigMap, Parsed<StatusDocument>>();

/** What this controller, or one before it, last told the gateway. */
export function readMetadata(configMap: ConfigMap | undefined): Parsed<MetadataDocument> {
  return read(configMap, documentKeys.metadata, parseMetadataDocument, parsedMetadata);
}

/** What the gateway's agent last said; nothing while it has said nothing. */
export function readStatus(configMap: ConfigMap | undefined): Parsed<StatusDocument> {
  return read(configMap, documentKeys.status, parseStatusDocument, parsedStatus);
}

/**
 * For the cache: a status document as it is parsed, without its text. Fifty syncs of five thousand gateways are a hundred
 * megabytes as texts and parsed ones, and thirty without the texts and with what many of them say kept once.
 */
export function keepParsed(configMap: ConfigMap): ConfigMap {
  if (!configMap.data?.[documentKeys.status]) return configMap;
  const { document, problem } = readStatus(configMap);
  const kept: ConfigMap = { ...configMap, data: {} };
  parsedStatus.set(kept, { document: document && { ...document, history: document.history.map(compact) }, problem });
  return kept;
}

function compact({
  commit,
  releaseId,
  ...entry
}: StatusDocument['history'][number]): StatusDocument['history'][number] {
  return { ...entry, commit: shared(commit), releaseId: shared(releaseId) };
}

/** Each object of the cache is parsed once: a thousand CRs are looked at far more often than they change. */
function read<T>(
  configMap: ConfigMap | undefined,
  key: string,
  parse: (text: string) => T,
  memory: WeakMap<ConfigMap, Parsed<T>>,
): Parsed<T> {
  const known = configMap && memory.get(configMap);
  if (known !== undefined) return known;
  const text = configMap?.data?.[key];
  if (configMap === undefined || text === undefined || text === '') return { document: undefined, problem: undefined };
  const result = attempt(configMap.metadata.name, text, parse);
  memory.set(configMap, result);
  return result;
}

function attempt<T>(name: string, text: string, parse: (text: string) => T): Parsed<T> {
  try {
    return { document: parse(text), problem: undefined };
  } catch (error) {
    return { document: undefined, problem: { name, message: sentenceOf(error) } };
  }
}
