import { expect } from 'vitest';
import type { Level } from '../../../src/domain/facts/level.ts';
import type { RunEvent } from '../../../src/domain/runs/run.ts';
import { prooflessOutputs } from './proofless.ts';

/** Expected signal in `check`: its level, and its value as a text or a range. */
export interface ExpectedSignal {
  readonly level: Level;
  readonly value: string | readonly [least: number, most: number];
}

/** Patterns, all of which an output must match. */
export type Words = RegExp | readonly RegExp[];

/** A step that was read without a fault and found nothing: no line, which no pattern can tell from a refusal. */
export const nothing = 'nothing';

type Like = (least: number, most?: number) => ExpectedSignal;

const like =
  (level: Level): Like =>
  (least, most = least) => ({ level, value: [least, most] });

/** A signal of this level with a value in a range, or an exact value. */
export const ok = like('ok');
export const warn = like('warn');
export const crit = like('crit');

/** Expected results of an exercise; absent fields are not checked. */
export interface Expectation {
  /** Overall level of `check`. */
  readonly level?: Level;
  /** Unreadable sources in `check`. Absent: none. */
  readonly unread?: readonly string[];
  /** By signal; one of its series must match. With level ok: all of them. */
  readonly signals?: Readonly<Record<string, ExpectedSignal>>;
  /** By diagnose step: patterns that its lines and faults must match. */
  readonly diagnose?: Readonly<Record<string, Words | typeof nothing>>;
  /** By action step: patterns that its results and output must match. */
  readonly acts?: Readonly<Record<string, Words>>;
  /** Verify steps that did not hold before the action and hold at the end: what the run proves. */
  readonly proves?: readonly string[];
  /** Verify steps that do not hold before the action, regardless of the end. */
  readonly unmet?: readonly string[];
  /** Verify steps that hold at the end, regardless of the state before. */
  readonly holds?: readonly string[];
  /** Verify steps that do not hold at the end: the reason why the run has not recovered. */
  readonly fails?: readonly string[];
  /** Pattern that all lines of a log view must match. */
  readonly lines?: RegExp;
}

/**
 * Expectations by the name of an exercise: 'check event-bus/production, healthy', 'back-up of event-bus/production, healthy'. Those
 * of 'back-up' and of 'back-up of event-bus/production' belong to all exercises whose name begins so.
 */
export type Expectations = Readonly<Record<string, Expectation>>;

/** Adds expected diagnoses to a table. */
export const withDiagnoses = (table: Expectations, more: Expectations): Expectations => ({
  ...table,
  ...Object.fromEntries(
    Object.entries(more).map(([name, { diagnose }]) => [
      name,
      { ...table[name], diagnose: { ...diagnose, ...table[name]?.diagnose } },
    ]),
  ),
});

/** Title of a check, and key of its expectations. */
export const checkName = (
  env: string,
  incident: string,
  sets: Readonly<Record<string, string>> = {},
): string => [`check ${env}`, incident, ...Object.entries(sets).map((set) => set.join('='))].join(', ');

/** The expectation of the exercise with this name, with what belongs to all exercises of its runbook. */
export const expectedOf = (all: Expectations, name: string): Expectation => {
  const [runbook = '', rest = ''] = name.split(' of ');
  const place = `${runbook} of ${rest.split(',')[0]}`;
  const [own = {}, ...general] = [all[name], all[place], all[runbook]];
  if (general.every((expectation) => expectation === undefined)) return own;
  return { ...own, diagnose: { ...general[1]?.diagnose, ...general[0]?.diagnose, ...own.diagnose } };
};

/** One series of a signal, as `check --json` prints it. */
interface PrintedSignal {
  readonly id: string;
  readonly value: number | string | null;
  readonly level: string;
}

const isLike = ({ value, level }: PrintedSignal, expected: ExpectedSignal): boolean => {
  if (level !== expected.level || value === null) return false;
  if (typeof expected.value === 'string') return value === expected.value;
  const [least, most] = expected.value;
  return typeof value === 'number' && value >= least && value <= most;
};

/** Checks the output of `check --json`: the level, and values and levels of signals. */
export const assertCheck = (
  { level, unread = [], signals = {} }: Expectation,
  report: {
    readonly level: string;
    readonly signals: readonly PrintedSignal[];
    readonly faults: readonly { readonly source: string; readonly message: string }[];
  },
): void => {
  const faults = report.faults.map(({ source, message }) => `${source}: ${message}`).join('\n');
  expect([...new Set(report.faults.map(({ source }) => source))].sort(), faults).toEqual([...unread].sort());
  if (level !== undefined) expect(report.level).toBe(level);
  for (const [id, expectedSignal] of Object.entries(signals)) {
    const series = report.signals.filter((row) => row.id === id);
    const like = series.filter((row) => isLike(row, expectedSignal));
    const enough =
      expectedSignal.level === 'ok' ? series.length > 0 && like.length === series.length : like.length > 0;
    const seen = series.map(({ value, level }) => `${level} ${value}`).join(', ');
    expect(
      enough,
      `signal ${id}: ${seen || 'no such signal'}. Expected ${JSON.stringify(expectedSignal)}`,
    ).toBe(true);
  }
};

const assertWords = (what: string, text: string | undefined, words: Words): void => {
  expect(text, `${what} is missing`).toBeDefined();
  for (const word of [words].flat()) expect(text, what).toMatch(word);
};

type Found = Extract<RunEvent, { event: 'diagnosed' }>['found'];

/** The newest result of each diagnose step, by its id. */
const diagnosed = (events: readonly RunEvent[]): ReadonlyMap<string, Found> =>
  new Map(events.flatMap((event) => (event.event === 'diagnosed' ? [[event.found.step, event.found]] : [])));

/** Asserts that no output which shows nothing would meet the patterns. */
const assertTelling = (what: string, words: Words, proofless: readonly string[]): void => {
  const met = proofless.find((output) => [words].flat().every((word) => word.test(output)));
  expect(met, `${what}: ${[words].flat().join(', ')} is met by an output that shows nothing`).toBeUndefined();
};

const assertFound = (what: string, found: Found | undefined, words: Words | typeof nothing): void => {
  const lines = found && [...found.lines, ...found.faults.map(({ message }) => message)];
  if (words === nothing) {
    expect(lines, what).toEqual([]);
    return;
  }
  assertWords(what, lines?.join('\n'), words);
  if (found !== undefined) assertTelling(what, words, prooflessOutputs(found.title, found.lines));
};

/** The simulator cannot answer, or the step reads what its source does not have: an exercise that meets that shows nothing of the system. */
const gap = /.{0,80}(?:not supported by the simulator|has no feed \S+ now)/g;

/** The complete output of an action step, in all iterations of its loop. */
const acted = (events: readonly RunEvent[], id: string): readonly string[] =>
  events.flatMap((event) => {
    if (event.event !== 'output' && event.event !== 'acted') return [];
    if (event.step !== id && !event.step.startsWith(`${id}/`)) return [];
    return [event.event === 'output' ? event.text : event.result];
  });

const assertActed = (events: readonly RunEvent[], id: string, words: Words): void => {
  const what = `act ${id}`;
  const lines = acted(events, id);
  assertWords(what, lines.length === 0 ? undefined : lines.join('\n'), words);
  assertTelling(what, words, prooflessOutputs('', lines));
};

/** Checks the diagnosis of a run, its results, and its verification before and after. */
export const assertEvents = (
  { diagnose = {}, acts = {}, proves = [], unmet = [], holds = [], fails = [] }: Expectation,
  events: readonly RunEvent[],
): void => {
  const gaps = [...JSON.stringify(events).matchAll(gap)].map(([text]) => text);
  expect(gaps, 'nothing answers').toEqual([]);
  const found = diagnosed(events);
  const unexpected = [...found.keys()].filter((step) => !Object.hasOwn(diagnose, step));
  expect(unexpected, 'every output of the diagnosis has an expectation').toEqual([]);
  for (const [step, words] of Object.entries(diagnose)) {
    assertFound(`diagnose ${step}`, found.get(step), words);
  }
  for (const [step, words] of Object.entries(acts)) assertActed(events, step, words);
  const before = events.flatMap((event) => (event.event === 'before' ? event.proofs : []));
  const after = events.findLast((event) => event.event === 'verifying')?.proofs ?? [];
  const value = (proofs: typeof after, step: string) => proofs.find(({ id }) => id === step)?.value;
  for (const step of [...proves, ...unmet])
    expect([step, value(before, step)], 'before the action').toEqual([
      step,
      expect.stringMatching(/false|unknown/),
    ]);
  for (const step of [...proves, ...holds])
    expect([step, value(after, step)], 'at the end').toEqual([step, 'true']);
  for (const step of fails)
    expect([step, value(after, step)], 'at the end').toEqual([step, expect.stringMatching(/false|unknown/)]);
};

/** The text of a printed log line. */
const textOf = (line: string): string => {
  const { text = line } = JSON.parse(line) as { readonly text?: string };
  return text;
};

/** Checks the lines of a log view. */
export const assertLines = ({ lines }: Expectation, stdout: string): void => {
  if (lines === undefined) return;
  for (const line of stdout.trimEnd().split('\n')) expect(textOf(line)).toMatch(lines);
};
