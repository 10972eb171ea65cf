import { expect, test } from 'vitest';
import { z } from 'zod';
import type { ActEvent } from '../../src/domain/runbooks/operation.ts';
import type { DiagnoseStep } from '../../src/domain/runbooks/runbook.ts';
import type { DiagnosisResult } from '../../src/domain/runs/run.ts';
import { openReadIo } from '../../src/doors/read-io.ts';
import { diagnoseSteps } from '../../src/engine/diagnose.ts';
import { openEngine } from '../../src/engine/engine.ts';
import type { SourceModule } from '../../src/sources/kit/contract/source.ts';
import { manualClock } from '../support/manual-clock.ts';
import { profileOf } from './toys.ts';

const position = { file: 'toys.yaml', line: 1, col: 1 };

/** A source whose read operation `report` does what a test specifies by the step's `n`. */
const openBox = async (act: (n: number, signal: AbortSignal) => AsyncIterable<ActEvent>) => {
  const clock = manualClock();
  const params = z.strictObject({ n: z.number() });
  const module: SourceModule = {
    type: 'box',
    title: 'Box',
    config: z.unknown(),
    feedNames: [],
    operations: { report: { params, danger: 'read' } },
    open: async ({ id }) => ({
      id,
      feeds: [],
      operations: [
        {
          name: 'report',
          danger: () => 'read',
          plan: async (given) => ({
            use: 'box.report',
            danger: 'read',
            targets: [],
            calls: [],
            objects: [],
            params: given,
          }),
          recheck: async () => undefined,
          act: (plan, _, signal) => act(params.parse(plan.params).n, signal),
        },
      ],
      close: async () => {},
    }),
  };
  const profile = profileOf([{ id: 'box', type: 'box', config: {}, position }]);
  const engine = await openEngine(profile, { modules: [module], clock, random: () => 0, memory: false });
  const stop = new AbortController();
  const results: DiagnosisResult[] = [];
  const parts = { engine, clock, openIo: () => openReadIo(clock) };
  const diagnose = (steps: readonly DiagnoseStep[]) =>
    diagnoseSteps(steps, {}, parts, stop.signal, (found) => results.push(found));
  return { clock, results, stop, diagnose, [Symbol.asyncDispose]: () => engine.close() };
};

const reportStep = (n: number, more: Partial<DiagnoseStep> = {}): DiagnoseStep => ({
  id: `d${n}`,
  title: `Look ${n}`,
  use: 'box.report',
  with: { n },
  ...more,
});
const output = (text: string): ActEvent => ({ is: 'output', text });

test('up to six steps run in parallel, and their results keep the order of the steps', async () => {
  const going: { n: number; end: () => void }[] = [];
  await using box = await openBox(async function* (n) {
    await new Promise<void>((end) => going.push({ n, end }));
    yield output(`line of ${n}`);
  });
  const all = box.diagnose([1, 2, 3, 4, 5, 6, 7, 8].map((n) => reportStep(n)));
  await box.clock.settle();
  expect(going.map(({ n }) => n)).toEqual([1, 2, 3, 4, 5, 6]);
  expect(box.results.map(({ step, done }) => [step, done])).toEqual(
    [1, 2, 3, 4, 5, 6, 7, 8].map((n) => [`d${n}`, false]),
  );
  going[5]?.end();
  await box.clock.settle();
  expect(going.map(({ n }) => n)).toEqual([1, 2, 3, 4, 5, 6, 7]);
  for (let index = 0; index < 8; index++) {
    going[index]?.end();
    await box.clock.settle();
  }
  const found = await all;
  expect(found.map(({ step, lines, done }) => [step, lines, done])).toEqual(
    [1, 2, 3, 4, 5, 6, 7, 8].map((n) => [`d${n}`, [`line of ${n}`], true]),
  );
});

test('lines are reported while the program is running', async () => {
  let end: () => void = () => {};
  await using box = await openBox(async function* () {
    yield output('first');
    yield output('second');
    await new Promise<void>((resolve) => {
      end = resolve;
    });
    yield output('last');
  });
  const all = box.diagnose([reportStep(1)]);
  await box.clock.advance(100);
  expect(box.results.at(-1)).toMatchObject({ lines: ['first', 'second'], done: false });
  end();
  await all;
  expect(box.results.at(-1)).toMatchObject({ lines: ['first', 'second', 'last'], done: true });
});

test.each([
  ['60 s by default', {}, 60_000, '1m'],
  ['its own timeout', { timeoutMs: 5000 }, 5000, '5s'],
])(
  'a step times out after %s with the output so far; one that ignores its signal is abandoned',
  async (_, own, ms, words) => {
    await using box = await openBox(async function* () {
      yield output('still here');
      await new Promise(() => {});
    });
    let found: readonly DiagnosisResult[] | undefined;
    void box.diagnose([reportStep(1, own)]).then((all) => {
      found = all;
    });
    await box.clock.advance(ms - 1);
    expect(found).toBeUndefined();
    await box.clock.advance(1000);
    expect(found).toMatchObject([
      {
        step: 'd1',
        lines: ['still here'],
        faults: [{ kind: 'timeout', message: `report: the diagnosis step timed out after ${words}` }],
        done: true,
      },
    ]);
  },
);

test('a step that fails after its first lines keeps them', async () => {
  await using box = await openBox(async function* () {
    yield output('so far');
    throw new Error('cut off');
  });
  expect(await box.diagnose([reportStep(1)])).toMatchObject([
    { lines: ['so far'], faults: [{ message: expect.stringContaining('cut off') }] },
  ]);
});

test('when aborted, no further step starts', async () => {
  const started: number[] = [];
  await using box = await openBox(async function* (n, signal) {
    started.push(n);
    await new Promise((resolve) => signal.addEventListener('abort', resolve));
    yield output('');
  });
  const all = box.diagnose([1, 2, 3, 4, 5, 6, 7].map((n) => reportStep(n)));
  await box.clock.settle();
  box.stop.abort();
  await all;
  expect(started).toEqual([1, 2, 3, 4, 5, 6]);
});
