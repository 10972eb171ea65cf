import { pluralize } from '../../../domain/count-text.ts';
import { formatClockTime } from '../../../domain/format.ts';
import { noOverlay, type Overlay } from '../../overlays/overlay.ts';
import type { Binding, KeyContext } from '../../panes/pane.ts';
import type { RenderContext } from '../../render-context.ts';
import type { StyledLine } from '../../text/line.ts';
import {
  type Card,
  cardHeading,
  cardInnerWidth,
  keyHints,
  maxCardHeight,
  maxCardScroll,
} from '../cards/card.ts';
import type { PaletteItem } from '../palette/palette-item.ts';

type MessagesOverlay = Extract<Overlay, { is: 'messages' }>;

/** The command that shows all messages in full. */
export const messagesCommand = 'messages';

/** Cells of the time, with the gap after it. */
const timeCells = 10;

/** Renders all messages in full, the newest first. */
export const renderMessages = (
  { view }: { readonly view: RenderContext },
  { from }: MessagesOverlay,
): Card => {
  const { pen, cockpit, wallOffset } = view;
  const lines = cockpit.messages
    .toReversed()
    .flatMap(({ at, level, text }) =>
      pen
        .wrap(text, cardInnerWidth(view) - timeCells)
        .map(
          (piece, index): StyledLine => [
            pen.run((index === 0 ? formatClockTime(at + wallOffset) : '').padEnd(timeCells), 'faint'),
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

/** The lines by which the card can scroll. */
const lastScroll = (context: KeyContext, overlay: MessagesOverlay): number =>
  maxCardScroll(renderMessages(context, overlay), maxCardHeight(context.view.rows));

const scrollKey = (
  id: string,
  keys: readonly string[],
  description: string,
  step: (context: KeyContext) => number,
): Binding => ({
  id: `messages.${id}`,
  keys,
  description,
  whyNot: (context) => {
    const { overlay } = context.view.ui;
    return overlay.is === 'messages' && lastScroll(context, overlay) > 0 ? undefined : 'nothing to scroll';
  },
  run: (context) => {
    const { overlay } = context.view.ui;
    if (overlay.is !== 'messages') return;
    const last = lastScroll(context, overlay);
    const from = Math.max(0, Math.min(last, Math.min(last, overlay.from) + step(context)));
    context.model.setState({ overlay: { ...overlay, from } });
  },
});

/** Keys of the messages. */
export const messagesKeys: readonly Binding[] = [
  scrollKey('down', ['j', 'down'], 'scroll down', () => 1),
  scrollKey('up', ['k', 'up'], 'scroll up', () => -1),
  scrollKey('first', ['g', 'home'], 'go to the newest message', () => Number.NEGATIVE_INFINITY),
  scrollKey('last', ['G', 'end'], 'go to the oldest message', () => Number.POSITIVE_INFINITY),
  scrollKey(
    'page-down',
    ['ctrl-d', 'pagedown', 'space'],
    'scroll down half a page',
    ({ halfPage }) => halfPage,
  ),
  scrollKey('page-up', ['ctrl-u', 'pageup'], 'scroll up half a page', ({ halfPage }) => -halfPage),
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
    ...(view.cockpit.messages.length === 0 ? { whyNot: 'no messages yet' } : {}),
    run: ({ model }) => model.setState({ overlay: { is: 'messages', from: 0 } }),
  },
];
