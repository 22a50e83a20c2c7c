import { expect, test } from '@jest/globals';
import { touchedBy } from './touched.ts';

const change = (path: string, kind = 'modified') => ({ path, kind });

test('a project is touched by any file in it, and written or deleted by its project.json', () => {
  const touched = touchedBy([
    change('projects/a/views/view.json'),
    change('projects/b/project.json', 'added'),
    change('projects/c/project.json', 'deleted'),
    change('projects/.resources/x'),
    change('projects/readme.md'),
  ]);
  expect(touched).toMatchObject({ projects: ['a', 'b', 'c'], writtenProjects: ['b'], deletedProjects: ['c'] });
});

test('a resource is named as the gateway names it, whatever its collection', () => {
  const { resources, addedResources, deletedResources } = touchedBy([
    change('config/resources/core/ignition/database-connection/mes%20north/config.json'),
    change('config/resources/prod/ignition/database-connection/mes%20north/resource.json'),
    change('config/resources/core/ignition/system-properties/config.json'),
    change('config/resources/core/ignition/tag-provider/a/b/resource.json', 'deleted'),
    change('config/resources/core/ignition/tag-provider/new/config.json', 'added'),
    change('config/resources/core/ignition/tag-provider/new/resource.json', 'added'),
    change('config/resources/test/ignition/tag-provider/of-a-mode/resource.json', 'added'),
    change('config/resources/core/config-mode.json'),
    change('gateway.xml'),
  ]);
  expect(resources).toEqual([
    'ignition/database-connection/mes north',
    'ignition/system-properties',
    'ignition/tag-provider/a/b',
    'ignition/tag-provider/new',
    'ignition/tag-provider/of-a-mode',
  ]);
  expect(addedResources).toEqual(['ignition/tag-provider/new']);
  expect(deletedResources).toEqual(['ignition/tag-provider/a/b']);
});

test('of a first sync with thousands of resources some are enough', () => {
  const many = Array.from({ length: 2000 }, (_, n) => change(`config/resources/core/m/t/r${n}/config.json`));
  expect(touchedBy(many).resources).toHaveLength(500);
});
