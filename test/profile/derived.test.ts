import { expect, test } from 'vitest';
import { finish, head, saidOf } from './support/loading.ts';

const source = 'sources:\n  api: { type: probe, url: "http://x", checks: [{ service: api, path: / }] }\n';
const read = 'read: { latency: api }';
const base = `${head}${source}signals:\n  - { id: x, source: api, ${read} }\n  - { id: y, source: api, ${read} }\n`;
const list = `${head}${source}signals:\n`;

const wrong: readonly (readonly [name: string, text: string, said: readonly string[]])[] = [
  [
    'an unknown operand',
    `${base}  - { id: r, read: { of: { a: x, b: z.total }, calc: "a / b" } }\n`,
    ['p/dev.yaml:10:37: r read.of: no signal is called "z.total". Valid: x, y'],
  ],
  [
    'a misspelt operand',
    `${head}${source}signals:\n  - { id: orders.total, source: api, ${read} }\n  - { id: r, read: { of: { a: orders.totl }, calc: "a" } }\n`,
    ['p/dev.yaml:9:31: r read.of: no signal is called "orders.totl". Did you mean "orders.total"?'],
  ],
  [
    'an invalid calculation',
    `${base}  - { id: r, read: { of: { a: x }, calc: "100 * a / b" } }\n`,
    ['p/dev.yaml:10:42: r read.calc: col 11: of: lists no signal called b. Valid: a'],
  ],
  [
    'an incomplete calculation',
    `${base}  - { id: r, read: { of: { a: x } } }\n  - { id: s, read: { calc: "1" } }\n`,
    [
      'p/dev.yaml:10:20: r read: calc is missing. Write calc: …',
      'p/dev.yaml:11:20: s read: of is missing. Write of: …',
    ],
  ],
  [
    'a plain word, which selects a value of the source and is not a calculation',
    `${list}  - { id: r, source: api, read: { latency: api, of: limit } }\n`,
    ['p/dev.yaml:8:49: unknown key "of". Valid: latency'],
  ],
  [
    'operand names that a calculation cannot use',
    `${base}  - { id: r, read: { of: { min: x, a-b: y }, calc: "1" } }\n`,
    [
      'p/dev.yaml:10:28: r read.of "min" is not a valid name in a calculation. Use letters, digits and _',
      'p/dev.yaml:10:36: r read.of "a-b" is not a valid name in a calculation. Use letters, digits and _',
    ],
  ],
  [
    'a calculated signal with a source',
    `${base}  - { id: r, source: api, read: { of: { a: x }, calc: "a" } }\n`,
    ['p/dev.yaml:10:14: r: a calculated signal has no source. Remove source'],
  ],
  [
    'a misspelt key',
    `${base}  - { id: r, read: { of: { a: x }, clac: "a" } }\n`,
    ['p/dev.yaml:10:36: unknown key "clac". Did you mean "calc"?'],
  ],
  [
    'an unused operand, which is only a warning',
    `${base}  - { id: r, read: { of: { a: x, b: y }, calc: "a" } }\n`,
    ['p/dev.yaml:10:37: warning: r read.of: the calculation does not use b. Remove it'],
  ],
  [
    'a cycle of signals, reported once',
    `${list}  - { id: p, read: { of: { a: q }, calc: "a" } }\n  - { id: q, read: { of: { a: s }, calc: "a" } }\n  - { id: s, read: { of: { a: p }, calc: "a" } }\n  - { id: t, read: { of: { a: p }, calc: "a" } }\n`,
    [
      'p/dev.yaml:8:31: p: these signals are calculated from each other in a cycle: p → q → s → p. Break the cycle',
    ],
  ],
  [
    'a signal that refers to itself',
    `${list}  - { id: p, read: { of: { a: p }, calc: "a + 1" } }\n`,
    ['p/dev.yaml:8:31: p: these signals are calculated from each other in a cycle: p → p. Break the cycle'],
  ],
  [
    'facts of an unknown kind',
    `${list}  - { id: f, read: { fact: workload } }\n`,
    ['p/dev.yaml:8:28: f read.fact "workload" is not a valid value. Did you mean "workloads"?'],
  ],
  [
    'a fold without a field, a field without a fold, an unknown fold',
    `${list}  - { id: f, read: { fact: pools, fold: max } }\n  - { id: g, read: { fact: pools, field: active } }\n  - { id: h, read: { fact: pools, field: active, fold: mean } }\n`,
    [
      'p/dev.yaml:8:35: f read: fold max needs a field. Write field: the name of a number of each row',
      'p/dev.yaml:9:20: g read: fold is missing. Write fold: sum, min, max, avg or count',
      'p/dev.yaml:10:56: h read.fold "mean" is not a valid value. Write sum, min, max, avg or count',
    ],
  ],
  [
    'fields that are unknown or not numeric',
    `${list}  - { id: f, read: { fact: workloads, field: restart, fold: max } }\n  - { id: g, read: { fact: workloads, field: status, fold: max } }\n`,
    [
      'p/dev.yaml:8:46: f read.field: no field is called restart in workloads. Did you mean "restarts"?',
      'p/dev.yaml:9:46: g read.field: status of workloads is not a number. Valid: generation, ready, wanted, restarts, cpuCores, memoryBytes, cpuLimitCores, memoryLimitBytes',
    ],
  ],
  [
    'invalid row conditions',
    `${list}  - { id: f, read: { fact: breakers, where: "stat = open" } }\n  - { id: g, read: { fact: breakers, where: 'name = "\${param.x}"' } }\n`,
    [
      'p/dev.yaml:8:45: f read.where: col 1: no field is called stat in breakers. Did you mean state?',
      'p/dev.yaml:9:45: g read.where: parameters are not available in a signal. Write the value',
    ],
  ],
  [
    'an unknown source of facts',
    `${list}  - { id: f, source: apj, read: { fact: breakers } }\n`,
    ['p/dev.yaml:8:22: f: no source is called "apj". Did you mean "api"?'],
  ],
  [
    'log lines of a source without logs',
    `${list}  - { id: l, source: api, read: { lines: errors, per: 1m } }\nlogs: { views: [{ name: errors }] }\n`,
    ['p/dev.yaml:8:22: l: api is of type probe, which has no logs. Set source: to a source that has logs'],
  ],
  [
    'a read signal without a source',
    `${list}  - { id: r, ${read} }\n`,
    ['p/dev.yaml:8:5: r: source is missing. Write source: …'],
  ],
];

test.each(wrong)('%s: reports position and remedy', async (_, text, said) => {
  expect(await saidOf(text)).toEqual(said);
});

test('creates calculated signals without a source', async () => {
  const { profile, said } = await finish(
    `${base}  - { id: r, title: Ratio, read: { of: { a: x, b: y }, calc: "100 * a / b" }, unit: "%", warn: ">=1" }
  - { id: f, source: api, read: { fact: workloads, where: 'name matches /^api/', field: restarts, fold: max } }
  - { id: n, read: { fact: breakers } }\n`,
  );
  expect(said).toEqual([]);
  const [, , ratio, most, count] = profile.signals;
  expect(ratio).toMatchObject({
    id: 'r',
    source: '',
    read: { of: { a: 'x', b: 'y' }, calc: '100 * a / b' },
    derived: { is: 'calc', of: { a: 'x', b: 'y' }, calc: { operands: ['a', 'b'] } },
  });
  expect(most).toMatchObject({
    source: '',
    read: { fact: 'workloads' },
    derived: { is: 'fact', fold: { kind: 'workloads', field: 'restarts', fold: 'max', source: 'api' } },
  });
  expect(count).toMatchObject({ derived: { is: 'fact', fold: { kind: 'breakers', fold: 'count' } } });
});

test('read: is optional where only one value is possible', async () => {
  const { profile, said } = await finish(
    `${base}  - { id: r, of: { a: x }, calc: "a * 2" }\n  - { id: f, fact: lag, field: lag, fold: sum }\n`,
  );
  expect(said).toEqual([]);
  expect(profile.signals.slice(2).map(({ derived }) => derived?.is)).toEqual(['calc', 'fact']);
});

test('disables a signal whose reference has no value, and the signals calculated from it', async () => {
  const { profile } = await finish(
    `${base}  - { id: f, read: { fact: pools, where: 'name = "\${env:POOL}"', field: active, fold: max } }
  - { id: r, read: { of: { a: f }, calc: "a" } }\n`,
  );
  expect(profile.signals[2]).toMatchObject({ id: 'f', problem: { kind: 'unconfigured' } });
  expect(profile.signals[3]).not.toHaveProperty('problem');
});
