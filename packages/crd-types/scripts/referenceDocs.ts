import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TSchema } from 'typebox';
import { agentSecretKeys } from '../src/names.ts';
import { stokerSpec } from '../src/schemas/stokerSpec.ts';
import { stokerStatus } from '../src/schemas/stokerStatus.ts';
import { syncProfileSpec } from '../src/schemas/syncProfileSpec.ts';
import { syncProfileStatus } from '../src/schemas/syncProfileStatus.ts';
import { auditRecord } from '../src/schemas/wire/auditRecord.ts';
import { changesDocument } from '../src/schemas/wire/changesDocument.ts';
import { metadataDocument } from '../src/schemas/wire/metadataDocument.ts';
import { statusDocument } from '../src/schemas/wire/statusDocument.ts';
import { templateShape } from '../src/templateShape.ts';
import { type FieldSchema, fieldTable, ruleList } from './fieldTable.ts';
import { type Documented, readDocumented } from './sourceComments.ts';

const sources = join(import.meta.dirname, '../src');
const example = (name: string) => readFileSync(join(sources, '../testdata/good', name), 'utf8').trim();
const documented = (file: string) => readDocumented(readFileSync(join(sources, file), 'utf8'));

/** The reference pages by file name. */
export const referenceDocs: Readonly<Record<string, string>> = {
  'stoker.md': resourcePage({
    title: 'Stoker',
    opening:
      'Where the files come from and how to reach the gateways. One by name: `kubectl get stokers NAME`, or `stk NAME`. `kubectl get stoker` alone lists all of Stoker, since `stoker` is also the category of both kinds; with a name behind it kubectl refuses it.',
    examples: ['minimal-stoker.yaml', 'full-stoker.yaml'],
    spec: stokerSpec,
    status: stokerStatus,
  }),
  'syncprofile.md': resourcePage({
    title: 'SyncProfile',
    opening: `Which files go where for one role of gateway. \`kubectl get syncprofiles\`, or \`sp\`.

Paths may hold ${templateText()}, and nothing else between double braces.`,
    examples: ['minimal-profile.yaml', 'full-profile.yaml'],
    spec: syncProfileSpec,
    status: syncProfileStatus,
  }),
  'conditions.md': `# Conditions and reasons

Conditions follow the conventions of Kubernetes: \`kubectl wait --for=condition=Ready stokers/NAME\`. \`Reconciling\` and
\`Stalled\` follow kstatus, so Argo CD and Flux understand them.

## Conditions

${table('condition', documented('conditions.ts'))}

## Reasons

The same words in conditions, events, documents and logs.

${grouped(documented('reasons.ts'))}`,
  'annotations.md': `# Annotations and labels

## Annotations

${table('annotation', documented('annotations.ts'))}

## Labels

${table('label', documented('labels.ts'))}`,
  'audit-record.md': `# Audit record

${asJson(auditRecord).description ?? ''} [Audit](../audit.md) says where they go.

${fieldTable(asJson(auditRecord))}`,
  'documents.md': `# Documents between controller and agent

JSON in ConfigMaps, one of each for every gateway. Readers ignore fields that they don't know.

${documentSection('Metadata', metadataDocument)}

${documentSection('Status', statusDocument)}

${documentSection('Changes', changesDocument)}

## Secret

\`stoker-agent-<cr>\`, written by the controller and mounted by the agents. Keys, each only where it is needed:
${Object.values(agentSecretKeys)
  .map((key) => `\`${key}\``)
  .join(', ')}.`,
};

function resourcePage(page: {
  readonly title: string;
  readonly opening: string;
  readonly examples: readonly string[];
  readonly spec: TSchema;
  readonly status: TSchema;
}): string {
  const [spec, status] = [asJson(page.spec), asJson(page.status)];
  return `# ${page.title}

${page.opening}

${page.examples.map((name) => `\`\`\`yaml\n${example(name)}\n\`\`\``).join('\n\n')}

## spec

${fieldTable(spec)}

### What is refused

\`kubectl apply\` refuses a resource that breaks one of these, and says so in these words:

${ruleList(spec)}

## status

${fieldTable(status)}`;
}

function documentSection(title: string, schema: TSchema): string {
  const json = asJson(schema);
  return `## ${title}\n\n${json.description ?? ''}\n\n${fieldTable(json)}`;
}

function table(kind: string, members: readonly Documented[]): string {
  const rows = members.map(({ value, comment }) => `| \`${value}\` | ${comment.replaceAll('|', '\\|')} |`);
  return [`| ${kind} | meaning |`, '| --- | --- |', ...rows].join('\n');
}

function grouped(members: readonly Documented[]): string {
  return [...Map.groupBy(members, ({ group }) => group)]
    .map(([group, list]) => `### ${group.replace(/[.:].*$/, '')}\n\n${table('reason', list)}`)
    .join('\n\n');
}

function templateText(): string {
  const names = Object.entries(templateShape).map(([name, kind]) => `\`{{.${name}${kind === 'map' ? '.key' : ''}}}\``);
  return `${names.slice(0, -1).join(', ')} and ${names.at(-1) ?? ''}`;
}

/** TypeBox hides its own marks from JSON. */
function asJson(schema: TSchema): FieldSchema {
  return JSON.parse(JSON.stringify(schema)) as FieldSchema;
}
