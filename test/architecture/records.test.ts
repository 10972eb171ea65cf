import { readFile } from 'node:fs/promises';
import { dirname, relative, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { filesUnder, importsOf } from './imports.ts';

const sourceFiles = await filesUnder('src');
const texts = new Map(
  await Promise.all(sourceFiles.map(async (file) => [file, await readFile(file, 'utf8')] as const)),
);

/** The files outside of some folders whose code matches a pattern. */
const outside = (allowed: RegExp, pattern: RegExp): readonly string[] =>
  [...texts].flatMap(([file, text]) => (!allowed.test(file) && pattern.test(text) ? [file] : []));

test('only the planning of runs turns a record into a call: every other module names a run', () => {
  const planning =
    /^src\/runs\/(?:records|recorded|resets|undo|planning|executor\.ts$|context\/executor-api\.ts$)/;
  expect(
    outside(planning, /\b(?:undoRequest|resetRequest|foreignRequest|undoCallsOf|ProposalRequest)\b/).filter(
      // They check a request that is already planned.
      (file) => !/^src\/runs\/checks\//.test(file),
    ),
    'Pass the ID of the run to executor.undoProposal or executor.resetProposal.',
  ).toEqual([]);
});

test('the calls of an undo are known to operations and runs only', () => {
  const calls = /^src\/(?:runs|sources|domain)\/|^src\/sdk\.ts$/;
  expect(
    outside(calls, /\b(?:OperationCall|UndoCall|StepUndo)\b/),
    'Stored data may name a run; what it sends is planned in src/runs.',
  ).toEqual([]);
});

test('only the reset of a change that this process made runs without a person', () => {
  const setters = [...texts].flatMap(([file, text]) =>
    /\bisUnattended: true as const\b/.test(text) ? [file] : [],
  );
  expect(setters).toEqual(['src/runs/resets/reset-request.ts']);
  const callers = [...texts].flatMap(([file, text]) => (/'unattended'/.test(text) ? [file] : []));
  expect(callers).toEqual(['src/runs/resets/execute-reset.ts', 'src/runs/resets/reset-request.ts']);
});

test('only the records of runs, and what judges them, are read where calls are planned', async () => {
  const stored =
    /^src\/persistence\/(?:ledger\/(?:read-ledger|verify-tail|past-runs)|files\/(?:reset-file|acknowledgement-)|incidents\/incident-files|checklists\/|team\/)/;
  const planners = sourceFiles.filter((file) =>
    /^src\/runs\/(?:planning|undo|resets|sending|context|runbooks)\//.test(file),
  );
  const wrong = (await Promise.all(planners.map(importsOf)))
    .flat()
    .filter(({ to, typeOnly }) => !typeOnly && stored.test(to));
  expect(
    wrong.map(
      ({ file, line, to }) =>
        `${file}:${line} imports ${to}: a planner gets records from src/runs/records only`,
    ),
  ).toEqual([]);
});

/** Folders whose modules turn records into calls. */
const planning = /^src\/runs\/(?:records|recorded|resets|undo|planning)\//;

test('no module hands on what turns a record into a call: nothing of it is exported again or under another name', async () => {
  const names = 'undoRequest|resetRequest|foreignRequest|undoCallsOf|findRun|executeReset|unattendedProblem';
  const renamed = new RegExp(`\\b(?:${names})\\s+as\\s|\\bas\\s+(?:${names})\\b`);
  const again = /\bexport\s+(?:type\s+)?(?:\*|\{[^}]*\})[^;]*?\sfrom\s+'(\.[^']+)'/g;
  const wrong = [...texts].flatMap(([file, text]) => [
    ...(renamed.test(text) ? [`${file} renames a planner`] : []),
    ...[...text.matchAll(again)].flatMap(([, from = '']) =>
      planning.test(relative('.', resolve(dirname(file), from))) ? [`${file} exports ${from} again`] : [],
    ),
    // A local name that is exported in a second statement.
    ...[...text.matchAll(/\bexport\s*\{([^}]*)\}\s*;/g)].flatMap(([, list = '']) =>
      new RegExp(`\\b(?:${names})\\b`).test(list) ? [`${file} exports a planner again`] : [],
    ),
  ]);
  expect(wrong).toEqual([]);
});

test('outside of runs only one module imports a planner, and it judges records', async () => {
  const outsideOfRuns = sourceFiles.filter((file) => !file.startsWith('src/runs/'));
  const imported = (await Promise.all(outsideOfRuns.map(importsOf)))
    .flat()
    .filter(({ to, typeOnly }) => !typeOnly && planning.test(to));
  expect(imported.map(({ file, to }) => `${file} imports ${to}`)).toEqual([
    'src/engine/cockpit/runs/run-history.ts imports src/runs/records/foreign-runs.ts',
  ]);
});
