import { checkRow, checkSignal, type Iso, isoWith } from '../../../domain/check-rows.ts';
import { escapeControls } from '../../../domain/controls.ts';
import type { Level } from '../../../domain/level.ts';
import { maskTree } from '../../../domain/mask/mask-tree.ts';
import { paneStateOf } from '../../model.ts';
import type { Pane } from '../../panes/pane.ts';
import type { PaneRow, Subject } from '../../panes/row.ts';
import type { View } from '../../view.ts';
import { outgoing } from './outgoing.ts';

/** A subject with its facts as the rows of `check --json`. */
const factOf = (subject: Subject, level: Level, now: number, iso: Iso): object => {
  switch (subject.kind) {
    case 'signal':
      return checkSignal(subject.signal, now, iso);
    case 'health':
      return checkRow('health', { fact: subject.fact, level }, iso);
    case 'breakers':
      return checkRow('breakers', { fact: subject.fact, level }, iso);
    case 'lag':
      return checkRow('lag', { fact: subject.fact, level }, iso);
    case 'pools':
      return checkRow('pools', { fact: subject.fact, level }, iso);
    case 'workloads':
      return checkRow('workloads', { fact: subject.fact, level }, iso);
    case 'alerts':
      return checkRow('alerts', { fact: subject.fact, level }, iso);
    case 'sessions':
      return checkRow('sessions', { fact: subject.fact, level }, iso);
    case 'queues':
      return checkRow('queues', { fact: subject.fact, level }, iso);
    case 'ci':
      return checkRow('ci', { fact: subject.fact, level }, iso);
  }
};

const factsOf = (row: PaneRow): readonly Subject[] =>
  row.facts?.() ?? (row.subject === undefined ? [] : [row.subject]);

/** The rows of a pane with the facts they are made of. Times are ISO 8601, 64-bit numbers strings, unknown is null. */
export const jsonOf = (view: View, pane: Pane, rows: readonly PaneRow[]): string => {
  const { open } = view.cockpit;
  const iso = isoWith(view.wallOffset);
  const { filter } = paneStateOf(view.ui, pane.id);
  const document = {
    opsdeck: 1,
    pane: pane.id,
    system: open?.system ?? null,
    env: open?.env ?? null,
    at: iso(view.now),
    filter: filter === '' ? null : view.pen.typed(filter),
    rows: rows.map((row) => ({
      label: row.label,
      level: row.level,
      kind: row.subject?.kind ?? null,
      facts: factsOf(row).map((subject) => factOf(subject, row.level, view.now, iso)),
    })),
  };
  const masked = maskTree(document, (text, field) => outgoing(view, text, field));
  const written = (_: string, value: unknown): unknown => (typeof value === 'bigint' ? String(value) : value);
  return `${escapeControls(JSON.stringify(masked, written, 2))}\n`;
};
