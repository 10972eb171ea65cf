import { isOpenIncident } from '../../../domain/incidents/declared-incident.ts';
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
import { fitWords } from '../../kit/text/line.ts';
import { sliceCells } from '../../kit/text/width.ts';
import { defineFeature } from '../../shell/contract/features.ts';
import { noOverlay, overlayBelow } from '../../shell/contract/overlay.ts';
import type { Binding, KeyContext } from '../../shell/contract/pane.ts';
import type { RenderContext } from '../../shell/contract/render-context.ts';
import { reactionMs } from '../../shell/keys/seen-frame.ts';
import { armingDurationText } from '../../shell/state/blocked-reasons.ts';
import { viewSituation } from '../../shell/state/view-situation.ts';

const closeDialog: Binding['run'] = ({ model, view }) =>
  model.setState({ overlay: overlayBelow(view.ui.overlay) });

const arm = (context: KeyContext) => {
  const { overlay } = context.view.ui;
  if (overlay.is !== 'arm') return;
  if (isBlankText(overlay.text)) return context.notify('say why you arm the environment');
  // A paste with a tab and an enter has no reason that a person has read.
  if (overlay.suggestedAt !== undefined && context.view.now - overlay.suggestedAt < reactionMs)
    return context.notify('check the reason, then press enter');
  closeDialog(context);
  context.commands.arm(overlay.text.trim());
};

/** Cells of a suggested reason: a longer one says no more. */
const maxReasonCells = 72;

const shortened = (text: string): string => sliceCells(text, 0, maxReasonCells).trim();

/** A reason that fits the situation: the newest open incident, else what is wrong; '' while nothing is. */
const suggestedReason = (view: RenderContext): string => {
  const incident = view.cockpit.incidents?.findLast(isOpenIncident);
  if (incident !== undefined) return shortened(`${incident.id} ${incident.title}`);
  const situation = viewSituation(view);
  return situation === undefined || situation.causes.length === 0 ? '' : shortened(situation.brief);
};

/** Writes the suggested reason into the field, where the user can change it. */
const takeReason = (context: KeyContext): void => {
  const { overlay } = context.view.ui;
  const reason = suggestedReason(context.view);
  if (overlay.is === 'arm' && reason !== '')
    context.model.setState({ overlay: { ...overlay, text: reason, suggestedAt: context.view.now } });
};

const armDialogKeys: readonly Binding[] = [
  {
    id: 'arm.yes',
    keys: ['enter'],
    description: 'arm with this reason',
    footer: 'arm',
    confirms: true,
    run: arm,
  },
  {
    id: 'arm.reason',
    keys: ['tab'],
    description: 'write the incident, or what is wrong, as the reason',
    whyNot: ({ view }) => (suggestedReason(view) === '' ? 'no problem is open: type a reason' : undefined),
    run: takeReason,
  },
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
  const reason = suggestedReason(context.view);
  const cells = cardInnerWidth(context.view) - cardLabelWidth;
  return {
    edge: 'armed',
    lines: [
      cardHeading(context.view, [
        pen.run(`ARM ${env}`, 'bold'),
        pen.run(`  allow changes${armingDurationText(cockpit.arming)}`),
      ]),
      labeledLine(pen, 'reason', inputField(pen, text, 'plain', cells)),
      ...(reason === ''
        ? []
        : [
            labeledLine(
              pen,
              '',
              fitWords([pen.run('tab', 'key'), pen.run(` ${reason}`, 'faint')], cells, 'plain', pen.ellipsis),
            ),
          ]),
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
        set: ({ model }, text) => model.setState({ overlay: { is: 'arm', text, over: arming.over } }),
      }),
      render: (context, { text }) => armCard(context, text),
      confirms: true,
      samples: [{ is: 'arm', text: '', over: noOverlay }],
    },
  },
});
