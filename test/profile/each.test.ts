import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { formatDiagnostic } from '../../src/domain/text/position.ts';
import { localFiles } from '../../src/platform/files/local-files.ts';
import { readProfileTree } from '../../src/profile/document/read.ts';
import { plainValue } from '../../src/profile/document/tree.ts';
import { loadProfile } from '../../src/profile/load.ts';
import { sourceModules } from '../support/source-modules.ts';
import { head, now } from './support/loading.ts';
import { memoryFiles } from './support/memory-files.ts';

/** The sections of `p/dev.yaml` with this text, and the diagnostics of reading it. */
const read = async (text: string, files: Readonly<Record<string, string>> = {}) => {
  const { tree, diagnostics } = await readProfileTree(
    'p/dev.yaml',
    memoryFiles({ 'p/dev.yaml': `${head}${text}`, ...files }),
  );
  const { opsdeck, system, env, tier, ...sections } = (tree === undefined ? {} : plainValue(tree)) as Record<
    string,
    unknown
  >;
  return { sections, diagnostics: diagnostics.map(formatDiagnostic) };
};

describe('each', () => {
  test('repeats its sections for each value, in keys, texts and inside them', async () => {
    expect(
      await read(
        'each:\n  over: { service: [cart, orders] }\n  sources:\n    "${each.service}-api": { type: http, url: "http://${each.service}.example" }\n  links: [{ id: "${each.service}", title: "About ${each.service}" }]\n',
      ),
    ).toEqual({
      diagnostics: [],
      sections: {
        sources: {
          'cart-api': { type: 'http', url: 'http://cart.example' },
          'orders-api': { type: 'http', url: 'http://orders.example' },
        },
        links: [
          { id: 'cart', title: 'About cart' },
          { id: 'orders', title: 'About orders' },
        ],
      },
    });
  });

  test('combines lists of the inventory, and lists of its items; a value alone keeps its type', async () => {
    const { sections, diagnostics } = await read(
      [
        'inventory:',
        '  services:',
        '    - { name: cart, port: 80, regions: [eu, us] }',
        '    - { name: orders, port: 81, regions: [eu] }',
        'each:',
        '  - over: { service: services, region: service.regions }',
        '    links: [{ id: "${each.service}.${each.region}", port: "${each.service.port}", url: "x:${each.service.port}" }]',
        '',
      ].join('\n'),
    );
    expect(diagnostics).toEqual([]);
    expect(sections).toEqual({
      links: [
        { id: 'cart.eu', port: 80, url: 'x:80' },
        { id: 'cart.us', port: 80, url: 'x:80' },
        { id: 'orders.eu', port: 81, url: 'x:81' },
      ],
    });
  });

  test('what several combinations make under one key is joined', async () => {
    const { sections, diagnostics } = await read(
      'each:\n  - over: { region: [eu, us], service: [cart, orders] }\n    sources:\n      "web-${each.region}":\n        url: "http://${each.region}"\n        checks: [{ service: "${each.service}" }]\n        groups: [web]\n',
    );
    const of = (region: string) => ({
      url: `http://${region}`,
      checks: [{ service: 'cart' }, { service: 'orders' }],
      groups: ['web'],
    });
    expect({ sections, diagnostics }).toEqual({
      diagnostics: [],
      sections: { sources: { 'web-eu': of('eu'), 'web-us': of('us') } },
    });
  });

  test('leaves out exceptions, and an entry of the profile corrects the repeated one of its id', async () => {
    const { sections, diagnostics } = await read(
      'each:\n  - over: { service: [cart, orders], region: [eu, us] }\n    except: [{ service: orders, region: us }]\n    signals: [{ id: "${each.service}.${each.region}", warn: 1 }]\nsignals: [{ id: cart.us, warn: 2 }, { id: own }]\n',
    );
    expect({ sections, diagnostics }).toEqual({
      diagnostics: [],
      sections: {
        signals: [
          { id: 'cart.eu', warn: 1 },
          { id: 'cart.us', warn: 2 },
          { id: 'orders.eu', warn: 1 },
          { id: 'own' },
        ],
      },
    });
  });

  test('a base may hold the templates, and each environment its inventory', async () => {
    const { sections, diagnostics } = await read('extends: base.yaml\ninventory: { hosts: [b-1, b-2] }\n', {
      'p/base.yaml':
        'inventory: { hosts: [a-1] }\neach: { over: { host: hosts }, links: [{ id: "${each.host}" }] }\n',
    });
    expect({ sections, diagnostics }).toEqual({
      diagnostics: [],
      sections: { links: [{ id: 'b-1' }, { id: 'b-2' }] },
    });
  });

  test('references of a run and literal ones are not its own', async () => {
    const { sections } = await read(
      'each: { over: { host: [a] }, links: [{ id: "${each.host}", texts: ["${each}", "${param.host}", "$${each.host}"] }] }\n',
    );
    expect(sections).toEqual({ links: [{ id: 'a', texts: ['${each}', '${param.host}', '$${each.host}'] }] });
  });

  test.each([
    [
      'an unknown axis, once for all values',
      'each:\n  - over: { service: [cart, orders] }\n    links: [{ id: "${each.servce}" }]\n',
      ['p/dev.yaml:7:19: ${each.servce}: over has no "servce". Did you mean "service"?'],
    ],
    [
      'a field that a service lacks',
      'each:\n  - over: { service: [{ name: cart, port: 1 }, { name: orders }] }\n    links: [{ id: "${each.service}", port: "${each.service.port}" }]\n',
      [
        'p/dev.yaml:7:44: ${each.service.port} has no value for service orders. Give service.port a value in the inventory',
      ],
    ],
    [
      'an unknown list',
      'inventory: { services: [cart] }\neach:\n  - over: { service: servces }\n    links: []\n',
      ['p/dev.yaml:7:22: over.service: the inventory has no list "servces". Did you mean "services"?'],
    ],
    [
      'no over',
      'each:\n  - sources: {}\n',
      [
        'p/dev.yaml:6:5: each: expected a map with over:. Write over: { service: [NAME, NAME] } and the sections to repeat',
      ],
    ],
    [
      'a key of the environment',
      'each:\n  - over: { env: [a, b] }\n    tier: dev\n',
      ['p/dev.yaml:7:5: each cannot repeat "tier". Repeat sections such as sources, signals and runbooks'],
    ],
    [
      'one key for values that differ',
      'each:\n  - over: { service: [cart, orders] }\n    sources:\n      api: { type: http, url: "http://${each.service}" }\n',
      [
        'p/dev.yaml:8:31: each makes sources.api.url more than once, with different values. Write ${each.NAME} into the key above it, so that every combination has its own',
      ],
    ],
    [
      'an exception that names no axis',
      'each:\n  - over: { service: [cart] }\n    except: [{ servce: cart }]\n    links: []\n',
      ['p/dev.yaml:7:16: except: over has no "servce". Did you mean "service"?'],
    ],
    [
      'too many combinations',
      `each:\n  - over: { a: [${[...Array(50).keys()].join(', ')}], b: [${[...Array(50).keys()].join(', ')}] }\n    links: []\n`,
      ['p/dev.yaml:6:11: over makes 2500 combinations, and at most 2000 are read. Split the environment'],
    ],
  ])('refuses %s', async (_, text, diagnostics) => {
    expect((await read(text)).diagnostics).toEqual(diagnostics);
  });
});

describe('YAML merge keys', () => {
  test('take what a map does not have itself, from an alias or a list of them; x- keys hold the parts', async () => {
    const { sections, diagnostics } = await read(
      [
        'x-slow: &slow { every: 60s, timeout: 9s }',
        'x-web: &web { type: http, every: 5s }',
        'sources:',
        '  api: { <<: *slow, url: "http://a", timeout: 1s }',
        '  web: { url: "http://b", <<: [*web, *slow] }',
        '',
      ].join('\n'),
    );
    expect({ sections, diagnostics }).toEqual({
      diagnostics: [],
      sections: {
        sources: {
          api: { url: 'http://a', timeout: '1s', every: '60s' },
          web: { url: 'http://b', type: 'http', every: '5s', timeout: '9s' },
        },
      },
    });
  });
});

test('sixty services in three regions are a hundred lines, and valid', async () => {
  const files = ['base', 'production'].map((name) => `examples/sixty-services/shop/${name}.yaml`);
  const texts = await Promise.all(files.map((file) => readFile(file, 'utf8')));
  expect(texts.join('').split('\n').length).toBeLessThanOrEqual(120);
  const { draft, diagnostics } = await loadProfile(files[1] ?? '', {
    ...{ files: localFiles, modules: sourceModules, sets: {}, processEnv: {}, now },
  });
  expect(diagnostics.map(formatDiagnostic)).toEqual([]);
  const { profile } = (await draft?.finish({ exec: async () => '' })) ?? {};
  expect(profile?.sources.map(({ id }) => id).sort()).toEqual(
    ['k8s', 'prom', 'web'].flatMap((type) => ['ap', 'eu', 'us'].map((region) => `${type}-${region}`)),
  );
  // Gift cards are not sold in one region.
  expect(profile?.signals.length).toBe(2 * (3 * 60 - 1));
  expect(profile?.signals.find(({ id }) => id === 'search.eu.p95')?.threshold).toMatchObject({
    warn: { value: 800 },
  });
  expect(profile?.signals.find(({ id }) => id === 'search.us.p95')?.threshold).toMatchObject({
    warn: { value: 400 },
  });
});
