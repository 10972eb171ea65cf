import { isOpenIncident } from '../../../domain/incidents/declared-incident.ts';
import type { Binding } from '../../shell/contract/pane.ts';
import { currentRun } from '../../shell/state/current-run.ts';
import { withCurrentRun } from './common-keys.ts';
import { canFileFollowUps, followUpTitles } from './follow-up-titles.ts';

/** Files the follow-ups of the run: for the open incident, if one is declared. */
export const fileFollowUpsKey: Binding = {
  id: 'card.follow-ups',
  keys: ['f'],
  description: 'file the follow-ups of the run as issues (asks for confirmation)',
  footer: 'file follow-ups',
  whyNot: ({ view }) => {
    const run = currentRun(view);
    if (run === undefined || followUpTitles(run).length === 0) return 'this run proposes no follow-ups';
    return canFileFollowUps(view.cockpit, run)
      ? undefined
      : 'the profile names no source for issues. Add tracker: under incident: in the profile';
  },
  run: withCurrentRun(({ commands, view }, run) => {
    const declared = view.cockpit.incidents?.findLast(isOpenIncident);
    commands.fileFollowUps(declared?.id ?? run.proposal?.run ?? '', followUpTitles(run));
  }),
};
