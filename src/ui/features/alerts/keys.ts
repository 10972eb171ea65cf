import type { Suggestion } from '../../../store/cockpit.ts';
import { notOnlyOne } from '../../keys/mark.ts';
import type { Binding, Hand } from '../../panes/pane.ts';
import type { View } from '../../view.ts';
import { whyNotStart } from '../runbooks/actions.ts';
import { actionsOf, proposeOn, type RowAction } from '../runbooks/row-actions.ts';
import { alertRows } from './rows.ts';

const silenceSource = ({ runbook }: Suggestion): string | undefined =>
  runbook.act.map(({ use }) => /^(.+)\.silence$/.exec(use ?? '')?.[1]).find((source) => source !== undefined);

/** The runbook that silences an alert: one of the alert's own source, or else of another. */
const silenceAction = ({ row, view }: Hand): RowAction | undefined => {
  const { subject } = row ?? {};
  if (subject?.kind !== 'alerts') return undefined;
  const able = actionsOf(view.cockpit, subject).filter(
    ({ suggestion }) => silenceSource(suggestion) !== undefined,
  );
  return able.find(({ suggestion }) => silenceSource(suggestion) === subject.fact.source) ?? able[0];
};

/** Why nothing here can silence: an Alertmanager that is off says why it is. */
const nobody = ({ own }: View): string => {
  const entries = Object.entries(own?.facts.frame.sources ?? {}).filter(
    ([, { type }]) => type === 'alertmanager',
  );
  const [first] = entries;
  if (first === undefined) return 'no source of this profile can silence: it has no alertmanager';
  const [id, { problem }] = first;
  return problem === undefined ? `${id} cannot silence yet` : `${id} is off: ${problem.message}`;
};

/** The other environment that the selected alert is of. */
const elsewhere = ({ row, view }: Hand): string | undefined => {
  const env = alertRows(view).find(({ key }) => key === row?.key)?.env;
  return env === undefined || env === '' ? undefined : env;
};

/** The keys of 7 ALERTS. */
export const alertKeys: readonly Binding[] = [
  {
    id: 'alert.silence',
    keys: ['S'],
    does: 'silence it: asks how long and why',
    footer: 'silence',
    danger: 'safe',
    whyNot: (hand) => {
      const { subject } = hand.row ?? {};
      const several = notOnlyOne(hand);
      if (several !== undefined) return several;
      const other = elsewhere(hand);
      if (other !== undefined) return `it is an alert of ${other}: e opens ${other}, to act there`;
      if (subject?.kind !== 'alerts') return 'no alert is selected';
      if (subject.fact.state === 'silenced') return 'it is silenced already';
      const action = silenceAction(hand);
      return action === undefined
        ? nobody(hand.view)
        : whyNotStart(hand.view.cockpit, action.suggestion.runbook);
    },
    run: (hand) => {
      const action = silenceAction(hand);
      if (action !== undefined) proposeOn(hand, action);
    },
  },
];
