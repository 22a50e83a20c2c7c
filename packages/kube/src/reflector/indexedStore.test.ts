import { describe, expect, test } from '@jest/globals';
import { object, type TestObject } from '../testing/steps.ts';
import { createStore } from './indexedStore.ts';

const byLabel = { colour: ({ metadata }: TestObject) => Object.values(metadata.labels ?? {}) };
const inNamespace = (namespace: string, name: string, labels?: Record<string, string>): TestObject => ({
  metadata: { namespace, name, uid: name, resourceVersion: name, ...(labels ? { labels } : {}) },
});

describe('a store', () => {
  test('answers by key, by namespace and by index', () => {
    const store = createStore(byLabel);
    store.replace([
      inNamespace('one', 'a', { x: 'red', y: 'blue' }),
      inNamespace('two', 'b', { x: 'red' }),
      inNamespace('two', 'c'),
    ]);
    const names = (objects: readonly TestObject[]) => objects.map(({ metadata }) => metadata.name);
    expect(store.get({ namespace: 'two', name: 'b' })?.metadata.name).toBe('b');
    expect(store.get({ namespace: 'one', name: 'b' })).toBeUndefined();
    expect(names(store.list('two'))).toEqual(['b', 'c']);
    expect(names(store.byIndex('colour', 'red'))).toEqual(['a', 'b']);
    expect(names(store.byIndex('colour', 'blue'))).toEqual(['a']);
    expect(store.list('three')).toEqual([]);
    expect(store.size).toBe(3);
  });

  test('finds an object under its new values only', () => {
    const store = createStore(byLabel);
    store.put(inNamespace('one', 'a', { x: 'red' }));
    store.put({ metadata: { ...inNamespace('one', 'a', { x: 'green' }).metadata, resourceVersion: 'later' } });
    expect(store.byIndex('colour', 'red')).toEqual([]);
    expect(store.byIndex('colour', 'green')).toHaveLength(1);
    store.remove({ namespace: 'one', name: 'a' });
    expect(store.byIndex('colour', 'green')).toEqual([]);
    expect(store.list('one')).toEqual([]);
  });

  test('refuses an index that it does not have', () => {
    expect(() => createStore().byIndex('colour', 'red')).toThrow('there is no index "colour"');
  });

  test('tells nothing about an object that it has in that version already', () => {
    const store = createStore<TestObject>();
    expect(store.put(object('a', '1'))).toHaveLength(1);
    expect(store.put(object('a', '1'))).toEqual([]);
    expect(store.replace([object('a', '1')])).toEqual([]);
    expect(store.remove({ namespace: 'default', name: 'b' })).toEqual([]);
  });
});
