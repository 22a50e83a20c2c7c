import type { Random } from './random.ts';
import { addResource, ignitionJson, type RepositoryFiles } from './repositoryFiles.ts';
import { thumbnail } from './thumbnail.ts';

const perspective = 'com.inductiveautomation.perspective';

/** One kind of thing inside a project: adds the resource called `name` (may hold `/`) to the project's folder. */
type AddResource = (files: RepositoryFiles, project: string, name: string, random: Random, modifiedAt?: string) => void;

/** A Perspective view: `view.json` and its picture. */
export const addView: AddResource = (files, project, name, random, modifiedAt) => {
  const labels = Array.from({ length: 3 + random.below(12) }, (_, index) => label(`Label_${index}`, random));
  const view = {
    custom: {},
    params: { area: 'default', unit: random.below(40) },
    propConfig: { 'params.area': { paramDirection: 'input', persistent: true } },
    props: { defaultSize: { height: 600 + random.below(480), width: 800 + random.below(1120) } },
    root: {
      children: labels,
      meta: { name: 'root' },
      props: { mode: 'percent' },
      type: 'ia.container.coord',
    },
  };
  const contents = { 'view.json': ignitionJson(view), 'thumbnail.png': thumbnail(random) };
  addResource(files, `${project}/${perspective}/views/${name}`, contents, { scope: 'G', ...at(modifiedAt) });
};

/** A script module: `code.py`, with the line ends and the tabs of the Designer. */
export const addScript: AddResource = (files, project, name, random, modifiedAt) => {
  const functions = Array.from({ length: 2 + random.below(5) }, (_, index) =>
    [
      `def calculate${index}(value, factor=${random.below(90) + 10}.0):`,
      `\t"""Scales a reading of ${name.split('/').at(-1)}."""`,
      `\tif value is None:`,
      `\t\treturn None`,
      `\treturn round(value * factor / ${random.below(9) + 1}.0, ${random.below(4)})`,
      '',
    ].join('\n'),
  );
  const contents = { 'code.py': `import system\n\n${functions.join('\n')}` };
  const folder = `${project}/ignition/script-python/${name}`;
  addResource(files, folder, contents, { attributes: { hintScope: 2 }, ...at(modifiedAt) });
};

/** A named query: `query.sql`. */
export const addNamedQuery: AddResource = (files, project, name, random, modifiedAt) => {
  const table = random.pick(['batch', 'alarm_event', 'downtime', 'quality_sample', 'shift_report']);
  const query = `SELECT id, started_at, value_${random.below(20)}\nFROM ${table}\nWHERE area = :area\nORDER BY started_at DESC\nLIMIT ${100 + random.below(900)}\n`;
  addResource(
    files,
    `${project}/ignition/named-query/${name}`,
    { 'query.sql': query },
    {
      scope: 'D',
      attributes: {
        useMaxReturnSize: false,
        database: 'historian',
        type: 'Query',
        enabled: true,
        cacheEnabled: random.below(2) === 1,
        parameters: [{ type: 'Parameter', identifier: 'area', sqlType: 7 }],
      },
      ...at(modifiedAt),
    },
  );
};

/** A style class. */
export const addStyle: AddResource = (files, project, name, random, modifiedAt) => {
  const colour = `#${random.below(0xffffff).toString(16).padStart(6, '0')}`;
  const style = { base: { style: { backgroundColor: colour, borderRadius: `${random.below(12)}px` } } };
  const folder = `${project}/${perspective}/style-classes/${name}`;
  addResource(files, folder, { 'style.json': ignitionJson(style) }, { scope: 'G', ...at(modifiedAt) });
};

/** The singletons that every Perspective project has. */
export function addPages(files: RepositoryFiles, project: string, views: readonly string[]): void {
  const pages = Object.fromEntries(
    views.map((view, index) => [index === 0 ? '/' : `/page-${index}`, { viewPath: view }]),
  );
  const config = { pages, sharedDocks: { cornerPriority: 'top-bottom' } };
  addResource(files, `${project}/${perspective}/page-config`, { 'config.json': ignitionJson(config) }, { scope: 'G' });
  const props = { custom: {}, props: { locale: 'en-GB', timeZoneId: 'Europe/London', theme: 'light' } };
  addResource(files, `${project}/${perspective}/session-props`, { 'props.json': ignitionJson(props) }, { scope: 'G' });
}

function label(name: string, random: Random) {
  return {
    meta: { name },
    position: { height: 0.05, width: 0.2, x: random.below(80) / 100, y: random.below(95) / 100 },
    propConfig: {
      'props.text': {
        binding: { config: { path: `[default]Line ${random.below(4)}/Value ${random.below(60)}` }, type: 'tag' },
      },
    },
    props: { style: { classes: random.pick(['value/normal', 'value/alarm', 'title']) } },
    type: 'ia.display.label',
  };
}

function at(modifiedAt: string | undefined) {
  return modifiedAt === undefined ? {} : { modifiedAt };
}
