import { pluralize } from '../../../domain/text/count-text.ts';
import { formatClockTime } from '../../../domain/text/format.ts';
import {
  type Card,
  cardHeading,
  cardInnerWidth,
  keyHints,
  maxCardHeight,
  maxCardScroll,
} from '../../kit/components/card.ts';
import type { StyledLine } from '../../kit/text/line.ts';
import { noOverlay } from '../../shell/contract/overlay.ts';
import type { PaletteItem } from '../../shell/contract/palette-item.ts';
import type { Binding, KeyContext } from '../../shell/contract/pane.ts';
import { type RenderContext, toWallTime } from '../../shell/contract/render-context.ts';
import { scrollKeys } from '../../shell/dialogs/scroll-keys.ts';

/** The messages in full. */
interface MessagesOverlay {
  readonly is: 'messages';
  /** The first visible line. */
  readonly from: number;
}

declare module '../../shell/contract/overlay.ts' {
  interface OverlayKinds {
    readonly messages: MessagesOverlay;
  }
}

/** The command that shows all messages in full. */
const messagesCommand = 'messages';

/** Cells of the time, with the gap after it. */
const timeCells = 10;

/** Renders all messages in full, the newest first. */
export const renderMessages = (
  { view }: { readonly view: RenderContext },
  { from }: MessagesOverlay,
): Card => {
  const { pen, cockpit } = view;
  const lines = cockpit.messages
    .toReversed()
    .flatMap(({ at, level, text }) =>
      pen
        .wrap(text, cardInnerWidth(view) - timeCells)
        .map(
          (piece, index): StyledLine => [
            pen.run((index === 0 ? formatClockTime(toWallTime(view, at)) : '').padEnd(timeCells), 'faint'),
            pen.run(piece, level === 'ok' ? 'plain' : level),
          ],
        ),
    );
  const count = pluralize(cockpit.messages.length, 'message');
  return {
    edge: 'focus',
    scroll: from,
    lines: [
      cardHeading(view, [pen.run('MESSAGES', 'bold')], [pen.run(`${count}, newest first`, 'faint')]),
      ...lines,
      keyHints(pen, 'esc close'),
    ],
  };
};

/** Keys of the messages. */
export const messagesKeys: readonly Binding[] = [
  ...scrollKeys({
    id: 'messages',
    ends: ['the newest message', 'the oldest message'],
    position: (context) => {
      const { ui, rows } = context.view;
      const { overlay } = ui;
      if (overlay.is !== 'messages') return undefined;
      const last = maxCardScroll(renderMessages(context, overlay), maxCardHeight(rows));
      return { from: Math.min(last, overlay.from), last };
    },
    scrollTo: ({ view, model }, from) => {
      const { overlay } = view.ui;
      if (overlay.is === 'messages') model.setState({ overlay: { ...overlay, from } });
    },
  }),
  {
    id: 'messages.close',
    keys: ['esc', 'enter', 'q'],
    description: 'close the messages',
    footer: 'close',
    run: ({ model }) => model.setState({ overlay: noOverlay }),
  },
];

/** `:messages`. */
export const messageCommandItems = ({ view }: KeyContext): readonly PaletteItem[] => [
  {
    id: messagesCommand,
    text: 'messages of this session in full, newest first',
    command: messagesCommand,
    ...(view.cockpit.messages.length === 0 ? { whyNot: 'there are no messages in this session yet' } : {}),
    run: ({ model }) => model.setState({ overlay: { is: 'messages', from: 0 } }),
  },
];
