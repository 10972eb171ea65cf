import type { CockpitState } from '../../store/cockpit.ts';
import { keyOf } from '../keys/rebound.ts';

/**
 * What is said for scripts and screens alike, for somebody at a screen: keys in place of the flags of the command line. A
 * flag whose answer a card asks for by itself is left out.
 */
export const inKeys = (text: string, cockpit: Pick<CockpitState, 'settings'>): string =>
  text
    .replaceAll('(A, or --arm "reason")', `(${keyOf(cockpit, 'arm', 'A')})`)
    .replaceAll(/ \(--(?:override "reason"|confirm NAME|done STEP)\)/g, '');
