import type { Bound } from '../../../domain/bound.ts';
import { ageText } from '../../../domain/duration.ts';
import { rank } from '../../../domain/level.ts';
import { keyOf } from '../../keys/rebound.ts';
import { seenAgo, type Wrong } from '../../panes/wrong.ts';
import { faultSentence } from '../../text/faults.ts';
import { levelWords } from '../../theme/glyphs.ts';
import type { View } from '../../view.ts';
import type { MatrixCell } from './cell.ts';
import type { MatrixRow } from './rows.ts';
import { boundText, valueText } from './values.ts';

type Seen = Extract<MatrixCell, { is: 'seen' }>;

/** The limit that it is beyond, or will be raised for. */
const limitOf = ({ signal, spec: { threshold } }: Seen): Bound | undefined => {
  const level = signal.verdict?.pending?.level ?? signal.level;
  return rank[level] === rank.crit ? (threshold.crit ?? threshold.warn) : threshold.warn;
};

/** ', CRIT in 47s if it stays' of what is about to be raised. */
const soonText = ({ now }: View, { signal, spec }: Seen): string => {
  const { pending } = signal.verdict ?? {};
  if (pending === undefined) return '';
  const left = Math.max(0, (spec.threshold.forMs ?? 0) - (now - pending.since));
  return `, ${levelWords[pending.level]} in ${ageText(left)} if it stays`;
};

const said = (view: View, cell: Seen): string => {
  const { signal, spec } = cell;
  const { verdict, value, unit } = signal;
  const limit = limitOf(cell);
  if (value === undefined || verdict?.silent === true || limit === undefined) return verdict?.why ?? '';
  const shown = `${valueText(value, unit)}${unit === '' || unit === 'B' || unit === 'bytes' ? '' : ` ${unit}`}`;
  return `${shown}, limit ${boundText(limit, spec.unit)}${soonText(view, cell)}`;
};

/** '6.4 %, limit ≥ 5', or why there is no value, in the open environment. */
export const signalWrong: Wrong<MatrixRow> = {
  says: (view, { own }) => {
    if (own.is !== 'seen') return own.is === 'waiting' ? 'no answer yet' : '';
    const { signal, env } = own;
    const { fault, at = view.now, stale } = signal;
    if (fault !== undefined)
      return fault.source === ''
        ? fault.message
        : faultSentence(fault, env.facts, view.now, keyOf(view.cockpit, 'ask', 'r'));
    return `${seenAgo(view, at, stale)}${said(view, own)}`;
  },
  blindBy: ({ own }) => (own.is === 'seen' ? own.signal.fault?.source : undefined),
  since: ({ own }) => {
    if (own.is !== 'seen') return undefined;
    const { verdict } = own.signal;
    return verdict?.pending?.since ?? verdict?.since;
  },
};
