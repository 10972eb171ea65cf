import { describe, expect, test } from 'vitest';
import { claimsOf } from '../../scripts/coverage/written.ts';
import { severityOfAlert, severityOfKind, severityOfSignal } from '../../src/domain/facts/severity.ts';
import { longTest } from '../support/layer.ts';
import { shippedProfile } from './support/shipped-profile.ts';

const ids = (prefix: string, count: number): readonly string[] =>
  Array.from({ length: count }, (_, index) => `${prefix}${index + 1}`);

interface Said {
  readonly of: string;
  readonly severities: readonly string[];
  readonly escalation: readonly string[];
  readonly contacts: readonly string[];
  readonly links: readonly string[];
  readonly items: readonly string[];
}

const all: readonly Said[] = [
  {
    of: 'event-bus/production',
    severities: ids('S0-SV', 4),
    escalation: ids('S0-ES', 4),
    contacts: ids('S0-CT', 5),
    links: ids('S0-LK', 2),
    items: [...ids('S0-C1-', 5), ...ids('S0-C2-', 5)],
  },
  {
    of: 'event-processing/production',
    severities: ids('S2-SV', 4),
    escalation: ids('S2-ES', 3),
    contacts: ids('S2-CT', 2),
    links: ids('S2-LK', 1),
    items: [...ids('S2-C1-', 7), ...ids('S2-C2-', 4), ...ids('S2-C3-', 4), ...ids('S2-C4-', 4)],
  },
  {
    of: 'saga/production',
    severities: ['S3-SV0'],
    escalation: ids('S3-ES', 4),
    contacts: ids('S3-CT', 6),
    links: ids('S3-LK', 3),
    items: [],
  },
  {
    of: 'eventmesh/production',
    severities: ['S4-SV0'],
    escalation: ids('S4-ES', 4),
    contacts: ids('S4-CT', 4),
    links: ids('S4-LK', 2),
    items: [...ids('S4-C1-', 7), ...ids('S4-C2-', 8), ...ids('S4-C3-', 8)],
  },
];

test.each(all)(
  '$of covers all of its severities, escalation steps, contacts, links and checklists',
  async (said) => {
    const [system = '', env = ''] = said.of.split('/');
    const served = (await claimsOf(system)).get(env) ?? new Map();
    const has = (section: RegExp, expected: readonly string[]): void => {
      const covered = new Set([...served].flatMap(([path, rows]) => (section.test(path) ? rows : [])));
      expect(expected.filter((id) => !covered.has(id))).toEqual([]);
    };
    has(/^severities\./, said.severities);
    has(/^escalation\./, said.escalation);
    has(/^contacts\./, said.contacts);
    has(/^links\./, said.links);
    has(/^checklists\.[^.]+\.items\./, said.items);
  },
);

describe('event-bus/production', () => {
  test.each([
    ['sla', 'warn', 94, 'P1'],
    ['p95', 'warn', 300, 'P2'],
    ['heap', 'warn', 75, undefined],
    ['heap', 'crit', 85, 'P1'],
    ['error.rate', 'crit', 12, 'P1'],
    ['error.rate', 'crit', 100, 'P0'],
    ['events', 'crit', 50, 'P2'],
  ] as const)('maps %s %s at %s to severity %s', async (id, level, value, severity) => {
    const { severity: model } = await shippedProfile('event-bus/production');
    expect(severityOfSignal(model, { id, level, value })?.id).toBe(severity);
  });

  test('maps health to P0, breakers to P1, and alerts by their rules', async () => {
    const { severity: model } = await shippedProfile('event-bus/production');
    expect(severityOfKind(model, 'health', 'crit')?.id).toBe('P0');
    expect(severityOfKind(model, 'breakers', 'crit')?.id).toBe('P1');
    const down = { name: 'EventBusServiceDown', severity: 'P0' };
    expect(severityOfAlert(model, down, 'crit')?.rank).toBe(1);
  });
});

describe('event-processing/production', () => {
  test.each([
    ['error.rate', 'warn', 0.2, 'P3'],
    ['error.rate', 'crit', 6, 'P3'],
    ['error.rate', 'crit', 12, 'P2'],
    ['error.rate', 'crit', 60, 'P1'],
    ['lag', 'warn', 6000, 'P3'],
    ['lag.alert', 'warn', 6000, 'P3'],
    ['lag', 'crit', 20_000, 'P3'],
    ['lag', 'crit', 120_000, 'P2'],
    ['services.up', 'crit', 3, 'P2'],
    ['services.up', 'crit', 0, 'P1'],
    ['p99', 'crit', 2500, 'P2'],
    ['sqs.depth', 'crit', 12_000, 'P2'],
    ['stuck', 'warn', 3, 'P3'],
  ] as const)('maps %s %s at %s to severity %s', async (id, level, value, severity) => {
    const { severity: model } = await shippedProfile('event-processing/production');
    expect(severityOfSignal(model, { id, level, value })?.id).toBe(severity);
  });
});

longTest('an unhealthy event mesh has rank 1 in production and rank 3 elsewhere', async () => {
  const rank = async (env: string): Promise<number | undefined> =>
    severityOfKind((await shippedProfile(`eventmesh/${env}`)).severity, 'health', 'crit')?.rank;
  expect(await Promise.all(['local', 'dev', 'staging', 'production'].map(rank))).toEqual([3, 3, 3, 1]);
});
