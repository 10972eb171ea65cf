import { isDeepStrictEqual } from 'node:util';
import { type Document, isMap, LineCounter } from 'yaml';
import type { Diagnostic, Position } from '../../domain/text/position.ts';
import { parseYamlDocument } from '../../domain/yaml/bounded-yaml.ts';
import { errorAt } from '../document/diagnostics.ts';
import { parseYaml } from '../document/yaml-tree.ts';
import { newerFormatText, profileFormat } from '../shape/sections.ts';
import { formatMarker } from './format-marker.ts';
import { nodeRows } from './node-rows.ts';
import { renamedKeys } from './renamed-keys.ts';
import type { StepChange, StepInput, UpgradeStep } from './step.ts';
import { applyEdits, changedLines, type TextEdit } from './text-edit.ts';

/** Every step, oldest first. */
const upgradeSteps: readonly UpgradeStep[] = [formatMarker, nodeRows, renamedKeys];

/** A change of a file, for people. */
interface ProfileChange {
  readonly position: Position;
  /** The id of its step. */
  readonly step: string;
  readonly what: string;
  /** `- old` and `+ new` lines. */
  readonly lines: readonly string[];
}

export interface UpgradedFile {
  readonly file: string;
  readonly before: string;
  /** The same as `before` when nothing has to change. */
  readonly after: string;
  readonly changes: readonly ProfileChange[];
  /** The change left to a person. */
  readonly notes: readonly Diagnostic[];
  /** Why the file cannot be upgraded: it is not YAML, or of a newer format. */
  readonly errors: readonly Diagnostic[];
}

/** `parseYaml` has refused a file whose aliases stand for too many values. */
const everyAlias = { maxAliasCount: -1 };

const parsed = (text: string, lineCounter = new LineCounter()): Document.Parsed =>
  parseYamlDocument(text, { lineCounter });

/** The values of a document after the changes that were announced. */
const announced = (text: string, changes: readonly StepChange[]): unknown => {
  const document = parsed(text);
  for (const { path, value } of changes.flatMap((change) => change.values))
    if (value === undefined) document.deleteIn(path);
    else document.setIn(path, value);
  return document.toJS(everyAlias);
};

/** Returns whether the edits change exactly what the changes announce, and nothing else. */
const isExact = (text: string, changes: readonly StepChange[]): boolean => {
  const after = parsed(applyEdits(text, editsOf(changes)));
  if (after.errors.length > 0) return false;
  return isDeepStrictEqual(after.toJS(everyAlias), announced(text, changes));
};

const editsOf = (changes: readonly StepChange[]): readonly TextEdit[] =>
  changes.flatMap(({ edits }) => edits);

/** The steps that a profile of a format still needs. */
const stepsFrom = (format: number): readonly UpgradeStep[] =>
  upgradeSteps.filter((step) => step.format >= format);

/**
 * Finds what has to change in one file, and its text afterwards. Pure. Comments, layout and line ends stay: only the
 * edited characters differ, and a change whose edits would change anything else is left to a person.
 */
export const upgradeFile = (
  file: string,
  text: string,
  facts: Pick<StepInput, 'isMarked' | 'hasPlugins'>,
): UpgradedFile => {
  const same = { file, before: text, after: text, changes: [], notes: [] };
  const { tree, diagnostics } = parseYaml(text, file);
  if (tree === undefined || diagnostics.length > 0) return { ...same, errors: diagnostics };
  const lineCounter = new LineCounter();
  const document = parsed(text, lineCounter);
  const placed = (offset: number): Position => {
    const { line, col } = lineCounter.linePos(offset);
    return { file, line: Math.max(1, line), col: Math.max(1, col) };
  };
  const written = isMap(document.contents) ? document.contents.get('opsdeck') : undefined;
  const format = typeof written === 'number' ? written : profileFormat;
  if (format > profileFormat) {
    const position = tree.is === 'map' ? tree.entries.get('opsdeck')?.value.position : undefined;
    return {
      ...same,
      errors: [errorAt(position ?? tree.position, newerFormatText(format), 'update opsdeck')],
    };
  }
  const accepted: StepChange[] = [];
  const changes: ProfileChange[] = [];
  const notes: Diagnostic[] = [];
  for (const step of stepsFrom(format)) {
    const found = step.find({ document, text, ...facts });
    for (const change of found.changes) {
      const { at, what } = change;
      if (!isExact(text, [...accepted, change])) {
        notes.push(
          errorAt(placed(at), what, 'opsdeck cannot change this layout safely. Change this part by hand'),
        );
        continue;
      }
      accepted.push(change);
      changes.push({ position: placed(at), step: step.id, what, lines: changedLines(text, change.edits) });
    }
    for (const { at, what, todo } of found.notes) notes.push(errorAt(placed(at), what, todo));
  }
  return { ...same, after: applyEdits(text, editsOf(accepted)), changes, notes, errors: [] };
};
