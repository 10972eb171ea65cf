import { expect, test } from 'vitest';
import { createRunEventPrinter } from '../../src/cli/run/run-lines.ts';
import {
  commandPlace,
  createMissingMemory,
  type MissingObservation,
  missingText,
} from '../../src/domain/facts/missing-observation.ts';
import { missingIn } from '../../src/domain/runs/missing-in-run.ts';
import type { CheckState, RunEvent } from '../../src/domain/runs/run.ts';
import { renderTimeline } from '../../src/persistence/ledger/timeline.ts';
import { openStage } from './stage.ts';

const text = (missing: MissingObservation, at = 40_000): string => missingText(missing, at, () => 'PLACE');

test.each<readonly [MissingObservation, string]>([
  [
    { is: 'gone', object: 'errors instance=orders-1', source: 'prom', since: 0 },
    'prom no longer reports errors instance=orders-1 for 40s: see in PLACE whether it still runs, and start it again. If the step ends it by design, declare that in its effects',
  ],
  [
    { is: 'stranger', source: 'pg', since: 39_500 },
    'a different server may answer at pg: look for a failover, a proxy or a changed address. PLACE counts again once the first server answers',
  ],
  [
    { is: 'unread', source: 'pg', remedy: 'GRANT pg_monitor TO opsdeck' },
    'no reading from pg: GRANT pg_monitor TO opsdeck. Once the source answers, check PLACE',
  ],
  [
    { is: 'unread' },
    'no source provides its values: opsdeck doctor checks the source and reports what is missing. Once the source answers, check PLACE',
  ],
  [
    { is: 'alert', object: 'Errors', since: 10_000 },
    'Errors has not been confirmed as resolved for 30s: check PLACE. End the silence, or restore the rule, the targets or Prometheus: only an evaluation of the rule after the action counts',
  ],
  [
    { is: 'early', object: 'errors' },
    'errors does not prove the recovery yet: wait until the window has passed and the targets are scraped again, then check PLACE',
  ],
])('%o', (missing, expected) => expect(text(missing)).toBe(expected));

test('an observation is missing since it was first missed, until it is there again', () => {
  const memory = createMissingMemory();
  const gone = { is: 'gone', object: 'a' } as const;
  expect(memory.note(gone, 1000)).toEqual({ ...gone, since: 1000 });
  expect(memory.note(gone, 2000)).toEqual({ ...gone, since: 1000 });
  expect(memory.note({ ...gone, object: 'b' }, 3000)?.since).toBe(3000);
  expect(memory.note(undefined, 4000)).toBeUndefined();
  expect(memory.note(gone, 5000)?.since).toBe(5000);
});

const check = (value: CheckState['value'], missing?: MissingObservation): CheckState => ({
  id: 'v1',
  title: 'Errors',
  value,
  why: '',
  ...(missing === undefined ? {} : { missing }),
});
const ended = (ending: 'executed-not-recovered' | 'cancelled'): RunEvent => ({
  run: 'r1',
  at: 9000,
  event: 'ended',
  ending,
  why: '',
  sent: [],
});

test('each observation is listed once, and only where a check or a finding is unknown at the end', () => {
  const gone: MissingObservation = { is: 'gone', object: 'a', since: 1 };
  const verifying = (...proofs: readonly CheckState[]): RunEvent => ({
    run: 'r1',
    at: 8000,
    event: 'verifying',
    proofs,
  });
  const unknown = verifying(
    check('unknown', gone),
    check('unknown', { ...gone, since: 2 }),
    check('unknown'),
  );
  expect(missingIn([unknown, ended('executed-not-recovered')])).toEqual({ missing: [gone], at: 9000 });
  expect(missingIn([unknown]).missing).toEqual([]);
  expect(missingIn([unknown, ended('cancelled')]).missing).toEqual([]);
  expect(missingIn([unknown, verifying(check('true')), ended('executed-not-recovered')]).missing).toEqual([]);
});

test('a finding that vanishes: the command and the report say what to do, in the same words', async () => {
  await using stage = await openStage();
  stage.server.onChange = () => stage.server.states.delete('ledger');
  await stage.engine.readNow(['bus/breakers'], new AbortController().signal);
  const run = stage.go(await stage.propose());
  await run.end();
  const { events } = run;
  const { missing, at } = missingIn(events);
  const [said = ''] = missing.map((observation) => missingText(observation, at, commandPlace));
  expect(said).toMatch(
    /^bus no longer reports breakers .*ledger.*: see in opsdeck check whether it still runs/,
  );
  const print = createRunEventPrinter();
  expect(events.flatMap((event) => print(event))).toContain(`  to do: ${said}`);
  const records = events.map((entry, index) => ({
    ...{
      seq: index + 1,
      prev: '',
      hash: '',
      at: new Date(index).toISOString(),
      who: 'ana',
      host: 'vm',
      pid: 1,
    },
    ...{ system: 'demo', env: 'production', entry },
  }));
  expect(renderTimeline(records)).toContain(`- to do: \`${said}\``);
});
