import { describe, expect, test } from 'vitest';
import { finish, head, saidOf } from './support/loading.ts';

const parts = 'sources: { api: { type: probe, url: "http://x", checks: [{ service: api, path: / }] } }\n';
const dependenciesOf = async (more: string) => (await finish(`${head}${parts}${more}`)).profile.dependencies;
const wrongIn = (more: string): Promise<readonly string[]> => saidOf(`${head}${parts}${more}`);

describe('dependencies', () => {
  test('are names by name; one name needs no list', async () => {
    expect(await dependenciesOf('dependencies: { api: [db, queue], shop: api }\n')).toEqual({
      api: ['db', 'queue'],
      shop: ['api'],
    });
    expect(await dependenciesOf('')).toBeUndefined();
  });

  test('may name objects that nothing else in the profile mentions', async () =>
    expect(await wrongIn('dependencies: { api: [mainframe] }\n')).toEqual([]));

  test.each([
    [
      'dependencies: { api: 3 }\n',
      [
        'p/dev.yaml:6:22: dependencies.api: expected text or a list, found a number. Write text or a list: [ … ]',
      ],
    ],
    [
      'dependencies: [api]\n',
      [
        'p/dev.yaml:6:15: dependencies: expected a map, found a list. Write NAME: VALUE lines, without dashes',
      ],
    ],
    [
      'dependencies: { api: [] }\n',
      ['p/dev.yaml:6:22: dependencies.api: the list is empty. Write at least one item, or remove the key'],
    ],
    [
      'dependencies: { api: [db, API] }\n',
      ['p/dev.yaml:6:27: dependencies: api depends on itself. Remove api from the list'],
    ],
    [
      'dependencies: { a: b, b: c, c: [a, db] }\n',
      [
        'p/dev.yaml:6:17: warning: dependencies form a cycle: a → b → c → a. Problems does not group the findings of these objects by cause. Remove the least important dependency',
      ],
    ],
  ])('%s', async (yaml, expected) => expect(await wrongIn(yaml)).toEqual(expected));

  test('without the value of a reference nothing is grouped', async () => {
    const yaml = 'dependencies: { api: ["${env:NO_SUCH_NAME}"] }\n';
    expect(await dependenciesOf(yaml)).toBeUndefined();
    expect(await wrongIn(yaml)).toEqual([
      expect.stringContaining('opsdeck cannot group findings by cause in Problems'),
    ]);
  });
});
