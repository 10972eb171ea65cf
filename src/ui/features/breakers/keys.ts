import { notOnlyOne } from '../../keys/mark.ts';
import type { Binding, Hand } from '../../panes/pane.ts';
import { whyNotStart } from '../runbooks/actions.ts';
import { breakerAction, proposeOn } from '../runbooks/row-actions.ts';

const words = { close: 'closes', 'force-open': 'opens' } as const;

const whyNot =
  (to: 'close' | 'force-open', state: string) =>
  (hand: Hand): string | undefined => {
    const { row, view } = hand;
    const { subject } = row ?? {};
    const several = notOnlyOne(hand);
    if (several !== undefined) return several;
    if (subject?.kind !== 'breakers') return 'no breaker is selected';
    if (subject.fact.state === state) return `it is ${state} already`;
    const action = breakerAction(view.cockpit, subject, to);
    if (action === undefined) return `no runbook here ${words[to]} a breaker`;
    return whyNotStart(view.cockpit, action.suggestion.runbook);
  };

const propose =
  (to: 'close' | 'force-open') =>
  ({ row, view, commands }: Hand): void => {
    const action = breakerAction(view.cockpit, row?.subject, to);
    if (action !== undefined) proposeOn({ commands }, action);
  };

/** The keys of 3 BREAKERS. */
export const breakerKeys: readonly Binding[] = [
  {
    id: 'breaker.close',
    keys: ['C'],
    does: 'force it closed',
    footer: 'close',
    danger: 'disruptive',
    whyNot: whyNot('close', 'closed'),
    run: propose('close'),
  },
  {
    id: 'breaker.open',
    keys: ['O'],
    does: 'force it open',
    danger: 'disruptive',
    whyNot: whyNot('force-open', 'forced-open'),
    run: propose('force-open'),
  },
];
