import type { ChecklistMark } from '../../../domain/checklist/record.ts';
import { isBlankText } from '../../../domain/text/visible-text.ts';
import { incidentDialogTexts, type ReasonDialogTexts } from '../../features/incident/dialog-texts.ts';
import { giveToIncident } from '../../features/incident/incident-dialogs.ts';
import { acknowledgedSubject } from '../../features/now/acknowledge.ts';
import {
  type Card,
  cardInnerWidth,
  cardLabelWidth,
  cardTitleLines,
  inputField,
  keyHints,
  labeledLine,
} from '../../kit/components/card.ts';
import { type Overlay, overlayBelow } from '../contract/overlay.ts';
import type { Binding, KeyContext, TextField } from '../contract/pane.ts';

const closeDialog: Binding['run'] = ({ model, view }) =>
  model.setState({ overlay: overlayBelow(view.ui.overlay) });

const arm = (context: KeyContext) => {
  const { overlay } = context.view.ui;
  if (overlay.is !== 'arm') return;
  if (isBlankText(overlay.text)) return context.notify('a reason is required to arm');
  closeDialog(context);
  context.commands.arm(overlay.text.trim());
};

export const armDialogKeys: readonly Binding[] = [
  { id: 'arm.yes', keys: ['enter'], description: 'arm with this reason', footer: 'arm', run: arm },
  {
    id: 'arm.close',
    keys: ['esc'],
    description: 'stay read-only',
    footer: 'stay read-only',
    run: closeDialog,
  },
];

export const armDialogField = (arm: Extract<Overlay, { is: 'arm' }>): TextField => ({
  value: arm.text,
  set: ({ model }, text) => model.setState({ overlay: { ...arm, text } }),
});

export const quitDialogKeys: readonly Binding[] = [
  {
    id: 'quit.yes',
    keys: ['enter'],
    description: 'quit and cancel the run; sent calls are not undone',
    footer: 'quit',
    run: ({ quit }) => quit(),
  },
  { id: 'quit.no', keys: ['esc'], description: 'keep opsdeck open', footer: 'stay', run: closeDialog },
];

type ReasonOverlay = Extract<Overlay, { is: 'words' }>;

/** Texts of the dialog, by purpose. */
const dialogTexts: Readonly<Record<ReasonOverlay['why'], ReasonDialogTexts>> = {
  override: {
    title: 'OVERRIDE',
    label: 'reason',
    none: 'a reason is required',
    enter: 'enter plan again',
    does: 'override for this reason and plan again',
    footer: 'plan again',
    esc: 'esc cancel',
    record: 'recorded in the ledger',
  },
  'break-glass': {
    title: 'BREAK-GLASS',
    label: 'reason',
    none: 'a reason is required',
    enter: 'enter break glass',
    does: 'act without the state database for this reason',
    footer: 'break glass',
    esc: 'esc cancel',
    record: 'recorded in the ledger; each run asks for the name of its target',
  },
  note: {
    title: 'NOTE',
    label: 'note',
    none: 'the note is empty',
    enter: 'enter save',
    does: 'save the note with the run',
    footer: 'save',
    esc: 'esc cancel',
    record: 'recorded in the ledger',
  },
  'refuse-approval': {
    title: 'REFUSE',
    label: 'reason',
    none: 'a reason is required',
    enter: 'enter refuse',
    does: 'refuse the run for this reason',
    footer: 'refuse',
    esc: 'esc cancel',
    record: 'recorded in the ledger; its requester reads it',
  },
  ...incidentDialogTexts,
};

const give = (context: KeyContext) => {
  const { overlay } = context.view.ui;
  if (overlay.is !== 'words') return;
  const text = overlay.text.trim();
  if (isBlankText(text)) return context.notify(dialogTexts[overlay.why].none);
  closeDialog(context);
  if (overlay.why === 'override') return context.commands.override(text);
  if (overlay.why === 'break-glass') return context.commands.breakGlass(text);
  if (overlay.why === 'note') return context.commands.note(overlay.run, text);
  if (overlay.why === 'refuse-approval') return context.commands.refuseRun(text);
  giveToIncident(context, { ...overlay, why: overlay.why, text });
};

export const reasonDialogKeys = ({ why }: Pick<ReasonOverlay, 'why'>): readonly Binding[] => [
  {
    id: `${why}.give`,
    keys: ['enter'],
    description: dialogTexts[why].does,
    footer: dialogTexts[why].footer,
    run: give,
  },
  {
    id: `${why}.close`,
    keys: ['esc'],
    description: 'close without saving',
    footer: 'close',
    run: closeDialog,
  },
];

export const reasonDialogField = (words: ReasonOverlay): TextField => ({
  value: words.text,
  set: ({ model }, text) => model.setState({ overlay: { ...words, text } }),
});

/** Renders the dialog that asks for a reason or a note. */
export const renderReasonDialog = (context: KeyContext, { why, about, text }: ReasonOverlay): Card => {
  const { pen } = context.view;
  const texts = dialogTexts[why];
  return {
    edge: why === 'override' || why === 'break-glass' ? 'warn' : 'focus',
    lines: [
      ...cardTitleLines(context.view, [pen.run(texts.title, 'bold')], about),
      labeledLine(
        pen,
        texts.label,
        inputField(pen, text, 'plain', cardInnerWidth(context.view) - cardLabelWidth),
      ),
      keyHints(pen, texts.enter, texts.esc, texts.record),
    ],
  };
};

const checklistDialogTexts: Readonly<
  Record<ChecklistMark, { readonly title: string; readonly hint: string }>
> = {
  override: { title: 'OVERRIDE CHECK', hint: 'required · the list shows the override and your reason' },
  'not-needed': { title: 'NOT NEEDED', hint: 'required · the list shows your reason' },
  note: { title: 'NOTE', hint: 'kept with the item' },
  done: { title: 'TICK', hint: 'kept with the item' },
  open: { title: 'WITHDRAW', hint: 'kept with the item' },
};

/** Renders the dialog that asks for the reason or note of a mark on an item of a checklist. */
export const renderChecklistDialog = (
  { view }: KeyContext,
  { mark, title, text }: Extract<Overlay, { is: 'checklist' }>,
): Card => {
  const { pen } = view;
  const texts = checklistDialogTexts[mark];
  const label = mark === 'note' ? 'note' : 'reason';
  return {
    edge: mark === 'override' ? 'warn' : 'focus',
    lines: [
      ...cardTitleLines(view, [pen.run(texts.title, 'bold')], title),
      labeledLine(pen, label, inputField(pen, text, 'plain', cardInnerWidth(view) - cardLabelWidth)),
      [pen.run(texts.hint, 'faint')],
      keyHints(pen, 'enter record', 'esc cancel', 'changes nothing outside'),
    ],
  };
};

/** Renders the dialog that asks for the note of an acknowledgement. */
export const renderAcknowledgeDialog = (
  { view }: KeyContext,
  overlay: Extract<Overlay, { is: 'acknowledge' }>,
): Card => {
  const { pen } = view;
  return {
    edge: 'focus',
    lines: [
      ...cardTitleLines(view, [pen.run('ACKNOWLEDGE', 'bold')], acknowledgedSubject(overlay)),
      labeledLine(pen, 'note', inputField(pen, overlay.text, 'plain', cardInnerWidth(view) - cardLabelWidth)),
      [pen.run('optional · ends when the finding is resolved or gets worse', 'faint')],
      keyHints(pen, 'enter acknowledge', 'esc cancel', 'changes nothing outside'),
    ],
  };
};
