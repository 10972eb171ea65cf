import parsePrometheus from 'parse-prometheus-text-format';
import { expect, test } from 'vitest';
import { exposition } from '../../../src/cli/serve/exposition.ts';
import type { LevelsReport } from '../../../src/cli/serve/levels-report.ts';

const report: LevelsReport = {
  opsdeck: 1,
  system: 'shop',
  env: 'dev',
  at: '2026-03-04T05:06:07.000Z',
  level: 'unknown',
  signals: [
    { id: 'orders', source: 'app', level: 'ok', series: 1, value: 0, unit: '', ageSeconds: 1.5 },
    { id: 'silent', source: 'app', level: 'unknown', series: 0, value: null, unit: '', ageSeconds: null },
  ],
  services: [{ service: 'a "quoted"\\name\nof two lines', level: 'crit' }],
  kinds: [{ kind: 'health', complete: false, rows: { ok: 2, unknown: 1, warn: 0, crit: 3 } }],
  sources: [{ id: 'app', type: 'http', state: 'partial', faults: { timeout: 2 }, ageSeconds: 3 }],
  droppedServices: 0,
};
const text = exposition(report, '1.2.3');
const lines = text.split('\n');

test('every family has one HELP and one TYPE line before its samples', () => {
  const families = lines.flatMap((line) => /^# TYPE (\S+) gauge$/.exec(line)?.[1] ?? []);
  expect(new Set(families).size).toBe(families.length);
  for (const family of families) {
    const index = lines.indexOf(`# TYPE ${family} gauge`);
    expect(lines[index - 1]).toMatch(new RegExp(`^# HELP ${family} \\S`));
    expect(lines[index + 1]).toMatch(new RegExp(`^${family}[{ ]`));
  }
  expect(text.endsWith('\n')).toBe(true);
});

test('an unknown value has no sample and is a state of its own; 0 is a value', () => {
  expect(lines).toContain('opsdeck_signal_value{system="shop",env="dev",signal="orders",source="app"} 0');
  expect(text).not.toMatch(/signal_(?:value|age_seconds)\{[^}]*silent/);
  expect(lines).toContain(
    'opsdeck_signal_level{system="shop",env="dev",signal="silent",source="app",level="unknown"} 1',
  );
  expect(lines).toContain(
    'opsdeck_signal_level{system="shop",env="dev",signal="silent",source="app",level="ok"} 0',
  );
});

test('label values are escaped, and another parser reads them', () => {
  expect(text).toContain('service="a \\"quoted\\"\\\\name\\nof two lines",level="crit"} 1');
  const families = parsePrometheus(text);
  expect(families.map(({ name }) => name)).toContain('opsdeck_service_level');
  expect(families.find(({ name }) => name === 'opsdeck_source_faults')?.metrics).toEqual([
    { value: '2', labels: { system: 'shop', env: 'dev', source: 'app', type: 'http', fault: 'timeout' } },
  ]);
});
