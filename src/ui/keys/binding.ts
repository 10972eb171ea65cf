import { actsInPast } from '../../runs/policy/past.ts';
import { whyNotActing } from '../features/time-travel/acting.ts';
import type { Binding, Hand } from '../panes/pane.ts';

/** Why a key cannot be used now, or undefined: nothing acts in the past; else what the binding itself says. */
export const whyNotNow = (hand: Hand, binding: Binding): string | undefined =>
  (actsInPast(binding) ? whyNotActing(hand.view) : undefined) ?? binding.whyNot?.(hand);
