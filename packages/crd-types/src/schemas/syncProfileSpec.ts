import Type, { type Static } from 'typebox';
import type { Frozen } from './frozen.ts';
import { excludePatterns, globRules } from './globs.ts';
import { jsonValue } from './jsonValue.ts';

const pathRules = ['pathGiven', 'pathRelative', 'pathInside', 'pathCharacters', 'pathTemplate'];

const patch = Type.Object(
  {
    file: Type.String({
      description: 'Glob over paths below the destination; for a mapping of type file, over the name of that file.',
      maxLength: 512,
      'x-stoker-rules': globRules,
    }),
    set: Type.Record(Type.String(), jsonValue('New value; texts in it may hold templates.'), {
      description:
        "Path to a value that the file has ($.systemName, $.list[0], $['a name']) and its new value. Texts may hold templates.",
      minProperties: 1,
      maxProperties: 16,
      'x-stoker-rules': ['jsonPaths'],
    }),
  },
  { description: 'Values to set in some JSON files.' },
);

const mapping = Type.Object(
  {
    source: Type.String({
      description: 'Folder or file in the repository; "." is its root. May hold templates: sites/{{.Vars.site}}.',
      maxLength: 1024,
      'x-stoker-rules': pathRules,
    }),
    destination: Type.String({
      description: 'Folder or file in the data folder of the gateway; "." is its root. May hold templates.',
      maxLength: 1024,
      'x-stoker-rules': [...pathRules, 'destinationFree'],
    }),
    type: Type.Enum(['dir', 'file'], { description: 'What the source is.', default: 'dir' }),
    required: Type.Boolean({ description: 'A source that is not there is an error.', default: false }),
    prune: Type.Enum(['mirror', 'owned'], {
      description:
        'What is deleted. mirror: the destination ends equal to git. owned: only what Stoker wrote; always so for a mapping to the root.',
      default: 'mirror',
    }),
    allowEmpty: Type.Boolean({
      description: 'A source that vanishes may empty the destination. Otherwise such a sync is refused.',
      default: false,
    }),
    template: Type.Boolean({
      description:
        'Text files are templates: {{.GatewayName}}, {{.Vars.key}} and the other variables in them are replaced. A resource.json beside a changed file is signed anew.',
      default: false,
    }),
    patches: Type.Array(patch, {
      description: 'Values to set in JSON files of this mapping, after the template; every other byte stays.',
      default: [],
      maxItems: 16,
      'x-kubernetes-list-type': 'atomic',
    }),
  },
  { description: 'One folder or file.', 'x-stoker-rules': ['fileIsNamed'] },
);

const deploymentMode = Type.Object(
  {
    name: Type.String({
      description: 'Name of the deployment mode.',
      maxLength: 64,
      'x-stoker-rules': ['modeName'],
    }),
    source: Type.String({
      description: 'Folder in the repository that is laid over config/resources/core. May hold templates.',
      maxLength: 1024,
      'x-stoker-rules': pathRules,
    }),
  },
  { description: 'Resources of a deployment mode, applied last.' },
);

export const syncProfileSpec = Type.Object(
  {
    mappings: Type.Array(mapping, {
      description: 'What goes where, in this order; where two provide one file, the later one wins.',
      minItems: 1,
      maxItems: 64,
      'x-kubernetes-list-type': 'atomic',
      'x-stoker-rules': ['fileOnce', 'fileOrFolder'],
    }),
    deploymentMode: Type.Optional(deploymentMode),
    excludePatterns: excludePatterns("Globs of files that are not synced, added to the Stoker's.", []),
    vars: Type.Record(Type.String(), Type.String({ maxLength: 1024 }), {
      description: 'Values for {{.Vars.key}} in paths.',
      default: {},
      maxProperties: 64,
      'x-stoker-rules': ['varNames'],
    }),
    syncPeriod: Type.Integer({
      description: 'Seconds between two checks of the folder, when nothing else happens.',
      default: 30,
      minimum: 5,
      maximum: 3600,
    }),
    driftPolicy: Type.Enum(['report', 'restore', 'ignore'], {
      description:
        'What becomes of files that were changed in the gateway. report: kept, and the condition Drifted is set. restore: put back. ignore: kept.',
      default: 'report',
    }),
    dryRun: Type.Boolean({ description: 'Plan and report, change nothing.', default: false }),
    paused: Type.Boolean({ description: 'No new releases for gateways with this profile.', default: false }),
  },
  { description: 'What is wanted.' },
);

/** The wanted state of a `SyncProfile`, defaults applied. */
export type SyncProfileSpec = Frozen<Static<typeof syncProfileSpec>>;
