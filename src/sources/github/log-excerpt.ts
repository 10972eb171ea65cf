import { stripVTControlCharacters } from 'node:util';
import { parseRfc3339 } from '../kit/values/wire-value.ts';
import type { JobStep, WorkflowJob } from './parse.ts';

/** Lines before and after the first error. */
const contextLines = 50;

/** A line of a job's log. */
interface LogLine {
  /** Wall-clock ms. */
  readonly at: number | undefined;
  readonly text: string;
}

/** Splits '2026-03-04T10:12:01.1234567Z text'. A line without a time belongs to the one before. */
const parseLogLine = (line: string): LogLine => {
  const [, time, rest] = /^\uFEFF?(\d{4}-\d\d-\d\dT[\d:.]+Z) ?(.*)$/.exec(line) ?? [];
  return { at: parseRfc3339(time), text: stripVTControlCharacters(rest ?? line) };
};

const secondMs = 1000;

/**
 * The lines of a step. The log of a job is one text: its lines are assigned by the times of the step, which have whole
 * seconds. Without a match, all lines.
 */
const linesOfStep = (lines: readonly LogLine[], { startedAt, completedAt }: JobStep): readonly LogLine[] => {
  if (startedAt === undefined || completedAt === undefined) return lines;
  let isInside = false;
  const found = lines.filter(({ at }) => {
    if (at !== undefined) isInside = at >= startedAt && at < completedAt + secondMs;
    return isInside;
  });
  return found.length === 0 ? lines : found;
};

/** Replaces the commands of the runner: '##[error]text' by 'error: text', '##[group]text' by its text. */
const plainText = (text: string): string =>
  text.replace(/^##\[(\w+)\]/, (_, name: string) => (name === 'group' ? '' : `${name}: `));

/**
 * Returns the log of the failed step around its first `##[error]`, otherwise its end.
 */
export const failedStepLog = (log: string, step: JobStep | undefined): readonly string[] => {
  const all = log
    .split('\n')
    .map((line) => parseLogLine(line.replace(/\r$/, '')))
    .filter(({ text, at }) => text !== '' || at !== undefined);
  const lines = step === undefined ? all : linesOfStep(all, step);
  const first = lines.findIndex(({ text }) => text.startsWith('##[error]'));
  const shown =
    first === -1
      ? lines.slice(-2 * contextLines)
      : lines.slice(Math.max(0, first - contextLines), first + contextLines + 1);
  return shown.filter(({ text }) => text !== '##[endgroup]').map(({ text }) => plainText(text));
};

/** Whether a job has a log: GitHub has none before it has started, and deletes it after the retention. */
export const hasLog = ({ startedAt, status }: WorkflowJob): boolean =>
  startedAt !== undefined && status !== 'skipped';
