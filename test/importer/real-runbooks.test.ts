import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { type ImportedDocument, importDocument } from '../../src/importer/import-document.ts';
import { everyNth, longTest, sampled } from '../support/layer.ts';
import { sourceModules } from '../support/source-modules.ts';

// The runbooks of the five systems with their structure and commands; every word of the prose is masked with x, so nothing here
// is found by what the text around it says.

const dir = 'test/fixtures/runbooks/structure';

interface Counted {
  readonly system: string;
  readonly commands: number;
  /** Items of each checklist. */
  readonly items: readonly number[];
}

/** Counted by hand. */
const runbooks: readonly Counted[] = [
  { system: 'event-bus', commands: 44, items: [5, 5] },
  { system: 'trading', commands: 71, items: [6, 7, 8] },
  { system: 'event-processing', commands: 28, items: [7, 4, 4, 4] },
  { system: 'saga', commands: 68, items: [] },
  { system: 'eventmesh', commands: 101, items: [7, 8, 8] },
];

const read = (system: string): string => readFileSync(`${dir}/${system}.md`, 'utf8');

const draftOf = (system: string): ImportedDocument['draft'] =>
  importDocument(read(system), { system, file: `${system}.md`, modules: sourceModules }).draft;

/** Lines of code blocks of a command language, without comments, blank lines, and masked lines: output and trees. */
const commandLines = (system: string): readonly number[] => {
  let language: string | undefined;
  return read(system)
    .split('\n')
    .flatMap((line, index) => {
      const [, fence] = /^\s*```(\w*)/.exec(line) ?? [];
      if (fence !== undefined) {
        language = language === undefined ? fence : undefined;
        return [];
      }
      const isCommand = ['bash', 'sql', 'javascript'].includes(language ?? '') && /[a-wyz]/.test(line);
      return isCommand && !/^\s*(?:#|--|\/\/)/.test(line) ? [index + 1] : [];
    });
};

describe.each(sampled(runbooks, everyNth(3)))('the runbook of $system', ({ system, commands, items }) => {
  longTest(`${commands} commands and the checklists are found, each in its place`, () => {
    const draft = draftOf(system);
    expect(draft.commands).toHaveLength(commands);
    expect(draft.checklists.map((list) => list.items.length)).toEqual(items);
    const boxes = read(system).match(/^\s*[-*] \[[ xX]\]/gm) ?? [];
    expect(items.reduce((sum, count) => sum + count, 0)).toBeGreaterThanOrEqual(boxes.length);
  });

  test('no line of a block of commands is outside of a command', () => {
    const found = new Set(
      draftOf(system).commands.flatMap(({ line, raw }) => raw.split('\n').map((_, index) => line + index)),
    );
    const lines = commandLines(system);
    expect(lines.length).toBeGreaterThan(20);
    expect(lines.filter((line) => !found.has(line))).toEqual([]);
  });

  test('every command is a step of a runbook', () => {
    const draft = draftOf(system);
    const steps = draft.runbooks.flatMap(({ diagnose, act }) => [...diagnose, ...act]);
    const placed = new Set(steps.flatMap(({ command }) => command?.line ?? []));
    expect(draft.commands.filter(({ line }) => !placed.has(line)).map(({ raw }) => raw)).toEqual([]);
  });
});

test('together they have 73 checklist items', () => {
  expect(runbooks.flatMap(({ items }) => items).reduce((sum, count) => sum + count, 0)).toBe(73);
});
