import { describe, expect, test } from 'vitest';
import {
  type SeverityModel,
  severityOfAlert,
  severityOfKind,
  severityOfRunbook,
  severityOfSignal,
} from '../../src/domain/facts/severity.ts';
import { finish, head, saidOf } from './support/loading.ts';

const parts = `sources: { api: { type: probe, url: "http://x", checks: [{ service: api, path: / }] } }
signals:
  - { id: errors, source: api, read: { latency: api }, warn: ">=1", crit: ">5" }
  - { id: heap, source: api, read: { latency: api }, crit: ">80" }
runbooks: [{ id: restart, title: Restart, act: [{ title: By hand, manual: true }], verify: none }]
severities:
  - { id: P0, title: Critical, rank: 1, respond: 15m, escalate: immediately, examples: [nothing answers], covers: [SV1] }
  - { id: P1, rank: 2, respond: 1h, escalate: 30m }
  - { id: P2, title: Medium, rank: 3 }
`;
const map = `severityOf:
  alerts: { ServiceDown: P0 }
  labels: { page: P1 }
  signals: { errors: { warn: P2, crit: P1, ">=100": P0 }, heap: P1 }
  kinds: { health: { crit: P0 } }
  runbooks: { restart: P0 }
`;

const modelOf = async (more: string): Promise<SeverityModel | undefined> =>
  (await finish(`${head}${parts}${more}`)).profile.severity;

describe('severityOf', () => {
  test('keeps severities as written', async () => {
    const { severities } = (await modelOf(map)) ?? {};
    expect(severities?.[0]).toEqual({
      id: 'P0',
      title: 'Critical',
      rank: 1,
      respond: '15m',
      escalate: 'immediately',
      examples: ['nothing answers'],
      covers: ['SV1'],
    });
    expect(severities?.[1]).toMatchObject({ title: 'P1', respond: '1h', covers: [] });
  });

  test.each<['warn' | 'crit' | 'ok' | 'unknown', number, string | undefined]>([
    ['ok', 0, undefined],
    ['unknown', 0, undefined],
    ['warn', 2, 'P2'],
    ['crit', 6, 'P1'],
    ['crit', 100, 'P0'],
  ])('a signal at %s with value %s', async (level, value, id) => {
    expect(severityOfSignal(await modelOf(map), { id: 'errors', level, value })?.id).toBe(id);
  });

  test('maps one severity to every level; undefined for unmapped objects', async () => {
    const model = await modelOf(map);
    expect(severityOfSignal(model, { id: 'heap', level: 'crit', value: 90 })?.id).toBe('P1');
    expect(severityOfSignal(model, { id: 'cpu', level: 'crit', value: 90 })).toBeUndefined();
    expect(severityOfKind(model, 'health', 'crit')?.id).toBe('P0');
    expect(severityOfKind(model, 'health', 'warn')).toBeUndefined();
    expect(severityOfKind(model, 'breakers', 'crit')).toBeUndefined();
    expect(severityOfRunbook(model, 'restart')?.id).toBe('P0');
    expect(severityOfRunbook(undefined, 'restart')).toBeUndefined();
  });

  test.each([
    ['ServiceDown', 'p2', 'P0'],
    ['Other', 'page', 'P1'],
    ['Other', 'PAGE', 'P1'],
    ['Other', 'p2', 'P2'],
    ['Other', 'info', undefined],
  ])('maps alert %s with severity %s', async (name, severity, id) => {
    expect(severityOfAlert(await modelOf(map), { name, severity }, 'crit')?.id).toBe(id);
  });

  test('uses the severity of the level for unmapped objects', async () => {
    const model = await modelOf('severityOf: { levels: { crit: P1 }, kinds: { health: { crit: P0 } } }\n');
    expect(severityOfSignal(model, { id: 'errors', level: 'crit', value: 6 })?.id).toBe('P1');
    expect(severityOfSignal(model, { id: 'errors', level: 'warn', value: 2 })).toBeUndefined();
    expect(severityOfKind(model, 'breakers', 'crit')?.id).toBe('P1');
    expect(severityOfKind(model, 'health', 'crit')?.id).toBe('P0');
  });

  test('is undefined for a profile without severities', async () => {
    expect((await finish(head)).profile.severity).toBeUndefined();
  });
});

test('rejects unknown names', async () => {
  const wrong = `severityOf:
  alerts: { A: P9 }
  signals: { error: P1, heap: { warn: P1 }, errors: { ">>5": P1, crit: P9 } }
  kinds: { helth: { crit: P0 } }
  runbooks: { restrt: P0 }
  levels: { ok: P0 }
`;
  expect(await saidOf(`${head}${parts}${wrong}`)).toEqual([
    'p/dev.yaml:17:12: unknown key "helth". Did you mean "health"?',
    'p/dev.yaml:19:13: unknown key "ok". Valid: warn, crit',
  ]);
  expect(await saidOf(`${head}${parts}${wrong.replace(/ {2}(kinds|levels).*\n/g, '')}`)).toEqual([
    'p/dev.yaml:15:16: severityOf.alerts.A: no severity is called "P9". Did you mean "P0"?',
    'p/dev.yaml:16:14: severityOf.signals: no signal is called error. Did you mean "errors"?',
    'p/dev.yaml:16:33: severityOf.signals.heap: heap is never warn. Write warn on the signal, or remove the key',
    'p/dev.yaml:16:55: severityOf.signals.errors: ">>5" is not a limit. Write ">5"',
    'p/dev.yaml:16:72: severityOf.signals.errors.crit: no severity is called "P9". Did you mean "P0"?',
    'p/dev.yaml:17:15: severityOf.runbooks: no runbook is called restrt. Did you mean "restart"?',
  ]);
});

test('rejects invalid severities', async () => {
  const wrong = 'severities: [{ id: P0, rank: 0 }, { id: P1 }, { id: P0, rank: 2, respond: 15 }]\n';
  expect(await saidOf(`${head}${wrong}`)).toEqual([
    'p/dev.yaml:5:30: severity P0 rank 0 is too small. Write at least 1',
    'p/dev.yaml:5:35: severity P1: rank is missing. Write rank: …',
    'p/dev.yaml:5:53: duplicate severity "P0" (first at p/dev.yaml:5:20). Rename or remove one of the two',
    'p/dev.yaml:5:75: severity P0 respond: expected text, found 15. Put the value in quotes',
  ]);
});
