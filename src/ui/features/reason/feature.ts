import { defineFeature } from '../../shell/contract/features.ts';
import { noOverlay } from '../../shell/contract/overlay.ts';
import type { KeyContext } from '../../shell/contract/pane.ts';
import {
  type AskedReason,
  createReasonDialog,
  type ReasonDialogTexts,
} from '../../shell/dialogs/reason-dialog.ts';

type RunReason = 'override' | 'break-glass' | 'note' | 'refuse-approval';

/** Text for the ledger: the reason of an override, or a note on a run. `run`: its id. */
interface ReasonOverlay extends AskedReason<'words', RunReason> {
  readonly run: string;
}

declare module '../../shell/contract/overlay.ts' {
  interface OverlayKinds {
    readonly words: ReasonOverlay;
  }
}

/** Texts of the dialog, by purpose. */
const dialogTexts: Readonly<Record<RunReason, ReasonDialogTexts>> = {
  override: {
    title: 'OVERRIDE',
    label: 'reason',
    none: 'say why you override the gate',
    enter: 'enter plan again',
    does: 'override for this reason and plan again',
    footer: 'plan again',
    esc: 'esc cancel',
    record: 'recorded in the ledger',
    isWarning: true,
  },
  'break-glass': {
    title: 'BREAK-GLASS',
    label: 'reason',
    none: 'say why this cannot wait for the state database',
    enter: 'enter break glass',
    does: 'act without the state database for this reason',
    footer: 'break glass',
    esc: 'esc cancel',
    record: 'recorded in the ledger. Each run asks for the target name',
    isWarning: true,
  },
  note: {
    title: 'NOTE',
    label: 'note',
    none: 'the note is empty: write some text',
    enter: 'enter save',
    does: 'save the note with the run',
    footer: 'save',
    esc: 'esc cancel',
    record: 'recorded in the ledger',
  },
  'refuse-approval': {
    title: 'REFUSE',
    label: 'reason',
    none: 'say why you refuse the run',
    enter: 'enter refuse',
    does: 'refuse the run for this reason',
    footer: 'refuse',
    esc: 'esc cancel',
    record: 'recorded in the ledger. The requester reads the reason',
  },
};

const give = ({ commands }: KeyContext, { why, run }: ReasonOverlay, text: string) => {
  switch (why) {
    case 'override':
      return commands.override(text);
    case 'break-glass':
      return commands.breakGlass(text);
    case 'note':
      return commands.note(run, text);
    case 'refuse-approval':
      return commands.refuseRun(text);
  }
};

/** The dialog that asks for text for the ledger. */
export const reasonFeature = defineFeature({
  name: 'reason',
  dialogs: {
    words: createReasonDialog<RunReason, ReasonOverlay>(dialogTexts, give, {
      is: 'words',
      why: 'note',
      run: '',
      about: '',
      text: '',
      over: noOverlay,
    }),
  },
});
