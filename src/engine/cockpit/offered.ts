import { type Danger, moreDangerous } from '../../domain/operation.ts';
import type { ActStep, Runbook } from '../../domain/runbook.ts';
import type { Source } from '../../sources/source.ts';
import type { Suggestion } from '../../store/cockpit.ts';

const ofStep = ({ use, with: given = {}, danger }: ActStep, sources: ReadonlyMap<string, Source>): Danger => {
  const [source = '', name = ''] = (use ?? '').split('.');
  const told = sources
    .get(source)
    ?.operations.find((one) => one.name === name)
    ?.danger(given);
  return moreDangerous(danger ?? 'read', told === undefined || told === 'as-step' ? 'read' : told);
};

/** The danger of each runbook's worst step, by its id, as far as it can be told before parameters are bound. */
export const dangersOf = (
  runbooks: readonly Runbook[],
  sources: ReadonlyMap<string, Source>,
): ReadonlyMap<string, Danger> =>
  new Map(
    runbooks.map(({ id, act }) => [
      id,
      act.map((step) => ofStep(step, sources)).reduce<Danger>(moreDangerous, 'read'),
    ]),
  );

export const withDanger = (suggestion: Suggestion, dangers: ReadonlyMap<string, Danger>): Suggestion => {
  const danger = dangers.get(suggestion.runbook.id);
  return danger === undefined ? suggestion : { ...suggestion, danger };
};

/** Whether two lists say the same of the same runbooks: what has not changed need not be drawn again. */
export const sameSuggestions = (a: readonly Suggestion[], b: readonly Suggestion[]): boolean =>
  a.length === b.length &&
  a.every((one, index) => {
    const other = b[index];
    return (
      one.runbook === other?.runbook &&
      one.fits === other.fits &&
      one.why === other.why &&
      one.danger === other.danger
    );
  });
