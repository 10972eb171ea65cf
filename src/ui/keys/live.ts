import { helpField, helpKeys, helpTypingKeys } from '../features/help/help.ts';
import type { Hand } from '../panes/pane.ts';
import { always, type Context, contextUnder, withOwnKeys } from './contexts.ts';

/** What is live now: what lies on top decides. */
export const contextOf = (hand: Hand): Context => {
  const { overlay } = hand.view.ui;
  if (overlay.is !== 'help') return contextUnder(hand, overlay);
  const bindings = overlay.typing ? helpTypingKeys : helpKeys;
  const tables = [{ title: 'HELP', bindings }, always];
  return withOwnKeys(overlay.typing ? { tables, field: helpField(overlay) } : { tables }, hand);
};
