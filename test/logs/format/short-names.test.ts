import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { shortStreamLabels } from '../../../src/logs/format/stream-labels.ts';

const of = (...names: readonly string[]) =>
  names.map((text) => {
    const [source = '', name = ''] = text.includes(' ') ? text.split(' ') : ['k8s', text];
    return { source, name };
  });

describe('short names of streams', () => {
  test.each([
    [
      ['billing-7c9f4d-x2k/app', 'billing-7c9f4d-p9q/app'],
      ['billing-x2k', 'billing-p9q'],
    ],
    [
      ['billing-0/app', 'billing-1/app', 'gateway-0/app'],
      ['billing-0', 'billing-1', 'gateway-0'],
    ],
    [
      ['billing-0/app', 'billing-0/istio-proxy', 'billing-1/app'],
      ['billing-0/app', 'billing-0/istio-proxy', 'billing-1'],
    ],
    [
      ['bus/bus-bfff5d7b6-48hmk', 'bus/bus-bfff5d7b6-m5d45', 'billing'],
      ['bus-48hmk', 'bus-m5d45', 'billing'],
    ],
    [
      ['shop/billing-0/app', 'pay/billing-0/app'],
      ['shop/billing-0', 'pay/billing-0'],
    ],
    [
      ['billing-7c9f4d-x2k/app', 'billing-8d1fbc-x2k/app'],
      ['billing-7c9f4d-x2k', 'billing-8d1fbc-x2k'],
    ],
    [
      ['local billing', 'staging billing'],
      ['local:billing', 'staging:billing'],
    ],
    [
      ['hosts vm-1:/var/log/api.log', 'hosts vm-2:/var/log/api.log'],
      ['vm-1:api.log', 'vm-2:api.log'],
    ],
    [
      ['hosts vm-1:/var/log/api.log', 'hosts vm-1:/var/log/db.log'],
      ['api.log', 'db.log'],
    ],
    [
      ['f /a/x/app.log', 'f /b/x/app.log'],
      ['a/x/app.log', 'b/x/app.log'],
    ],
    [
      ['hosts vm-1/api.service', 'hosts vm-1/db.service'],
      ['api', 'db'],
    ],
    [
      ['hosts vm-1/api.service', 'hosts vm-2/api.service'],
      ['vm-1/api', 'vm-2/api'],
    ],
    [
      ['billing-0/app', 'billing-0/app'],
      ['billing-0', 'billing-0'],
    ],
    [
      ['', '/'],
      ['k8s:', '/'],
    ],
  ])('%j', (names, labels) => {
    expect(shortStreamLabels(of(...names))).toEqual(labels);
  });
});

test('keeps a label when streams join, until another would get the same', () => {
  const first = of('billing-0/app');
  const given = new Map([['k8s:billing-0/app', 'billing-0']]);
  expect(shortStreamLabels(first)).toEqual(['billing-0']);
  expect(shortStreamLabels([...first, ...of('billing-1/app')], given)).toEqual(['billing-0', 'billing-1']);
  expect(shortStreamLabels([...first, ...of('billing-0/proxy')], given)).toEqual([
    'billing-0/app',
    'billing-0/proxy',
  ]);
  const longer = new Map([['k8s:billing-0/app', 'billing-0/app']]);
  expect(shortStreamLabels(first, longer)).toEqual(['billing-0/app']);
});

const part = fc.constantFrom(
  'billing',
  'billing-0',
  'billing-7c9f4d-x2k',
  'billing-8d1fbc-x2k',
  'app',
  'api.service',
  '',
  'vm-1:',
);
const stream = fc.record({
  source: fc.constantFrom('a', 'b', 'a:billing'),
  name: fc.array(part, { maxLength: 4 }).map((parts) => parts.join('/')),
});

test('streams never share a label, and labels are stable across calls', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(stream, { selector: (one) => JSON.stringify(one) }),
      fc.nat(8),
      (streams, count) => {
        const unique = [
          ...new Map(streams.map((entry) => [`${entry.source}:${entry.name}`, entry])).values(),
        ];
        const before = unique.slice(0, count);
        const labels = shortStreamLabels(before);
        const given = new Map(
          before.map(({ source, name }, index) => [`${source}:${name}`, labels[index] ?? '']),
        );
        const now = shortStreamLabels(unique, given);
        expect(new Set(now).size).toBe(unique.length);
        expect(shortStreamLabels(before, given)).toEqual(labels);
      },
    ),
  );
});
