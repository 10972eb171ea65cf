import { escapeControls } from '../../../domain/controls.ts';
import type { FactKind } from '../../../domain/facts.ts';
import type { Level } from '../../../domain/level.ts';
import { maskTree } from '../../../domain/mask/mask-tree.ts';
import { checkRow, checkSignal, isoWith } from '../../../kinds/check-rows.ts';
import type { Iso } from '../../../kinds/fields.ts';
import { paneStateOf } from '../../model.ts';
import type { Pane } from '../../panes/pane.ts';
import type { PaneRow, Subject } from '../../panes/row.ts';
import type { View } from '../../view.ts';
import { outgoing } from './outgoing.ts';

/** A subject with its facts as the rows of `check --json`. */
const factOf = (subject: Subject, level: Level, now: number, iso: Iso): object =>
  subject.kind === 'signal'
    ? checkSignal(subject.signal, now, iso)
    : checkRow<FactKind>(subject.kind, { fact: subject.fact, level }, iso);

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
