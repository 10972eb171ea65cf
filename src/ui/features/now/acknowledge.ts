import {
  type AcknowledgedFinding,
  type Acknowledgement,
  acknowledgementOf,
} from '../../../domain/incidents/acknowledgement.ts';
import { pluralize } from '../../../domain/text/count-text.ts';
import { formatAge } from '../../../domain/text/duration.ts';
import { markedKeys } from '../../shell/contract/model.ts';
import type { Overlay } from '../../shell/contract/overlay.ts';
import type { Binding, KeyContext, TextField } from '../../shell/contract/pane.ts';
import { type RenderContext, wallNow } from '../../shell/contract/render-context.ts';
import { timeTravelBlockedReason } from '../../shell/state/past-context.ts';
import { isFindingRow } from '../findings/columns.ts';
import { acknowledgedKey, type FindingRow, paneFindingKey, subjectSource } from '../findings/findings.ts';
import { selectedFinding } from './fold-keys.ts';

const nowPaneId = 'now';

/** 'acknowledged by ana@desk-3 12m ago: asked the provider' */
export const acknowledgedText = (
  view: Pick<RenderContext, 'now' | 'wallOffset'>,
  { who, at, note }: Acknowledgement,
): string =>
  `acknowledged by ${who} ${formatAge(Math.max(0, wallNow(view) - at))} ago${note === '' ? '' : `: ${note}`}`;

/** The finding of a row, as it is acknowledged; undefined for a row that is no finding. */
const findingOf = (row: FindingRow): AcknowledgedFinding | undefined => {
  const finding = acknowledgedKey(row);
  if (finding === undefined) return undefined;
  const { label, level } = row;
  if (row.is === 'blind') return { finding, what: `source ${label}`, level, source: row.fault.source };
  if (row.is !== 'finding') return undefined;
  const source = subjectSource(row.subject);
  return { finding, what: `${row.pane.title} ${label}`, level, source, row: row.finding.row.key };
};

/** The findings that a row stands for. */
const standingFor = (row: FindingRow): readonly FindingRow[] => {
  if (row.is === 'fold') return row.members;
  return row.is === 'finding' && row.alike?.isOpen === false ? [row, ...row.alike.others] : [row];
};

/** The findings that the key acts on: those of marked rows, else the row under the cursor or the rows that it stands for. */
const targetsOf = (context: KeyContext): readonly FindingRow[] => {
  const { view, pane } = context;
  const marks = markedKeys(view.ui, pane.id);
  const row = selectedFinding(context);
  if (marks.size === 0) return row === undefined ? [] : standingFor(row);
  return pane
    .everyRow(view)
    .filter((paneRow): paneRow is FindingRow => marks.has(paneRow.key) && isFindingRow(paneRow));
};

const acknowledge = (context: KeyContext): void => {
  const { commands, model, view, notify: say } = context;
  const rows = targetsOf(context).filter((row) => acknowledgedKey(row) !== undefined);
  const open = rows
    .filter(({ acknowledged }) => acknowledged === undefined)
    .flatMap((row) => findingOf(row) ?? []);
  if (open.length > 0) {
    model.setState({ overlay: { is: 'acknowledge', findings: open, text: '', over: view.ui.overlay } });
    return;
  }
  commands.withdrawAcknowledgements(rows.flatMap((row) => acknowledgedKey(row) ?? []));
  say(rows.length === 1 ? 'acknowledgement withdrawn' : `${rows.length} acknowledgements withdrawn`);
};

/** The key that acknowledges findings, or withdraws it if all are acknowledged. Works in read-only: it changes nothing outside. */
export const acknowledgeKey: Binding = {
  id: 'now.acknowledge',
  keys: ['a'],
  description: 'acknowledge the finding or the marked findings, or withdraw the acknowledgement',
  footer: 'acknowledge',
  whyNot: (context) =>
    timeTravelBlockedReason(context.view) ??
    (targetsOf(context).some((row) => acknowledgedKey(row) !== undefined)
      ? undefined
      : 'only problems can be acknowledged: select a problem'),
  run: acknowledge,
};

/** The findings of the pane behind the marked rows, else behind the row under the cursor or the row that contains it. */
const findingsBehind = ({ view, pane, row }: KeyContext): readonly AcknowledgedFinding[] => {
  const marks = markedKeys(view.ui, pane.id);
  const wantedSet =
    marks.size > 0
      ? marks
      : new Set([row?.key, row?.treePosition?.parent].filter((key) => key !== undefined));
  const found = pane
    .problems(view)
    .filter(({ row: { key } }) => wantedSet.has(key))
    .map(({ row: about }): AcknowledgedFinding => {
      const { label, level, subject, key } = about;
      const what = `${pane.title} ${label}`;
      return { finding: paneFindingKey(pane, about), what, level, source: subjectSource(subject), row: key };
    });
  const own = found.filter((finding) => finding.row === row?.key);
  return marks.size === 0 && own.length > 0 ? own : found;
};

const acknowledgeBehind = (context: KeyContext): void => {
  const { commands, model, view, notify: say } = context;
  const findings = findingsBehind(context);
  const open = findings.filter(
    ({ finding }) => acknowledgementOf(view.cockpit.acknowledged, finding) === undefined,
  );
  if (open.length > 0) {
    model.setState({ overlay: { is: 'acknowledge', findings: open, text: '', over: view.ui.overlay } });
    return;
  }
  commands.withdrawAcknowledgements(findings.map(({ finding }) => finding));
  say(findings.length === 1 ? 'acknowledgement withdrawn' : `${findings.length} acknowledgements withdrawn`);
};

/** The key that acknowledges in every pane: the finding behind a row. In Problems it does the same as `a`. */
export const acknowledgeRowKey: Binding = {
  id: 'acknowledge.row',
  keys: ['ctrl-a'],
  description: 'acknowledge the finding behind this row, or withdraw the acknowledgement',
  whyNot: (context) => {
    if (context.pane.id === nowPaneId) return acknowledgeKey.whyNot?.(context);
    const blocked = timeTravelBlockedReason(context.view);
    if (blocked !== undefined) return blocked;
    return findingsBehind(context).length > 0
      ? undefined
      : 'only problems can be acknowledged: select a problem';
  },
  run: (context) => (context.pane.id === nowPaneId ? acknowledge(context) : acknowledgeBehind(context)),
};

/** The note of an acknowledgement. */
export interface AcknowledgeOverlay {
  readonly is: 'acknowledge';
  readonly findings: readonly AcknowledgedFinding[];
  readonly text: string;
  readonly over: Overlay;
}

declare module '../../shell/contract/overlay.ts' {
  interface OverlayKinds {
    readonly acknowledge: AcknowledgeOverlay;
  }
}

const give = (context: KeyContext): void => {
  const { overlay } = context.view.ui;
  if (overlay.is !== 'acknowledge') return;
  context.model.setState({ overlay: overlay.over });
  context.commands.acknowledge(overlay.findings, overlay.text.trim());
};

/** Keys of the dialog. */
export const acknowledgeDialogKeys: readonly Binding[] = [
  {
    id: 'acknowledge.give',
    keys: ['enter'],
    description: 'acknowledge the finding, with this note or without one',
    footer: 'acknowledge',
    confirms: true,
    run: give,
  },
  {
    id: 'acknowledge.close',
    keys: ['esc'],
    description: 'close without acknowledging',
    footer: 'close',
    run: ({ model, view }) => {
      const { overlay } = view.ui;
      if (overlay.is === 'acknowledge') model.setState({ overlay: overlay.over });
    },
  },
];

export const acknowledgeDialogField = (overlay: AcknowledgeOverlay): TextField => ({
  value: overlay.text,
  set: ({ model }, text) => model.setState({ overlay: { ...overlay, text } }),
});

/** The subject of the dialog: the finding, or their number. */
export const acknowledgedSubject = ({ findings }: AcknowledgeOverlay): string => {
  const [first] = findings;
  return findings.length === 1 && first !== undefined ? first.what : pluralize(findings.length, 'finding');
};
