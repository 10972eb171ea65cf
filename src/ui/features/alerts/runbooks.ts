import { alertNames } from '../../../expressions/alert-names.ts';
import { parseExpression } from '../../../expressions/parse.ts';
import type { CockpitState, Suggestion } from '../../../store/cockpit.ts';
import { byFit } from '../runbooks/actions.ts';

const known = new Map<string, ReadonlySet<string>>();

/** What a `when` says is the same for ever: each is parsed once. */
const namesIn = (when: string): ReadonlySet<string> => {
  const had = known.get(when);
  if (had !== undefined) return had;
  const parsed = parseExpression(when);
  const names = parsed.ok ? alertNames(parsed.expression) : new Set<string>();
  known.set(when, names);
  return names;
};

/** The runbook whose `when` asks for this alert; of several one that fits now. */
export const runbookFor = (alert: string, { suggestions }: CockpitState): Suggestion | undefined =>
  byFit(suggestions).find(({ runbook }) => runbook.when !== undefined && namesIn(runbook.when).has(alert));
