import { isBlankText } from '../../../domain/text/visible-text.ts';
import {
  type Card,
  cardHeading,
  cardInnerWidth,
  cardLabelWidth,
  inputField,
  keyHints,
  labeledLine,
} from '../../kit/components/card.ts';
import { defineFeature } from '../../shell/contract/features.ts';
import { noOverlay, overlayBelow } from '../../shell/contract/overlay.ts';
import type { Binding, KeyContext } from '../../shell/contract/pane.ts';
import { armingDurationText } from '../../shell/state/blocked-reasons.ts';

const closeDialog: Binding['run'] = ({ model, view }) =>
  model.setState({ overlay: overlayBelow(view.ui.overlay) });

const arm = (context: KeyContext) => {
  const { overlay } = context.view.ui;
  if (overlay.is !== 'arm') return;
  if (isBlankText(overlay.text)) return context.notify('a reason is required to arm');
  closeDialog(context);
  context.commands.arm(overlay.text.trim());
};

const armDialogKeys: readonly Binding[] = [
  { id: 'arm.yes', keys: ['enter'], description: 'arm with this reason', footer: 'arm', run: arm },
  {
    id: 'arm.close',
    keys: ['esc'],
    description: 'stay read-only',
    footer: 'stay read-only',
    run: closeDialog,
  },
];

/** Renders the arming dialog. */
const armCard = (context: KeyContext, text: string): Card => {
  const { pen, cockpit } = context.view;
  const env = cockpit.open?.env.toUpperCase() ?? '';
  return {
    edge: 'armed',
    lines: [
      cardHeading(context.view, [
        pen.run(`ARM ${env}`, 'bold'),
        pen.run(`  allow changes${armingDurationText(cockpit.arming)}`),
      ]),
      labeledLine(
        pen,
        'reason',
        inputField(pen, text, 'plain', cardInnerWidth(context.view) - cardLabelWidth),
      ),
      keyHints(pen, 'enter arm', 'esc stay read-only', 'recorded in the ledger'),
    ],
  };
};

/** The dialog that asks for the reason of arming. */
export const armingFeature = defineFeature({
  name: 'arming',
  dialogs: {
    arm: {
      title: () => 'ARM',
      keys: () => armDialogKeys,
      field: (arming) => ({
        value: arming.text,
        set: ({ model }, text) => model.setState({ overlay: { ...arming, text } }),
      }),
      render: (context, { text }) => armCard(context, text),
      confirms: true,
      samples: [{ is: 'arm', text: '', over: noOverlay }],
    },
  },
});
