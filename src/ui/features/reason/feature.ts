import { isBlankText } from '../../../domain/text/visible-text.ts';
import {
  type Card,
  cardInnerWidth,
  cardLabelWidth,
  cardTitleLines,
  inputField,
  keyHints,
  labeledLine,
} from '../../kit/components/card.ts';
import { defineFeature } from '../../shell/contract/features.ts';
import { noOverlay, type Overlay, overlayBelow } from '../../shell/contract/overlay.ts';
import type { Binding, KeyContext, TextField } from '../../shell/contract/pane.ts';
import { incidentDialogTexts, type ReasonDialogTexts } from '../incident/dialog-texts.ts';
import { giveToIncident } from '../incident/incident-dialogs.ts';
import type { IncidentQuestion } from '../incident/view-state.ts';

const closeDialog: Binding['run'] = ({ model, view }) =>
  model.setState({ overlay: overlayBelow(view.ui.overlay) });

/** Text for the ledger: the reason of an override, or a note on a run. Or text for the record of an incident. */
interface ReasonOverlay {
  readonly is: 'words';
  readonly why: 'override' | 'break-glass' | 'note' | 'refuse-approval' | IncidentQuestion;
  /** The id of the run or of the incident; '' for one to declare. */
  readonly run: string;
  /** Title of the subject. */
  readonly about: string;
  /** The severity that the text gives the reason for. Absent: none. */
  readonly severity?: string;
  readonly text: string;
  readonly over: Overlay;
}

declare module '../../shell/contract/overlay.ts' {
  interface OverlayKinds {
    readonly words: ReasonOverlay;
  }
}

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

const reasonDialogKeys = ({ why }: Pick<ReasonOverlay, 'why'>): readonly Binding[] => [
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

const reasonDialogField = (words: ReasonOverlay): TextField => ({
  value: words.text,
  set: ({ model }, text) => model.setState({ overlay: { ...words, text } }),
});

/** Renders the dialog that asks for a reason or a note. */
const renderReasonDialog = (context: KeyContext, { why, about, text }: ReasonOverlay): Card => {
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

/** The dialog that asks for a reason or a note, whoever needs it. */
export const reasonFeature = defineFeature({
  name: 'reason',
  dialogs: {
    words: {
      title: () => 'REASON',
      keys: (words) => reasonDialogKeys(words),
      field: (words) => reasonDialogField(words),
      render: (context, words) => renderReasonDialog(context, words),
      samples: [{ is: 'words', why: 'note', run: '', about: '', text: '', over: noOverlay }],
    },
  },
});
