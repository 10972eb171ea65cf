import { expect } from 'vitest';
import type { Level } from '../../../src/domain/facts/level.ts';
import type { RunEvent } from '../../../src/domain/runs/run.ts';

/** Expected signal in `check`: its level, and its value as a text or a range. */
export interface ExpectedSignal {
  readonly level: Level;
  readonly value: string | readonly [least: number, most: number];
}

type Words = RegExp | readonly RegExp[];

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
  /** By diagnose step: patterns that its lines must match. */
  readonly diagnose?: Readonly<Record<string, Words>>;
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

/** Expectations by the name of an exercise: 'check event-bus/production, healthy', 'back-up of event-bus/production, healthy'. */
export type Expectations = Readonly<Record<string, Expectation>>;

/** Title of a check, and key of its expectations. */
export const checkName = (
  env: string,
  incident: string,
  sets: Readonly<Record<string, string>> = {},
): string => [`check ${env}`, incident, ...Object.entries(sets).map((set) => set.join('='))].join(', ');

/** The expectation of the exercise with this name. */
export const expectedOf = (all: Expectations, name: string): Expectation => all[name] ?? {};

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

const diagnosed = (events: readonly RunEvent[], step: string): string | undefined =>
  events
    .flatMap((event) =>
      event.event === 'diagnosed' && event.found.step === step ? [event.found.lines.join('\n')] : [],
    )
    .at(-1);

/** The complete output of an action step, in all iterations of its loop. */
const acted = (events: readonly RunEvent[], id: string): string | undefined => {
  const lines = events.flatMap((event) => {
    if (event.event !== 'output' && event.event !== 'acted') return [];
    if (event.step !== id && !event.step.startsWith(`${id}/`)) return [];
    return [event.event === 'output' ? event.text : event.result];
  });
  return lines.length === 0 ? undefined : lines.join('\n');
};

/** Checks the diagnosis of a run, its results, and its verification before and after. */
export const assertEvents = (
  { diagnose = {}, acts = {}, proves = [], unmet = [], holds = [], fails = [] }: Expectation,
  events: readonly RunEvent[],
): void => {
  for (const [step, words] of Object.entries(diagnose))
    assertWords(`diagnose ${step}`, diagnosed(events, step), words);
  for (const [step, words] of Object.entries(acts)) assertWords(`act ${step}`, acted(events, step), words);
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
