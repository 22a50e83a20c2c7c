import { addNamedQuery, addPages, addScript, addStyle, addView } from './projectResources.ts';
import type { Random } from './random.ts';
import { ignitionJson, type RepositoryFiles } from './repositoryFiles.ts';

interface ProjectPlan {
  readonly name: string;
  readonly title: string;
  readonly parent: string;
  readonly views: readonly string[];
  readonly scripts: readonly string[];
  readonly queries: readonly string[];
  readonly styles: readonly string[];
}

const numbered = (prefix: string, count: number) =>
  Array.from({ length: count }, (_, index) => `${prefix} ${index + 1}`);

const equipment = ['Filler', 'Capper', 'Labeller', 'Palletiser', 'Mixer', 'Tank', 'Boiler', 'Chiller', 'Compressor'];

/** The view that is every gateway's front page, and the views that nobody needs any more: a later commit changes them. */
export const frontPage = { project: 'plant-base', view: 'Overview/Home' };
export const retired = [
  { project: 'site-overview', view: 'Legacy/Old Trend' },
  { project: 'area-operations', view: 'Legacy/Old Panel' },
];

const plans: readonly ProjectPlan[] = [
  {
    name: 'plant-base',
    title: 'Plant base',
    parent: '',
    views: [frontPage.view, ...equipment.flatMap((machine) => numbered(`Templates/${machine}/Variant`, 4))],
    scripts: [
      'plant/alarms',
      'plant/batch/recipe',
      ...numbered('plant/units/unit', 16).map((name) => name.replace(' ', '')),
    ],
    queries: numbered('Reports/Report', 14),
    styles: ['title', ...numbered('value/level', 9)],
  },
  {
    name: 'site-overview',
    title: 'Site overview',
    parent: 'plant-base',
    // A slash inside a name is %-encoded on disk.
    views: ['Legacy/Old Trend', 'Site/Power %2F Steam', ...numbered('Site/Building', 24)],
    scripts: numbered('site/kpi', 8).map((name) => name.replace(' ', '_')),
    queries: numbered('KPI/Daily', 6),
    styles: [],
  },
  {
    name: 'area-operations',
    title: 'Area operations',
    parent: 'plant-base',
    views: ['Legacy/Old Panel', ...equipment.flatMap((machine) => numbered(`Lines/${machine} Group/Station`, 4))],
    scripts: numbered('area/sequence', 8).map((name) => name.replace(' ', '_')),
    queries: numbered('Downtime/Line', 6),
    styles: numbered('panel', 3),
  },
];

/** Three projects: one that the others inherit from, one for the site gateway, one for the gateways of the areas. */
export function addProjects(files: RepositoryFiles, random: Random): void {
  for (const { name, title, parent, views, scripts, queries, styles } of plans) {
    const folder = `projects/${name}`;
    const project = {
      title,
      description: `${title} of the bottling plant`,
      parent,
      enabled: true,
      inheritable: parent === '',
    };
    files.set(`${folder}/project.json`, ignitionJson(project));
    for (const view of views) addView(files, folder, view, random);
    for (const script of scripts) addScript(files, folder, script, random);
    for (const query of queries) addNamedQuery(files, folder, query, random);
    for (const style of styles) addStyle(files, folder, style, random);
    addPages(files, folder, views.slice(0, 5));
  }
}
